import { inspect } from 'node:util'

/**
 * A pre-shared key or password on its way through the program. Every accidental way out (JSON, templates, `console.log`,
 * the logger) prints `[secret]`; the one way in is spelled `reveal()`, so that a search finds all of them.
 */
export class Secret {
  readonly #value: string | (() => string)

  /** @param value the secret, or what opens it when it is asked for: most that are read are never looked into. */
  constructor(value: string | (() => string)) {
    this.#value = value
  }

  reveal(): string {
    return typeof this.#value === 'string' ? this.#value : this.#value()
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
