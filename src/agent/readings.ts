import { larger, type SaReading } from '../model/traffic.ts'

/** Readings of child SAs by what names them; of each the largest, which is the latest. */
export type Readings = ReadonlyMap<string, SaReading>

/** With more readings. An older one takes nothing back. */
export function withReadings(known: Readings, news: readonly SaReading[]): Readings {
  if (news.length === 0) return known
  const readings = new Map(known)
  for (const reading of news) {
    const before = readings.get(reading.sa)
    readings.set(
      reading.sa,
      before === undefined
        ? reading
        : { ...reading, counted: larger(before.counted, reading.counted), isOver: before.isOver || reading.isOver },
    )
  }
  return readings
}
