import type { TokenFacts } from '../domain/token-validator.ts'
import type { Instant } from '../model/clock.ts'

/** What Keystone said of a token; `undefined`: it is not good. */
export type Facts = TokenFacts | undefined

interface Verdict {
  readonly facts: Facts
  readonly since: Instant
  readonly until: Instant
}

/** The most that are kept of each kind. Rubbish pushes out rubbish only. */
const most = { good: 10_000, bad: 1_000 }

/** What was said of tokens lately, by their hashes: a bounded number, each for its time, the oldest going first. */
export class Verdicts {
  readonly #good = new Map<string, Verdict>()
  readonly #bad = new Map<string, Verdict>()

  /** @returns `undefined`: nothing is known */
  find(hash: string, now: Instant): Pick<Verdict, 'facts'> | undefined {
    for (const kept of [this.#good, this.#bad]) {
      const verdict = kept.get(hash)
      // A time of day that was set back must not lengthen anything.
      if (verdict && verdict.since <= now && now < verdict.until) return verdict
      kept.delete(hash)
    }
    return undefined
  }

  keep(hash: string, verdict: Verdict): void {
    const [kept, limit] = verdict.facts ? [this.#good, most.good] : [this.#bad, most.bad]
    this.#good.delete(hash)
    this.#bad.delete(hash)
    const [oldest] = kept.keys()
    if (oldest !== undefined && kept.size >= limit) kept.delete(oldest)
    kept.set(hash, verdict)
  }
}
