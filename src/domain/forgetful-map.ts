/**
 * A map of bounded size for what strangers can fill: when it is full, what was not asked for lately is forgotten, half of
 * it at a time, so that no request ever pays for tidying up.
 */
export class ForgetfulMap<V> {
  readonly #half: number
  #recent = new Map<string, V>()
  #older = new Map<string, V>()

  /** @param most entries that are kept, at least. At most twice as many are. */
  constructor(most: number) {
    this.#half = most
  }

  get(key: string): V | undefined {
    const recent = this.#recent.get(key)
    if (recent !== undefined) return recent
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: string, value: V): void {
    if (this.#recent.size >= this.#half && !this.#recent.has(key)) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(key, value)
  }

  delete(key: string): void {
    this.#recent.delete(key)
    this.#older.delete(key)
  }
}
