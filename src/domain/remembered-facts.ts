import type { Clock, Instant } from '../model/clock.ts'
import type { Store } from '../store/open.ts'
import { identityRevision } from '../store/tokens.ts'
import type { TokenFacts } from './token-facts.ts'

/** How long a change by another process may go unnoticed, in milliseconds (`docs/decisions/0011`). */
const longestBlindnessMs = 1_000

/** The most tokens that are remembered, so that memory has an end. */
const mostRemembered = 10_000

/**
 * What tokens say, until anything they speak of changes. A change by this process is told with `forget` after its commit;
 * one by another process, or by a command, has counted up a number in the database, which is looked at once a second at
 * most, and only when somebody asks.
 */
export interface RememberedFacts {
  get(hash: string, read: () => Promise<TokenFacts | undefined>): Promise<TokenFacts | undefined>
  forget(): void
}

export function createRememberedFacts(store: Store, clock: Clock): RememberedFacts {
  const known = new Map<string, TokenFacts>()
  /** Grows with every change: what was read before one is not remembered after it. */
  let generation = 0
  let revision: number | undefined
  let lookedAt: Instant = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  function forget(): void {
    generation += 1
    known.clear()
  }

  async function look(): Promise<void> {
    const at = clock.now()
    const found = await identityRevision(store)
    if (found !== revision) forget()
    revision = found
    lookedAt = at
  }

  /** Those who ask meanwhile wait for the same look. */
  async function lookIfLate(): Promise<void> {
    if (Math.abs(clock.now() - lookedAt) < longestBlindnessMs) return
    looking ??= look().finally(() => {
      looking = undefined
    })
    await looking
  }

  return {
    forget,
    async get(hash, read) {
      await lookIfLate()
      const remembered = known.get(hash)
      if (remembered) return remembered
      const before = generation
      const facts = await read()
      if (!facts || before !== generation) return facts
      if (known.size >= mostRemembered) known.clear()
      known.set(hash, facts)
      return facts
    },
  }
}
