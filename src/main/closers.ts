/** Something that has to be closed. */
export type Closer = () => Promise<void> | void

/**
 * What was opened, closed in reverse: each part may count on those before it to its end. A closer that fails does not keep
 * the others from running.
 */
export class Closers {
  readonly #closers: Closer[] = []

  add(closer: Closer): void {
    this.#closers.push(closer)
  }

  async closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const closer of this.#closers.splice(0).reverse()) {
      try {
        await closer()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
  }
}

/** Runs `work`; what it opened is closed afterwards, also when a later line of it throws. */
export async function withClosers<T>(work: (closers: Closers) => Promise<T>): Promise<T> {
  const closers = new Closers()
  try {
    return await work(closers)
  } finally {
    await closers.closeAll()
  }
}
