import { coversCidr } from '../model/cidr.ts'
import type { Instant } from '../model/clock.ts'
import { timestamp } from '../model/time.ts'
import type { ActualTunnel, DesiredConnection } from '../model/tunnel.ts'
import type { Evidence, Verdict } from '../model/verdict.ts'
import { expectation, isUp } from './expectation.ts'
import { type Finding, findings } from './findings.ts'
import type { Signal } from './signal.ts'
import { oneWay, type TrafficWatch } from './traffic-watch.ts'

/** What is known of one connection. */
export interface Case {
  readonly connection: DesiredConnection
  readonly tunnels: readonly ActualTunnel[]
  /** Oldest first; what was said about an earlier configuration is not among them. */
  readonly signals: readonly Signal[]
  readonly traffic: TrafficWatch
  /** Why our own machine would not take a step for it. */
  readonly refusal: string | undefined
  /** Since when it is wanted as it is. */
  readonly wantedSince: Instant
  /** When it was last seen up; what was said before is of the past. */
  readonly lastUp: Instant | undefined
}

const mostEvidence = 6

/**
 * Why a connection is down, or what is amiss with one that is up; `undefined`: nothing that is known. Pure.
 *
 * The latest cause counts: an earlier one may be mended. Of signals about the same step of the negotiation the most exact
 * one counts, because our own attempts and the peer's take turns, and only whoever answers sees what differs.
 */
export function diagnose(it: Case, now: Instant): Verdict | undefined {
  if (isUp(it.connection, it.tunnels)) return ofCarrying(it, now)
  if (it.refusal !== undefined) return ofRefusal(it, it.refusal)
  const found = findings(it.connection, it.signals, it.lastUp ?? Number.NEGATIVE_INFINITY)
  const last = found.at(-1)
  if (last === undefined) return waiting(it)
  const same = found.filter(({ kind }) => kind === last.kind)
  return verdictOf(same.findLast(({ exact }) => exact) ?? last, same)
}

function verdictOf(chosen: Finding, same: readonly Finding[]): Verdict {
  const { code, field, configured, offered } = chosen
  const alike = same.filter((each) => each.code === code && each.field === field)
  const first = alike[0] ?? chosen
  return {
    code,
    field,
    configured,
    offered,
    evidence: evidenceOf(alike.map(({ signal }) => signal)),
    since: timestamp(first.signal.at),
  }
}

/** The first and the latest. */
function evidenceOf(signals: readonly Signal[]): Evidence[] {
  const [first, ...others] = signals
  if (first === undefined) return []
  return [first, ...others.slice(1 - mostEvidence)].map(({ at, line }) => ({ time: timestamp(at), line }))
}

function ofCarrying(it: Case, now: Instant): Verdict | undefined {
  return hiddenPfs(it) ?? narrowed(it) ?? oneWayTraffic(it, now) ?? lifetimes(it)
}

/**
 * The first child SA of an IKEv2 tunnel has no exchange of its own, so groups that differ show at the first rekeying only.
 * Children made by an exchange of their own disprove it.
 */
function hiddenPfs({ connection, tunnels, signals }: Case): Verdict | undefined {
  const { group } = connection.ipsec
  if (connection.ikeVersion !== 2) return undefined
  const stillWithout = tunnels.some(
    ({ state, children }) =>
      state === 'established' && children.some((child) => child.state === 'installed' && !child.hasOwnExchange),
  )
  const failed = signals.filter(
    ({ says, ikeSa }) => says.what === 'rekey-failed' && tunnels.some((tunnel) => tunnel.ikeSa === ikeSa),
  )
  const [first] = failed
  if (!stillWithout || first === undefined) return undefined
  const refused = signals.filter(
    ({ says, ikeSa, at }) => says.what === 'proposal-refused' && ikeSa === first.ikeSa && at <= first.at,
  )
  if (refused.length === 0) return undefined
  return {
    code: 'PFS_MISMATCH',
    field: 'ipsecpolicy.pfs',
    configured: group ?? 'none',
    offered: null,
    evidence: evidenceOf([...refused.slice(-1), ...failed]),
    since: timestamp(first.at),
  }
}

