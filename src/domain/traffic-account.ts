import type { Instant } from '../model/clock.ts'
import { growth, larger, noTraffic, type SaReading, sum } from '../model/traffic.ts'
import type { PairTraffic, TrafficAccount } from '../model/traffic-account.ts'

/**
 * For how long an SA that is not told of any more may still be told of. An agent that just started may not see one that is
 * being rekeyed for some seconds, and a late report may come after a newer one.
 */
const rememberedMs = 600_000
/** A connection that is changed again and again has many pairs in its time. Those that rest longest go; the total keeps their traffic. */
const mostPairs = 100

/**
 * The account with what a report says about its connection. Pure. Of each SA the largest reading there ever was counts, so
 * reports may be lost, come twice or out of order, and totals never fall.
 */
export function credited(account: TrafficAccount, readings: readonly SaReading[], now: Instant): TrafficAccount {
  let { total } = account
  const pairs = new Map(account.pairs.map((pair) => [nameOf(pair), pair]))
  const counted = new Map(Object.entries(account.counted))
  const mentioned = new Set(readings.map(({ sa }) => sa))
  for (const reading of readings) {
    const known = counted.get(reading.sa)?.counted ?? noTraffic
    const increment = growth(known, reading.counted)
    total = sum(total, increment)
    const name = nameOf(reading)
    const { localCidrs, peerCidrs } = reading
    const pair = { localCidrs, peerCidrs, total: sum(pairs.get(name)?.total ?? noTraffic, increment) }
    // Behind the others, so that those which rest longest come first.
    pairs.delete(name)
    pairs.set(name, pair)
    counted.set(reading.sa, { counted: larger(known, reading.counted) })
  }
  for (const [sa, { missingSince = now, ...known }] of counted) {
    if (mentioned.has(sa)) continue
    if (now - missingSince > rememberedMs) counted.delete(sa)
    else counted.set(sa, { ...known, missingSince })
  }
  return { total, pairs: [...pairs.values()].slice(-mostPairs), counted: Object.fromEntries(counted) }
}

function nameOf({ localCidrs, peerCidrs }: Pick<PairTraffic, 'localCidrs' | 'peerCidrs'>): string {
  return `${localCidrs.join(' ')} ${peerCidrs.join(' ')}`
}
