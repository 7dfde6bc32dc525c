import type { ConnectionId, GatewayId } from './ids.ts'

/** What went through, in bytes of IP packets as the key exchange daemon counts them. Only ever grows. */
export interface Traffic {
  readonly bytesIn: number
  readonly bytesOut: number
  readonly packetsIn: number
  readonly packetsOut: number
}

export const trafficMeasures = ['bytesIn', 'bytesOut', 'packetsIn', 'packetsOut'] as const

export const noTraffic: Traffic = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }

/** The counters of one child SA as they stood at one time. A later reading of the same SA is never smaller. */
export interface SaReading {
  readonly connection: ConnectionId
  /** Names this SA for all time: no other one ever has it, not even after the daemon began to number anew. */
  readonly sa: string
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
  readonly counted: Traffic
  /** Nothing more can come of it: there will be no other chance to hear of it. */
  readonly isOver: boolean
}

/**
 * What an agent read. Readings are totals and no differences, so that a report which is lost or comes twice neither
 * loses nor doubles anything: of each SA the largest reading counts.
 */
export interface TrafficReport {
  readonly gateway: GatewayId
  /** Of each connection that is mentioned, all child SAs the agent sees. */
  readonly readings: readonly SaReading[]
}

export function sum(one: Traffic, other: Traffic): Traffic {
  return combined(one, other, (a, b) => a + b)
}

/** The larger of each. */
export function larger(one: Traffic, other: Traffic): Traffic {
  return combined(one, other, Math.max)
}

/** By how much `now` is more than `before`; never less than nothing. */
export function growth(before: Traffic, now: Traffic): Traffic {
  return combined(before, now, (a, b) => Math.max(0, b - a))
}

export function isSameTraffic(one: Traffic, other: Traffic): boolean {
  return trafficMeasures.every((measure) => one[measure] === other[measure])
}

function combined(one: Traffic, other: Traffic, by: (a: number, b: number) => number): Traffic {
  return {
    bytesIn: by(one.bytesIn, other.bytesIn),
    bytesOut: by(one.bytesOut, other.bytesOut),
    packetsIn: by(one.packetsIn, other.packetsIn),
    packetsOut: by(one.packetsOut, other.packetsOut),
  }
}
