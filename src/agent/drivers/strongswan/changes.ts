import type { GatewayId } from '../../../model/ids.ts'

/**
 * Gateways worth a look, each listener getting all of them. A gateway named again before it was fetched is told once:
 * a hint does not count what happened.
 */
export class Changes {
  readonly #listeners = new Set<Listener>()
  #isClosed = false

  announce(gateway: GatewayId): void {
    for (const listener of this.#listeners) {
      listener.waiting.add(gateway)
      listener.wake()
    }
  }

  /** Nothing more comes; listeners get what is waiting, and end. */
  close(): void {
    this.#isClosed = true
    for (const { wake } of this.#listeners) wake()
  }

  /** Ends when the signal is aborted or `close` was called. Listens from the call on, not from the first fetch. */
  listen(signal: AbortSignal): AsyncIterable<GatewayId> {
    const listener: Listener = { waiting: new Set(), wake: () => undefined }
    const isOver = () => signal.aborted || this.#isClosed
    const onAbort = () => listener.wake()
    const forget = () => {
      this.#listeners.delete(listener)
      signal.removeEventListener('abort', onAbort)
    }
    if (!isOver()) this.#listeners.add(listener)
    signal.addEventListener('abort', onAbort, { once: true })
    return (async function* () {
      try {
        while (!signal.aborted) {
          const [next] = listener.waiting
          if (next !== undefined) {
            listener.waiting.delete(next)
            yield next
          } else if (isOver()) {
            return
          } else {
            await new Promise<void>((resolve) => {
              listener.wake = resolve
            })
          }
        }
      } finally {
        forget()
      }
    })()
  }
}

interface Listener {
  readonly waiting: Set<GatewayId>
  wake: () => void
}
