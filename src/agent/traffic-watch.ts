import type { Instant } from '../model/clock.ts'
import type { ActualTunnel } from '../model/tunnel.ts'

/** What is remembered of the counters of one child SA: where they stood when each last grew. */
export interface Watched {
  readonly packetsIn: number
  readonly packetsOut: number
  /** Last growth in, and how many had gone out by then. */
  readonly inAt: Instant
  readonly outThen: number
  /** Last growth out, and how many had come in by then. */
  readonly outAt: Instant
  readonly inThen: number
}

/** By the daemon's number of the child SA. Plain data, made anew; may be lost. */
export type TrafficWatch = ReadonlyMap<number, Watched>

/** So many packets one way and none the other, for so long, is no pause of the conversation. */
const packets = 10
export const oneWayMs = 5_000

export function watched(before: TrafficWatch, tunnels: readonly ActualTunnel[], now: Instant): TrafficWatch {
  const children = tunnels.flatMap((tunnel) => tunnel.children.filter(({ state }) => state === 'installed'))
  return new Map(
    children.map(({ childSa, packetsIn, packetsOut }) => {
      const known = before.get(childSa)
      // Counters that fell are those of an older reading: begin anew.
      if (!known || packetsIn < known.packetsIn || packetsOut < known.packetsOut) {
        return [
          childSa,
          {
            packetsIn,
            packetsOut,
            inAt: now,
            outThen: packetsIn === 0 ? 0 : packetsOut,
            outAt: now,
            inThen: packetsOut === 0 ? 0 : packetsIn,
          },
        ]
      }
      const cameIn = packetsIn > known.packetsIn
      const wentOut = packetsOut > known.packetsOut
      return [
        childSa,
        {
          packetsIn,
          packetsOut,
          inAt: cameIn ? now : known.inAt,
          outThen: cameIn ? packetsOut : known.outThen,
          outAt: wentOut ? now : known.outAt,
          inThen: wentOut ? packetsIn : known.inThen,
        },
      ]
    }),
  )
}

/** Whether packets go through a tunnel in one direction only: which one is missing, and since when. */
export function oneWay(
  watch: TrafficWatch,
  tunnels: readonly ActualTunnel[],
  now: Instant,
): { readonly missing: 'in' | 'out'; readonly since: Instant; readonly packets: number } | undefined {
  for (const { childSa } of tunnels.flatMap(({ children }) => children)) {
    const known = watch.get(childSa)
    if (known === undefined) continue
    const out = known.packetsOut - known.outThen
    if (out >= packets && now - known.inAt >= oneWayMs) return { missing: 'in', since: known.inAt, packets: out }
    const into = known.packetsIn - known.inThen
    if (into >= packets && now - known.outAt >= oneWayMs) return { missing: 'out', since: known.outAt, packets: into }
  }
  return undefined
}
