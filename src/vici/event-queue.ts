import type { ViciMessage } from './message.ts'

/** Something happened in charon: `ike-updown`, `child-updown`, `log`, … */
export interface ViciEvent {
  readonly name: string
  readonly message: ViciMessage
}

interface Waiter {
  resolve(result: IteratorResult<ViciEvent, undefined>): void
  reject(error: Error): void
}

/**
 * Events between a socket that must always be drained and a consumer that may be slow.
 *
 * Holds at most `limit` events and drops the oldest beyond that, counting them in `dropped`. This is allowed because an event is
 * only a hint to look again, never the source of truth; and it is necessary because the alternatives are worse: an endless queue
 * eats the process, and a socket not read blocks the replies behind it and fills charon's memory instead of ours.
 */
export class EventQueue {
  readonly #limit: number
  #events: ViciEvent[] = []
  #first = 0
  #dropped = 0
  #waiters: Waiter[] = []
  #end: { readonly error: Error | undefined } | undefined

  constructor(limit: number) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('an event queue holds at least one event')
    this.#limit = limit
  }

  /** How many events were lost because nobody fetched them in time. When it grows: look at everything again. */
  get dropped(): number {
    return this.#dropped
  }

  get length(): number {
    return this.#events.length - this.#first
  }

  push(event: ViciEvent): void {
    if (this.#end !== undefined) return
    const waiter = this.#waiters.shift()
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value: event })
      return
    }
    this.#events.push(event)
    if (this.length > this.#limit) {
      this.#first++
      this.#dropped++
    }
    // Moving the array up only when half of it is used up keeps push and next at constant cost.
    if (this.#first > this.#limit) this.#forgetFetched()
  }

  /** The next event; waits for it. What is queued still comes after `end`, then the error if there was one, then `done`. */
  next(): Promise<IteratorResult<ViciEvent, undefined>> {
    const event = this.#events[this.#first]
    if (event !== undefined) {
      this.#first++
      if (this.#first === this.#events.length) this.#forgetFetched()
      return Promise.resolve({ done: false, value: event })
    }
    if (this.#end !== undefined) {
      const { error } = this.#end
      this.#end = { error: undefined }
      return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error)
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
    })
  }

  /** No more events. Those waiting are told now: the first the error, if there is one, the others that it is over. */
  end(error?: Error): void {
    if (this.#end !== undefined) return
    this.#end = { error }
    for (const waiter of this.#waiters.splice(0)) this.next().then(waiter.resolve, waiter.reject)
  }

  #forgetFetched(): void {
    this.#events = this.#events.slice(this.#first)
    this.#first = 0
  }
}