/** The peer agreed to a part of the networks only. */
function narrowed({ connection, tunnels, signals, wantedSince }: Case): Verdict | undefined {
  const children = tunnels.flatMap((tunnel) => tunnel.children).filter(({ state }) => state === 'installed')
  const since = signals.findLast(({ says }) => says.what === 'ike-established')
  for (const wanted of expectation(connection).children) {
    if (connection.ipsec.mode !== 'tunnel') return undefined
    const own = children.filter(({ fingerprint }) => fingerprint === wanted.fingerprint)
    for (const side of ['peerCidrs', 'localCidrs'] as const) {
      const agreed = [...new Set(own.flatMap((child) => child[side]))]
      // Mostly they are the very same, and comparing texts is cheap.
      const isCovered = (cidr: string) => agreed.includes(cidr) || agreed.some((one) => coversCidr(one, cidr))
      const missing = !wanted[side].every(isCovered)
      if (agreed.length === 0 || !missing) continue
      return {
        code: 'NETWORKS_NARROWED',
        field: side === 'peerCidrs' ? 'peer_ep_group_id' : 'local_ep_group_id',
        configured: wanted[side].join(', '),
        offered: agreed.join(', '),
        evidence: evidenceOf(since ? [since] : []),
        since: timestamp(since?.at ?? wantedSince),
      }
    }
  }
  return undefined
}

function oneWayTraffic({ connection, tunnels, traffic }: Case, now: Instant): Verdict | undefined {
  const found = oneWay(traffic, tunnels, now)
  if (found === undefined) return undefined
  const isIn = found.missing === 'in'
  return {
    code: isIn ? 'NOTHING_COMES_BACK' : 'NOTHING_GOES_OUT',
    field: isIn ? 'peer_ep_group_id' : 'local_ep_group_id',
    configured: (isIn ? connection.peerCidrs : connection.localCidrs).join(', '),
    offered: null,
    evidence: [{ time: timestamp(now), line: countsOf(found) }],
    since: timestamp(found.since),
  }
}

function countsOf({ missing, packets }: { readonly missing: 'in' | 'out'; readonly packets: number }): string {
  return missing === 'in' ? `${packets} packets went out, none came in` : `${packets} packets came in, none went out`
}

function lifetimes({ connection, signals }: Case): Verdict | undefined {
  const told = signals.flatMap((signal) =>
    signal.says.what === 'lifetimes-differ' ? [{ signal, offered: signal.says.offeredSeconds }] : [],
  )
  const last = told.at(-1)
  if (last === undefined || last.offered === connection.ipsec.lifetimeSeconds) return undefined
  return {
    code: 'LIFETIMES_DIFFER',
    field: 'ipsecpolicy.lifetime',
    configured: `${connection.ipsec.lifetimeSeconds} s`,
    offered: `${last.offered} s`,
    evidence: evidenceOf(told.map(({ signal }) => signal)),
    since: timestamp(told[0]?.signal.at ?? last.signal.at),
  }
}

function ofRefusal({ wantedSince }: Case, refusal: string): Verdict {
  const since = timestamp(wantedSince)
  const evidence = [{ time: since, line: refusal }]
  return { code: 'BACKEND_REFUSED', field: 'ipsecpolicy_id', configured: null, offered: null, evidence, since }
}

/** Nothing was said because nobody asked: we only answer. */
function waiting({ connection, tunnels, wantedSince }: Case): Verdict | undefined {
  if (connection.initiate || tunnels.length > 0) return undefined
  return {
    code: 'WAITING_FOR_PEER',
    field: 'initiator',
    configured: 'response-only',
    offered: null,
    evidence: [],
    since: timestamp(wantedSince),
  }
}
