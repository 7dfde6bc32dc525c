/** How many may be at work, and how many may wait for it. */
export interface LineRule {
  readonly atOnce: number
  readonly places: number
  /** Of those, that one and the same may take. */
  readonly placesOfOne: number
}

/**
 * A bounded line before a piece of work that few may do at once. There are two queues: whoever is known goes before
 * whoever is not, so that a crowd of strangers does not keep those out who belong here.
 */
export class WaitingLine {
  readonly #rule: LineRule
  readonly #known: Queue
  readonly #strangers: Queue
  #working = 0

  constructor(rule: LineRule) {
    this.#rule = rule
    this.#known = new Queue(rule)
    this.#strangers = new Queue(rule)
  }

  /**
   * @returns a promise that resolves when it is the caller's turn, who calls `leave` afterwards; `undefined`: there is no
   * place left.
   */
  enter(who: string, isKnown: boolean): Promise<void> | undefined {
    if (this.#working < this.#rule.atOnce) {
      this.#working += 1
      return Promise.resolve()
    }
    return (isKnown ? this.#known : this.#strangers).join(who)
  }

  leave(): void {
    // The place at work goes from hand to hand.
    if (!this.#known.call() && !this.#strangers.call()) this.#working -= 1
  }
}

class Queue {
  readonly #rule: LineRule
  readonly #waiting: { readonly who: string; readonly call: () => void }[] = []
  readonly #places = new Map<string, number>()

  constructor(rule: LineRule) {
    this.#rule = rule
  }

  join(who: string): Promise<void> | undefined {
    const taken = this.#places.get(who) ?? 0
    if (this.#waiting.length >= this.#rule.places || taken >= this.#rule.placesOfOne) return undefined
    this.#places.set(who, taken + 1)
    return new Promise((resolve) => this.#waiting.push({ who, call: resolve }))
  }

  /** Calls the first of the queue. @returns whether there was one. */
  call(): boolean {
    const first = this.#waiting.shift()
    if (!first) return false
    const taken = this.#places.get(first.who) ?? 0
    if (taken > 1) this.#places.set(first.who, taken - 1)
    else this.#places.delete(first.who)
    first.call()
    return true
  }
}
