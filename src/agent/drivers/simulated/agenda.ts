import type { Clock, Instant } from '../../../model/clock.ts'

interface Item {
  readonly at: Instant
  readonly happen: () => void
}

/** A sleep without anything ahead; any length will do. */
const idleMs = 3_600_000

/**
 * What is still going to happen in the simulated world, and when. It is kept as data, apart from whoever makes time pass,
 * so that negotiations go on when one driver is closed and another opened, as they do in a real daemon.
 */
export class Agenda {
  readonly #clock: Clock
  #items: Item[] = []
  /** Ends the sleeps of those who make time pass: one for each open driver. */
  readonly #sleeping = new Set<AbortController>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  after(milliseconds: number, happen: () => void): void {
    this.#items.push({ at: this.#clock.now() + milliseconds, happen })
    for (const sleep of this.#sleeping) sleep.abort()
  }

  /** Lets things happen when their time has come, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#happen()
      await this.#sleepUntilNext(signal)
    }
  }

  #happen(): void {
    const now = this.#clock.now()
    const due = this.#items.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    this.#items = this.#items.filter(({ at }) => at > now)
    for (const { happen } of due) happen()
  }

  async #sleepUntilNext(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    const next = this.#items.reduce((earliest, { at }) => Math.min(earliest, at), now + idleMs)
    const woken = new AbortController()
    const wake = () => woken.abort()
    this.#sleeping.add(woken)
    signal.addEventListener('abort', wake)
    try {
      await this.#clock.sleep(Math.max(0, Math.ceil(next - now)), woken.signal)
    } catch (error) {
      if (!woken.signal.aborted) throw error
    } finally {
      this.#sleeping.delete(woken)
      signal.removeEventListener('abort', wake)
    }
  }
}
