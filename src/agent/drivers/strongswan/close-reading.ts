import type { Clock } from '../../../model/clock.ts'
import { listSas, type Requester } from '../../../vici/commands.ts'
import { ViciClosedError } from '../../../vici/errors.ts'
import type { IkeSa } from '../../../vici/sas.ts'

export interface CloseReadingOptions {
  readonly session: Requester
  readonly clock: Clock
  readonly onRead: (sas: readonly IkeSa[]) => void
  readonly onTrouble: (error: unknown) => void
}

const everyMs = 1
/** A peer that takes longer to answer is read again by the next look. */
const longestMs = 500
/** When more are given new keys together, the others keep to their regular readings. */
const mostAtOnce = 8

/**
 * Reads the counters of an IKE SA again and again while a child of it gets new keys. Charon takes the old outbound SA away
 * with all that it counted before it tells of the new one, so what was not read by then is lost: without this, what was
 * sent since the last look; with it, what was sent in about the time of one reading.
 */
export class CloseReading {
  readonly #options: CloseReadingOptions
  readonly #running = new Map<number, AbortController>()

  constructor(options: CloseReadingOptions) {
    this.#options = options
  }

  begin(ikeSa: number): void {
    if (this.#running.has(ikeSa) || this.#running.size >= mostAtOnce) return
    const ending = new AbortController()
    this.#running.set(ikeSa, ending)
    void this.#read(ikeSa, ending.signal).finally(() => this.#running.delete(ikeSa))
  }

  end(ikeSa: number): void {
    this.#running.get(ikeSa)?.abort()
  }

  async #read(ikeSa: number, signal: AbortSignal): Promise<void> {
    const { session, clock, onRead, onTrouble } = this.#options
    const until = clock.now() + longestMs
    try {
      while (!signal.aborted && clock.now() < until) {
        onRead(await listSas(session, { ikeId: ikeSa }))
        await clock.sleep(everyMs, signal)
      }
    } catch (error) {
      if (!signal.aborted && !(error instanceof ViciClosedError)) onTrouble(error)
    }
  }
}
