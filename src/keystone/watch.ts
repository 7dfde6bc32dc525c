import type { Clock } from '../model/clock.ts'
import type { KeystoneTrouble } from './trouble.ts'

/** Between two looks, in milliseconds: while all is well, and while it is not. */
const pauses = { wellMs: 15_000, troubledMs: 2_000 }

export interface Watched {
  /** Asks Keystone for something. @returns what is wrong with it */
  readonly look: () => Promise<KeystoneTrouble | undefined>
  readonly clock: Clock
  /** Called when trouble begins, and with other words when it becomes another. */
  readonly onTrouble: (trouble: KeystoneTrouble) => void
  readonly onHealed: () => void
}

/** Looks regularly whether Keystone does its work, so that it is known before a request needs it, and told once. */
export class Watch {
  readonly #watched: Watched
  readonly #work: Promise<void>
  #reason: string | undefined = 'Keystone was not asked yet'
  #hasTold = false
  #isClosed = false
  #nap = new AbortController()

  constructor(watched: Watched) {
    this.#watched = watched
    this.#work = this.#watch()
  }

  /** What is wrong with Keystone, for people; `undefined`: nothing. */
  get reason(): string | undefined {
    return this.#reason
  }

  /** A request went well, or did not: where that is news, it is looked at once. One request alone decides nothing. */
  hint(isWell: boolean): void {
    if (isWell !== (this.#reason === undefined)) this.#nap.abort()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#nap.abort()
    await this.#work
  }

  async #watch(): Promise<void> {
    while (!this.#isClosed) {
      this.#nap = new AbortController()
      const { signal } = this.#nap
      this.#tell(await this.#watched.look())
      try {
        await this.#watched.clock.sleep(this.#reason === undefined ? pauses.wellMs : pauses.troubledMs, signal)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  #tell(trouble: KeystoneTrouble | undefined): void {
    const isNews = trouble?.message !== this.#reason
    this.#reason = trouble?.message
    if (!isNews || this.#isClosed) return
    if (trouble) this.#watched.onTrouble(trouble)
    else if (this.#hasTold) this.#watched.onHealed()
    this.#hasTold = trouble !== undefined
  }
}
