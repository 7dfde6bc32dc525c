import type { Instant } from '../model/clock.ts'
import type { ConnectionId } from '../model/ids.ts'
import type { Actual, Desired, DesiredConnection } from '../model/tunnel.ts'
import { isSameVerdict, type Verdict } from '../model/verdict.ts'
import { diagnose } from './diagnose.ts'
import { expectation, isUp, tunnelsByConnection } from './expectation.ts'
import type { Signal } from './signal.ts'
import { type TrafficWatch, watched } from './traffic-watch.ts'

/** What an agent remembers for the diagnosis of the connections of one gateway. Plain data, made anew; may be lost. */
export interface Diagnoses {
  readonly connections: ReadonlyMap<ConnectionId, Known>
  readonly traffic: TrafficWatch
}

interface Known {
  /** Names the settings and the secret. */
  readonly basis: string
  readonly wantedSince: Instant
  readonly lastUp: Instant | undefined
  readonly verdict: Verdict | undefined
  readonly verdictAt: Instant
}

export const noDiagnoses: Diagnoses = { connections: new Map(), traffic: new Map() }

/** A verdict that stays is told with newer evidence not more often than this: each telling is a write. */
const evidenceFreshMs = 300_000

/** What a look has found out. */
export interface Findings {
  readonly actual: Actual
  readonly signalsOf: (connection: DesiredConnection) => readonly Signal[]
  readonly refusals: ReadonlyMap<ConnectionId, string>
  /** When the look began. */
  readonly begunAt: Instant
  /** When the reading of `actual` began: what is heard later is newer than it. */
  readonly readAt: Instant
}

/** Diagnoses every connection anew. Pure but for what it is told. */
export function diagnosed(earlier: Diagnoses, desired: Desired, look: Findings, now: Instant): Diagnoses {
  const { actual, readAt } = look
  const tunnels = tunnelsByConnection(actual.daemon)
  const traffic = watched(earlier.traffic, actual.daemon?.tunnels ?? [], readAt)
  const connections = desired.connections.map((connection): [ConnectionId, Known] => {
    const basis = basisOf(connection)
    const known = earlier.connections.get(connection.id)
    // What was said before is about another configuration, or about another connection with the same peer.
    const before = known?.basis === basis ? known : undefined
    const wantedSince = before?.wantedSince ?? look.begunAt
    const own = tunnels.get(connection.id) ?? []
    const lastUp = isUp(connection, own) ? readAt : before?.lastUp
    const signals = look.signalsOf(connection).filter(({ at }) => at >= wantedSince)
    const refusal = look.refusals.get(connection.id)
    const found = diagnose({ connection, tunnels: own, signals, traffic, refusal, wantedSince, lastUp }, now)
    return [connection.id, { basis, wantedSince, lastUp, ...kept(known, found, now) }]
  })
  return { connections: new Map(connections), traffic }
}

function kept(
  known: Known | undefined,
  found: Verdict | undefined,
  now: Instant,
): Pick<Known, 'verdict' | 'verdictAt'> {
  if (known?.verdict === undefined || found === undefined || !isSameVerdict(known.verdict, found)) {
    return { verdict: found, verdictAt: now }
  }
  if (now - known.verdictAt < evidenceFreshMs) return known
  return { verdict: { ...found, since: known.verdict.since }, verdictAt: now }
}

function basisOf(connection: DesiredConnection): string {
  const { ike, children } = expectation(connection)
  return [ike, connection.secretVersion, ...children.map(({ fingerprint }) => fingerprint)].join('/')
}

export function verdicts({ connections }: Diagnoses): Map<ConnectionId, Verdict> {
  return new Map([...connections].flatMap(([id, { verdict }]) => (verdict === undefined ? [] : [[id, verdict]])))
}
