import type { Instant } from './clock.ts'
import { noTraffic, type Traffic } from './traffic.ts'

/** What is kept of a connection's traffic: totals, and of which SAs how much is in them. */
export interface TrafficAccount {
  /** Of all child SAs there ever were. */
  readonly total: Traffic
  /** By pair of networks; those that a change of the connection left behind stay. */
  readonly pairs: readonly PairTraffic[]
  /** What the totals contain of each SA that may be told of again. */
  readonly counted: Readonly<Record<string, CountedSa>>
}

/** Traffic between two lists of networks. */
export interface PairTraffic {
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
  readonly total: Traffic
}

export interface CountedSa {
  readonly counted: Traffic
  /** Since when reports about the connection do not mention it. */
  readonly missingSince?: Instant
}

export const emptyAccount: TrafficAccount = { total: noTraffic, pairs: [], counted: {} }
