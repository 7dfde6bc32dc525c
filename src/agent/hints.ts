/**
 * A stream of hints to look again: each value is in it at most once, however often it is pushed before it is taken. What
 * a slow reader misses are repetitions, never a value.
 */
export class Hints<T> {
  readonly #pending = new Set<T>()
  readonly #signal: AbortSignal
  #wake: () => void = () => {}

  /** Ends when the signal aborts. */
  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  push(value: T): void {
    this.#pending.add(value)
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    const stop = () => this.#wake()
    this.#signal.addEventListener('abort', stop)
    try {
      while (!this.#signal.aborted) {
        const [next] = this.#pending
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
          continue
        }
        this.#pending.delete(next)
        yield next
      }
    } finally {
      this.#signal.removeEventListener('abort', stop)
    }
  }
}
