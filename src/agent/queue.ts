import type { Clock, Instant } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { growingPause } from './pauses.ts'

export interface QueueOptions<K extends string> {
  /**
   * @returns milliseconds from its beginning in which the next change need not be looked at. Changes that follow closely
   * then share a look: what one costs may grow with all that it looks at, and not only with what changed.
   */
  look(key: K, signal: AbortSignal): Promise<number>
  readonly clock: Clock
  /** Numbers from 0 up to 1. */
  readonly random: () => number
  readonly log: Log
  /** How many looks may run at once. */
  readonly atOnce?: number
  /** While this key is to be looked at or is being looked at, no other look begins. */
  readonly first?: K
}

/** Between a failed look and the next. */
export const failurePauses = { firstMs: 100, longestMs: 30_000 }
/**
 * A hint that follows a look which was itself begun by a hint waits for as long as that took, so that a busy gateway is
 * not looked at without pause; at most this. The first hint after a change is what the change was waiting for: no pause.
 */
const longestSpacingMs = 1_000
/** How long the end waits for looks that still run. They have been told to stop. */
const endMs = 10_000
/** A sleep without anything to wait for; any length will do. */
const idleMs = 3_600_000

/** Why a key waits: something was changed, something may have changed, or a moment was set. The first outranks the others. */
type Cause = 'change' | 'hint' | 'later'

interface Waiting {
  readonly due: Instant
  readonly cause: Cause
}

/**
 * Keys to look at again. What holds:
 *
 * - a key is in it once, however often it is added;
 * - one look at a time per key; a key added while its look runs is looked at once more afterwards;
 * - several keys at once, up to a bound, in the order in which they fell due;
 * - a look may ask for a rest, which changes that come in it wait for; hints do not, they are what changes wait for;
 * - a look that fails is repeated after a growing pause, for ever. A change cuts the pause short. A hint does not: most
 *   hints during failures come from the failing look itself.
 */
export class LookQueue<K extends string> {
  readonly #options: QueueOptions<K>
  readonly #atOnce: number
  readonly #waiting = new Map<K, Waiting>()
  readonly #running = new Map<K, Promise<void>>()
  readonly #failures = new Map<K, number>()
  readonly #restingUntil = new Map<K, Instant>()
  readonly #lastHinted = new Map<K, { readonly endedAt: Instant; readonly tookMs: number }>()
  #wake: () => void = () => {}
  #idle: (() => void)[] = []
  #ended = false

  constructor(options: QueueOptions<K>) {
    this.#options = options
    this.#atOnce = options.atOnce ?? 8
  }

  /** Something about this key was changed: look at it now. */
  add(key: K): void {
    this.#failures.delete(key)
    this.#schedule(key, { due: Math.max(this.#options.clock.now(), this.#restingUntil.get(key) ?? 0), cause: 'change' })
  }

  /** Something about this key may have changed: look at it soon. */
  hint(key: K): void {
    if (this.#failures.has(key)) return
    const last = this.#lastHinted.get(key)
    const spacedDue = last === undefined ? 0 : last.endedAt + Math.min(longestSpacingMs, last.tookMs)
    this.#schedule(key, { due: Math.max(this.#options.clock.now(), spacedDue), cause: 'hint' })
  }

  /** Look at this key in `milliseconds`, unless that happens earlier for another reason. */
  addAfter(key: K, milliseconds: number): void {
    this.#schedule(key, { due: this.#options.clock.now() + milliseconds, cause: 'later' })
  }

  /** Whether a look at this key runs or is due. */
  isBusy(key: K): boolean {
    return this.#running.has(key) || this.#isDue(key)
  }

  /** How many keys are due and not being looked at. */
  get length(): number {
    return [...this.#waiting.keys()].filter((key) => !this.#running.has(key) && this.#isDue(key)).length
  }

  /** Resolves when nothing runs and nothing is asked for but looks at set moments. */
  settled(): Promise<void> {
    if (this.#isSettled()) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idle.push(resolve)
    })
  }

  /** Looks until the signal aborts, then waits for the looks that run, but not for ever. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = () => this.#wake()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        this.#begin(signal)
        this.#tellIdle()
        await this.#sleepUntilNextDue()
      }
    } finally {
      signal.removeEventListener('abort', stop)
      await this.#end()
    }
  }

  /** Keeps the earlier moment and the stronger cause. */
  #schedule(key: K, wanted: Waiting): void {
    const before = this.#waiting.get(key)
    if (before === undefined || wanted.due < before.due) this.#waiting.set(key, wanted)
    else if (wanted.cause === 'change') this.#waiting.set(key, { due: before.due, cause: 'change' })
    this.#wake()
  }

