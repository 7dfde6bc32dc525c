import type { Instant } from '../model/clock.ts'
import type { ActualTunnel } from '../model/tunnel.ts'
import { childKey } from './pacing.ts'

/** What is remembered of the counters of one child SA and its successors. */
export interface Watched {
  readonly packetsIn: number
  readonly packetsOut: number
  /** When one last came in, and how many have gone out since. */
  readonly inAt: Instant
  readonly outSince: number
  /** When one last went out, and how many have come in since. */
  readonly outAt: Instant
  readonly inSince: number
}

/** By `childKey`. Plain data, made anew; may be lost. */
export type TrafficWatch = ReadonlyMap<string, Watched>

/** So many packets one way and none the other, for so long, is no pause of the conversation. */
const packets = 10
const oneWayMs = 5_000
/** The first look at the traffic of a young tunnel, in seconds since its IKE SA was established. */
const firstLookSeconds = 6

export function watched(before: TrafficWatch, tunnels: readonly ActualTunnel[], now: Instant): TrafficWatch {
  return new Map(
    [...sums(tunnels)].map(([key, { packetsIn, packetsOut }]) => {
      const known = before.get(key) ?? { packetsIn: 0, packetsOut: 0, inAt: now, outSince: 0, outAt: now, inSince: 0 }
      const cameIn = grown(known.packetsIn, packetsIn)
      const wentOut = grown(known.packetsOut, packetsOut)
      return [
        key,
        {
          packetsIn,
          packetsOut,
          inAt: cameIn > 0 ? now : known.inAt,
          outSince: cameIn > 0 ? 0 : known.outSince + wentOut,
          outAt: wentOut > 0 ? now : known.outAt,
          inSince: wentOut > 0 ? 0 : known.inSince + cameIn,
        },
      ]
    }),
  )
}

/** Over all child SAs with the same fingerprint: during a rekeying there are two. */
function sums(tunnels: readonly ActualTunnel[]): Map<string, Pick<Watched, 'packetsIn' | 'packetsOut'>> {
  const found = new Map<string, Pick<Watched, 'packetsIn' | 'packetsOut'>>()
  for (const { connection, children } of tunnels) {
    for (const { state, fingerprint, packetsIn, packetsOut } of children) {
      if (state !== 'installed') continue
      const key = childKey(connection, fingerprint)
      const other = found.get(key) ?? { packetsIn: 0, packetsOut: 0 }
      found.set(key, { packetsIn: other.packetsIn + packetsIn, packetsOut: other.packetsOut + packetsOut })
    }
  }
  return found
}

/** Counters begin again with each rekeying: then all that is counted is new. */
function grown(before: number, now: number): number {
  return now < before ? now : now - before
}

/** Whether packets go through the tunnels of a connection in one direction only: which one is missing, and since when. */
export function oneWay(
  watch: TrafficWatch,
  tunnels: readonly ActualTunnel[],
  now: Instant,
): { readonly missing: 'in' | 'out'; readonly since: Instant; readonly packets: number } | undefined {
  for (const key of sums(tunnels).keys()) {
    const known = watch.get(key)
    if (known === undefined) continue
    const { outSince, inAt, inSince, outAt } = known
    if (outSince >= packets && now - inAt >= oneWayMs) return { missing: 'in', since: inAt, packets: outSince }
    if (inSince >= packets && now - outAt >= oneWayMs) return { missing: 'out', since: outAt, packets: inSince }
  }
  return undefined
}

/**
 * Milliseconds until traffic could turn out to go in one direction only, if nothing else makes somebody look before;
 * `undefined`: no tunnel is young, and none is suspected.
 */
export function nextTrafficLook(
  watch: TrafficWatch,
  tunnels: readonly ActualTunnel[],
  now: Instant,
): number | undefined {
  const young = tunnels
    .filter(({ state, ageSeconds }) => state === 'established' && ageSeconds < firstLookSeconds)
    .map(({ ageSeconds }) => (firstLookSeconds - ageSeconds) * 1_000)
  const suspected = [...watch.values()]
    .flatMap(({ outSince, inAt, inSince, outAt }) => [
      ...(outSince >= packets ? [inAt] : []),
      ...(inSince >= packets ? [outAt] : []),
    ])
    .map((since) => since + oneWayMs - now)
    .filter((wait) => wait > 0)
  const waits = [...young, ...suspected]
  return waits.length === 0 ? undefined : waits.reduce((one, other) => Math.min(one, other))
}
