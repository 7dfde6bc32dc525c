import type { Clock, Instant } from '../../src/model/clock.ts'

interface Sleeper {
  readonly at: Instant
  wake(): void
}

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
  #now: Instant
  readonly #sleepers = new Set<Sleeper>()

  constructor(start: Instant = 1_000_000) {
    this.#now = start
  }

  now(): Instant {
    return this.#now
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const abort = () => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason)
      }
      const sleeper: Sleeper = {
        at: this.#now + milliseconds,
        wake: () => {
          signal.removeEventListener('abort', abort)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  /** Lets `milliseconds` pass, stopping at each moment somebody sleeps until, and lets everybody finish what they do then. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    await everybodyWaits()
    for (;;) {
      const next = [...this.#sleepers].reduce((earliest, { at }) => Math.min(earliest, at), Number.POSITIVE_INFINITY)
      if (next > end) break
      this.#now = Math.max(this.#now, next)
      for (const sleeper of [...this.#sleepers].filter(({ at }) => at <= this.#now)) {
        this.#sleepers.delete(sleeper)
        sleeper.wake()
      }
      await everybodyWaits()
    }
    this.#now = end
  }
}

/** A few turns of the event loop: all promises that could settle without time passing have settled. */
async function everybodyWaits(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
