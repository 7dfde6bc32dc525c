import type { Instant } from '../model/clock.ts'
import { growth, noTraffic, type Traffic } from '../model/traffic.ts'

/** Totals at the end of a stretch that begins at `at`. */
export interface SampleAt extends Traffic {
  readonly at: Instant
}

/** What went through in the time that begins at `at`. */
export interface Point {
  readonly at: Instant
  readonly traffic: Traffic
}

/**
 * What went through in each stretch of a time. Pure. The points add up to what the totals grew by in that time: a stretch
 * without samples is one in which nothing went through.
 *
 * @param samples oldest first; the last before `from` says what was there before
 * @param from beginning of the first stretch
 * @param to end of the last stretch
 */
export function seriesOf(
  samples: readonly SampleAt[],
  { from, to, stepMs }: { readonly from: Instant; readonly to: Instant; readonly stepMs: number },
): Point[] {
  const points: Point[] = []
  let index = 0
  let before: Traffic = noTraffic
  const upTo = (end: Instant): Traffic => {
    let last = before
    for (let next = samples[index]; next !== undefined && next.at < end; next = samples[++index]) last = next
    return last
  }
  before = upTo(from)
  for (let at = from; at < to; at += stepMs) {
    const now = upTo(at + stepMs)
    points.push({ at, traffic: growth(before, now) })
    before = now
  }
  return points
}
