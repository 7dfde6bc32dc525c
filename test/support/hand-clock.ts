import type { Clock, Instant } from '../../src/model/clock.ts'

/** Time in a test's hand. Nobody waits: every sleep is over at once. */
export class HandClock implements Clock {
  at: Instant

  constructor(at: Instant) {
    this.at = at
  }

  now(): Instant {
    return this.at
  }

  async sleep(_milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
  }
}
