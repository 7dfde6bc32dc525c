import type { Instant } from '../model/clock.ts'
import type { ConnectionId } from '../model/ids.ts'
import type { ActualTunnel, Desired } from '../model/tunnel.ts'
import type { Attempt, Attempts, Dial } from './attempts.ts'
import { expectation } from './expectation.ts'
import { growingPause } from './pauses.ts'

/** What the memory of past attempts says to a plan at one moment. */
export interface Pacing {
  /** Children (`childKey`) whose next attempt is not due yet. */
  readonly waiting: ReadonlySet<string>
  /** Numbers of the IKE SAs that have been connecting for too long. */
  readonly overdue: ReadonlySet<number>
  /** How many children may be begun now. */
  readonly room: number
  /** Numbers of the child SAs that should try their first rekeying now (see `rehearsal.ts`). */
  readonly rehearse: ReadonlySet<number>
}

/** Everything is due, nothing is late. */
export const unpaced: Pacing = {
  waiting: new Set(),
  overdue: new Set(),
  room: Number.POSITIVE_INFINITY,
  rehearse: new Set(),
}

/** Between attempts at one child, from start to start. For ever: a peer that is mended must come up without any call. */
export const retryPauses = { firstMs: 1_000, longestMs: 60_000 }
/** An attempt of ours without an end after this long is given up. charon itself would go on for minutes. */
export const giveUpMs = 20_000
/** A loss is answered at once, but not more often than this: a peer that accepts and hangs up would keep us spinning. */
const hurryIntervalMs = 10_000
/**
 * Negotiations in flight in one daemon. A thousand at once have overrun the socket buffer, and a peer's protection
 * against floods counts ours too. One that takes longer than a moment has most likely met a silent peer, and must not keep
 * the others waiting.
 */
export const inFlight = { most: 64, countedMs: 2_000 }

export function childKey(connection: ConnectionId, child: string): string {
  return `${connection}/${child}`
}

/**
 * What an observation teaches: attempts that nobody wants are forgotten, as are those of a connection whose settings or
 * secret changed; a child that stood and is gone, or a daemon that died, is due at once.
 */
export function observed(
  attempts: Attempts,
  desired: Desired,
  tunnels: readonly ActualTunnel[] | undefined,
  now: Instant,
) {
  const connections = new Map(desired.connections.map((connection) => [connection.id, connection]))
  const children = new Map<string, Attempt>()
  const installed = standing(tunnels ?? [])
  for (const [key, attempt] of attempts.children) {
    const connection = connections.get(attempt.connection)
    if (connection === undefined || basisOf(connection) !== attempt.basis) continue
    const { ike, children: wanted } = expectation(connection)
    if (!wanted.some(({ fingerprint }) => fingerprint === attempt.child)) continue
    const stands = installed.has(`${ike}/${key}`)
    if (stands) children.set(key, { ...attempt, upSince: attempt.upSince ?? now, refusal: undefined })
    else if (attempt.upSince !== undefined || tunnels === undefined) children.set(key, lost(attempt, now))
    else children.set(key, attempt)
  }
  return { children, dials: dials(attempts, tunnels ?? [], now) }
}

function standing(tunnels: readonly ActualTunnel[]): Set<string> {
  const keys = new Set<string>()
  for (const tunnel of tunnels) {
    if (tunnel.state !== 'established') continue
    for (const { state, fingerprint } of tunnel.children) {
      if (state === 'installed') keys.add(`${tunnel.fingerprint}/${childKey(tunnel.connection, fingerprint)}`)
    }
  }
  return keys
}

function lost(attempt: Attempt, now: Instant): Attempt {
  const { hurriedAt } = attempt
  if (hurriedAt !== undefined && now - hurriedAt < hurryIntervalMs) return { ...attempt, upSince: undefined }
  return { ...attempt, upSince: undefined, tries: 0, dueAt: now, hurriedAt: now }
}

/**
 * Since when each IKE SA has been connecting. Only those that we began are ever given up: where the daemon does not say
 * who began one, it is ours when an attempt of ours is on record.
 */
function dials(attempts: Attempts, tunnels: readonly ActualTunnel[], now: Instant): Map<number, Dial> {
  const trying = new Set([...attempts.children.values()].map(({ connection }) => connection))
  return new Map(
    tunnels
      .filter(({ state }) => state === 'connecting')
      .map(({ ikeSa, connection, initiatedBy }) => {
        const ours = initiatedBy === undefined ? trying.has(connection) : initiatedBy === 'us'
        const before = attempts.dials.get(ikeSa)
        return [ikeSa, { connection, ours, since: before?.connection === connection ? before.since : now }]
      }),
  )
}

/** Children that were just begun, refused or not. */
export interface Begun {
  readonly connection: ConnectionId
  readonly child: string
  /** Why the daemon would not even begin. */
  readonly refusal?: string
}

/** @param random source of numbers from 0 up to 1 */
export function begun(
  attempts: Attempts,
  desired: Desired,
  opened: readonly Begun[],
  now: Instant,
  random: () => number,
): Attempts {
  const connections = new Map(desired.connections.map((connection) => [connection.id, connection]))
  const children = new Map(attempts.children)
  for (const { connection: id, child, refusal } of opened) {
    const connection = connections.get(id)
    if (connection === undefined) continue
    const before = children.get(childKey(id, child))
    const tries = (before?.tries ?? 0) + 1
    children.set(childKey(id, child), {
      connection: id,
      child,
      basis: basisOf(connection),
      tries,
      startedAt: now,
      dueAt: now + growingPause(retryPauses, tries, random()),
      upSince: undefined,
      hurriedAt: before?.hurriedAt,
      refusal,
    })
  }
  return { ...attempts, children }
}

function basisOf(connection: Desired['connections'][number]): string {
  return `${expectation(connection).ike}/${connection.secretVersion}`
}

export function pacingAt(attempts: Attempts, now: Instant, rehearse: ReadonlySet<number> = new Set()): Pacing {
  const unfinished = [...attempts.children.entries()].filter(([, { upSince }]) => upSince === undefined)
  return {
    waiting: new Set(unfinished.filter(([, { dueAt }]) => dueAt > now).map(([key]) => key)),
    overdue: new Set([...attempts.dials].filter(([, dial]) => isOverdue(dial, now)).map(([ikeSa]) => ikeSa)),
    room: Math.max(0, inFlight.most - unfinished.filter(([, attempt]) => isInFlight(attempt, now)).length),
    rehearse,
  }
}

function isOverdue({ ours, since }: Dial, now: Instant): boolean {
  return ours && since + giveUpMs <= now
}

function isInFlight({ startedAt }: Attempt, now: Instant): boolean {
  return startedAt + inFlight.countedMs > now
}

/** The first moment after `now` at which a plan could come out differently although nothing happens. */
export function nextDue(attempts: Attempts, now: Instant): Instant | undefined {
  const unfinished = [...attempts.children.values()].filter(({ upSince }) => upSince === undefined)
  const flying = unfinished.filter((attempt) => isInFlight(attempt, now))
  const moments = [
    ...unfinished.map(({ dueAt }) => dueAt),
    ...(flying.length < inFlight.most ? [] : flying.map(({ startedAt }) => startedAt + inFlight.countedMs)),
    ...[...attempts.dials.values()].filter(({ ours }) => ours).map(({ since }) => since + giveUpMs),
  ].filter((moment) => moment > now)
  return moments.length === 0 ? undefined : moments.reduce((first, moment) => Math.min(first, moment))
}