  #isDue(key: K): boolean {
    const waiting = this.#waiting.get(key)
    return waiting !== undefined && waiting.due <= this.#options.clock.now()
  }

  /** The keys whose look may begin now, in the order in which they fell due. */
  #ready(): K[] {
    const { first } = this.#options
    if (first !== undefined && this.#running.has(first)) return []
    const ready = [...this.#waiting]
      .filter(([key]) => !this.#running.has(key) && this.#isDue(key))
      .sort(([, a], [, b]) => a.due - b.due)
      .map(([key]) => key)
    const allowed = first !== undefined && ready.includes(first) ? [first] : ready
    return allowed.slice(0, Math.max(0, this.#atOnce - this.#running.size))
  }

  #begin(signal: AbortSignal): void {
    for (const key of this.#ready()) {
      const isHinted = this.#waiting.get(key)?.cause === 'hint'
      this.#waiting.delete(key)
      this.#running.set(key, this.#lookAt(key, isHinted, signal))
    }
  }

  async #lookAt(key: K, isHinted: boolean, signal: AbortSignal): Promise<void> {
    const { look, clock } = this.#options
    const start = clock.now()
    try {
      const restMs = await look(key, signal)
      if (restMs > 0) this.#restingUntil.set(key, start + restMs)
      else this.#restingUntil.delete(key)
      this.#failures.delete(key)
    } catch (error) {
      if (!signal.aborted) this.#retryLater(key, error)
    } finally {
      if (isHinted) this.#lastHinted.set(key, { endedAt: clock.now(), tookMs: clock.now() - start })
      else this.#lastHinted.delete(key)
      this.#running.delete(key)
      this.#wake()
    }
  }

  #retryLater(key: K, error: unknown): void {
    const { clock, random, log } = this.#options
    const failures = (this.#failures.get(key) ?? 0) + 1
    const pauseMs = growingPause(failurePauses, failures, random())
    this.#failures.set(key, failures)
    if (this.#waiting.get(key)?.cause !== 'change') {
      this.#waiting.set(key, { due: clock.now() + pauseMs, cause: 'later' })
    }
    log.warn({ key, failures, pauseMs, err: error }, 'look failed')
  }

  async #sleepUntilNextDue(): Promise<void> {
    if (this.#ready().length > 0) return
    const { clock } = this.#options
    const now = clock.now()
    // Due keys that have to wait are not counted: the end of the look they wait for wakes us.
    const wakeAt = [...this.#waiting.values()]
      .map(({ due }) => due)
      .filter((due) => due > now)
      .reduce((earliest, due) => Math.min(earliest, due), now + idleMs)
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    try {
      await clock.sleep(Math.ceil(wakeAt - now), woken.signal)
    } catch (error) {
      if (!woken.signal.aborted) throw error
    } finally {
      this.#wake = () => {}
    }
  }

  #isSettled(): boolean {
    if (this.#ended) return true
    if (this.#running.size > 0) return false
    return [...this.#waiting.values()].every(({ cause }) => cause === 'later')
  }

  #tellIdle(): void {
    if (!this.#isSettled()) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #end(): Promise<void> {
    const { clock, log } = this.#options
    const enough = new AbortController()
    const deadline = clock.sleep(endMs, enough.signal).then(
      () => log.warn({ keys: [...this.#running.keys()] }, 'looks left running'),
      (error: unknown) => {
        if (!enough.signal.aborted) throw error
      },
    )
    // Looks never reject: what goes wrong in one is handled where it runs.
    await Promise.race([Promise.all(this.#running.values()), deadline])
    enough.abort()
    await deadline
    this.#ended = true
    this.#tellIdle()
  }
}
