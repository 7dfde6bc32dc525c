import type { Clock, Instant } from '../model/clock.ts'
import { ForgetfulMap } from './forgetful-map.ts'

/** How failures are answered with pauses. */
export interface StrikeRule {
  /** The pauses begin with this failure. */
  readonly pausesFrom: number
  /** Doubles with each further failure. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** One failure is forgiven each time so long has passed after the pause. */
  readonly forgivesOneEveryMs: number
}

interface Struck {
  readonly count: number
  /** When the last failure was, if no pause came of it. */
  readonly pausedUntil: Instant
}

/** Keys that are remembered at least. */
const mostKnown = 10_000

/** Counts failures by key, and makes those who fail wait, longer each time. */
export class Strikes {
  readonly #rule: StrikeRule
  readonly #clock: Pick<Clock, 'now'>
  readonly #struck = new ForgetfulMap<Struck>(mostKnown)

  constructor(rule: StrikeRule, clock: Pick<Clock, 'now'>) {
    this.#rule = rule
    this.#clock = clock
  }

  /** For how long the key has to wait now; 0: not at all. */
  pauseMs(key: string): number {
    const left = (this.#struck.get(key)?.pausedUntil ?? 0) - this.#clock.now()
    // A clock that was set back makes nobody wait longer than the rule does.
    return Math.min(this.#rule.longestPauseMs, Math.max(0, left))
  }

  strike(key: string): void {
    const { pausesFrom, firstPauseMs, longestPauseMs, forgivesOneEveryMs } = this.#rule
    const now = this.#clock.now()
    const before = this.#struck.get(key)
    const forgiven = before ? Math.max(0, now - before.pausedUntil) / forgivesOneEveryMs : 0
    const count = Math.max(0, (before?.count ?? 0) - forgiven) + 1
    // Forgiving goes on between two failures, so that the fifth of five in a row counts a hair less than five.
    const over = Math.round(count) - pausesFrom
    const pause = over < 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(over, 30))
    this.#struck.set(key, { count, pausedUntil: now + pause })
  }

  forgive(key: string): void {
    this.#struck.delete(key)
  }
}
