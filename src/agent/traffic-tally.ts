import type { Instant } from '../model/clock.ts'
import { growth, isSameTraffic, noTraffic, type SaReading } from '../model/traffic.ts'
import { type Readings, withReadings } from './readings.ts'

/**
 * What an agent has read of a gateway's child SAs and what of it the control plane took. Plain data, made anew. After a loss
 * it is read again: only what was counted by an SA that ended before it was told is lost with it.
 */
export interface Tally {
  /** Not told, or told otherwise. */
  readonly untold: Readings
  /** Told as it stands, of SAs that were there when it was last looked. */
  readonly told: Readings
  readonly toldAt: Instant
}

export const emptyTally: Tally = { untold: new Map(), told: new Map(), toldAt: Number.NEGATIVE_INFINITY }

/** A little less than what lies between two regular looks, so that each of them tells. */
const tellEveryMs = 9_000

/** With what a look read. What moved waits to be told; what stands still and is no longer there is forgotten. */
export function tallied(tally: Tally, news: readonly SaReading[]): Tally {
  const moved = news.filter(({ sa, counted }) => !isSameTraffic(tally.told.get(sa)?.counted ?? noTraffic, counted))
  const seen = new Set(news.map(({ sa }) => sa))
  return {
    untold: withReadings(tally.untold, moved),
    told: new Map([...tally.told].filter(([sa]) => seen.has(sa))),
    toldAt: tally.toldAt,
  }
}

/**
 * What to tell now, if anything: regularly, and at once of an SA that ended, as nobody could read that one again. A
 * connection that is spoken of is told whole.
 */
export function toTell({ untold, told, toldAt }: Tally, now: Instant): readonly SaReading[] {
  const isUrgent = [...untold.values()].some(({ isOver }) => isOver)
  if (untold.size === 0 || (now - toldAt < tellEveryMs && !isUrgent)) return []
  const concerned = new Set([...untold.values()].map(({ connection }) => connection))
  const idle = [...told.values()].filter(({ sa, connection }) => concerned.has(connection) && !untold.has(sa))
  return [...untold.values(), ...idle]
}

/** The control plane took these readings. What was read meanwhile stays untold. */
export function told(tally: Tally, taken: readonly SaReading[], now: Instant): Tally {
  const untold = new Map(tally.untold)
  const known = new Map(tally.told)
  for (const reading of taken) {
    const waiting = untold.get(reading.sa)
    if (waiting !== undefined && isSameTraffic(growth(reading.counted, waiting.counted), noTraffic)) {
      untold.delete(reading.sa)
    }
    known.set(reading.sa, reading)
  }
  return { untold, told: known, toldAt: now }
}
