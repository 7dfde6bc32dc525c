import type { Clock, Instant } from '../model/clock.ts'
import { ForgetfulMap } from './forgetful-map.ts'

/** How often somebody may ask. */
export interface RateLimit {
  /** For ever. */
  readonly perMinute: number
  /** At once, after a while of silence. */
  readonly burst: number
}

/** Where somebody stands after one more request. */
export interface Standing {
  /** Requests that would be answered now. */
  readonly remaining: number
  /** After which time all of the burst is there again. */
  readonly resetSeconds: number
  /** Set when this request is one too many: after this time the next is answered. */
  readonly retryAfterSeconds: number | undefined
}

export interface RateLimiter {
  readonly limit: RateLimit
  /** Counts a request of whoever the key names. One that is refused costs nothing. */
  count(key: string): Standing
}

/** Those who asked and may be counted at once. Whoever is forgotten begins anew. */
const mostKnown = 10_000

/**
 * A bucket of tokens for each key, which one number says all about: when the bucket will be full again. A request moves
 * that time on by what one request weighs; one that would move it further than a whole bucket is too many.
 */
export function createRateLimiter(limit: RateLimit, clock: Pick<Clock, 'now'>): RateLimiter {
  const weightMs = 60_000 / limit.perMinute
  const wholeMs = limit.burst * weightMs
  const fullAgainAt = new ForgetfulMap<Instant>(mostKnown)
  return {
    limit,
    count(key) {
      const now = clock.now()
      // A clock that was set back must not make anybody wait longer than an empty bucket does.
      const missingMs = Math.min(wholeMs, Math.max(0, (fullAgainAt.get(key) ?? 0) - now))
      const tooMuchMs = missingMs + weightMs - wholeMs
      // A thousandth of a millisecond is what adding fractions leaves over.
      const isOneTooMany = tooMuchMs > 0.001
      const leftMs = isOneTooMany ? missingMs : missingMs + weightMs
      if (!isOneTooMany) fullAgainAt.set(key, now + leftMs)
      return {
        remaining: Math.floor((wholeMs - leftMs) / weightMs + 0.001),
        resetSeconds: Math.ceil(leftMs / 1_000),
        retryAfterSeconds: isOneTooMany ? Math.ceil(tooMuchMs / 1_000) : undefined,
      }
    },
  }
}
