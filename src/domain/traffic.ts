import type { Clock, Instant } from '../model/clock.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import { problem } from '../model/problem.ts'
import { timestamp } from '../model/time.ts'
import type { SaReading, TrafficReport } from '../model/traffic.ts'
import { type ShownTraffic, trafficResolutions } from '../model/traffic-operations.ts'
import type { Tx } from '../store/open.ts'
import { accountOf, accountsOf, putAccounts, samplesOf } from '../store/traffic.ts'
import { found } from './access.ts'
import type { Asking } from './ports.ts'
import { credited } from './traffic-account.ts'
import { finest, resolutionAfter } from './traffic-resolutions.ts'
import { type SampleAt, seriesOf } from './traffic-series.ts'

/** Takes in what an agent read of its tunnels. Connections that are gone meanwhile are passed over. */
export async function takeTraffic(tx: Tx, { readings }: TrafficReport, clock: Clock): Promise<void> {
  const byConnection = new Map<string, SaReading[]>()
  for (const reading of readings) {
    const some = byConnection.get(reading.connection)
    if (some) some.push(reading)
    else byConnection.set(reading.connection, [reading])
  }
  const now = clock.now()
  const accounts = await accountsOf(tx, [...byConnection.keys()])
  for (const [id, account] of accounts) accounts.set(id, credited(account, byConnection.get(id) ?? [], now))
  const stretch = momentOf(now - (now % (finest * 1000)))
  await putAccounts(tx, accounts, { at: timestamp(now), stretch, resolution: finest })
}

/** What is asked about the traffic of a connection. */
export interface TrafficAsked {
  /** An hour before the end unless told. */
  readonly from?: Instant | undefined
  /** Now unless told. */
  readonly to?: Instant | undefined
  /** Seconds; what gives some hundred points unless told. */
  readonly resolution?: number | undefined
}

const usualRangeMs = 3_600_000
const usualPoints = 400
const mostPoints = 2_000

/**
 * Totals of a connection and what went through in a time. Where a time is no longer kept as closely as asked, the points
 * are as close as it is kept.
 */
export async function showTraffic(asking: Asking, id: string, asked: TrafficAsked): Promise<{ traffic: ShownTraffic }> {
  const { id: connection } = await found(asking, IpsecConnection, id)
  const now = asking.world.clock.now()
  const { from, to, resolution } = frameOf(asked, now)
  const stepMs = resolution * 1000
  const account = await accountOf(asking.tx, connection)
  const samples = await samplesOf(asking.tx, connection, { from: momentOf(from), to: momentOf(to) })
  const at = (sample: (typeof samples)[number]): SampleAt => ({ ...sample, at: instantOf(sample.at) })
  return {
    traffic: {
      connection_id: connection,
      since: account?.since ?? null,
      counted_at: account?.countedAt ?? null,
      total: shown(account?.total),
      pairs: (account?.pairs ?? []).map(({ localCidrs, peerCidrs, total }) => ({
        local_cidrs: [...localCidrs],
        peer_cidrs: [...peerCidrs],
        ...shown(total),
      })),
      from: timestamp(from),
      to: timestamp(to),
      resolution,
      series: seriesOf(samples.map(at), { from, to, stepMs }).map((point) => {
        // The last stretch may have just begun.
        const seconds = Math.min(stepMs, Math.max(1000, now - point.at)) / 1000
        return {
          time: timestamp(point.at),
          ...shown(point.traffic),
          bits_in_per_second: Math.round((8 * point.traffic.bytesIn) / seconds),
          bits_out_per_second: Math.round((8 * point.traffic.bytesOut) / seconds),
        }
      }),
    },
  }
}

/** A time in whole stretches. @throws Problem when it is none, or has too many of them. */
function frameOf({ to, from, resolution }: TrafficAsked, now: Instant) {
  const end = to ?? now
  const begin = from ?? end - usualRangeMs
  if (begin >= end) throw problem('TimesReversed', { from: timestamp(begin), to: timestamp(end) })
  const points = (seconds: number) => Math.ceil((end - begin) / (seconds * 1000))
  const kept = resolutionAfter(Math.floor(Math.max(0, now - begin) / 1000))
  const usual = trafficResolutions.find((seconds) => points(seconds) <= usualPoints)
  const chosen = resolution ?? usual ?? trafficResolutions[trafficResolutions.length - 1] ?? finest
  const seconds = Math.max(chosen, kept)
  if (points(seconds) > mostPoints) throw problem('TrafficTooLong', { points: points(seconds), limit: mostPoints })
  const stepMs = seconds * 1000
  return { from: Math.floor(begin / stepMs) * stepMs, to: Math.ceil(end / stepMs) * stepMs, resolution: seconds }
}

function shown({ bytesIn = 0, bytesOut = 0, packetsIn = 0, packetsOut = 0 } = {}) {
  return { bytes_in: bytesIn, bytes_out: bytesOut, packets_in: packetsIn, packets_out: packetsOut }
}

/** As samples have it, to the second: `2018-11-03 14:24:33`. */
export function momentOf(at: Instant): string {
  return timestamp(at).slice(0, 19)
}

export function instantOf(moment: string): Instant {
  return Date.parse(`${moment.replace(' ', 'T')}Z`)
}
