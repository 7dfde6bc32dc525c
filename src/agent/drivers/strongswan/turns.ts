import type { Clock } from '../../../model/clock.ts'
import type { ConnectionId } from '../../../model/ids.ts'

interface Attempt {
  readonly connection: ConnectionId
  readonly over: Promise<void>
  readonly end: () => void
}

/** A silent peer is not waited for: it cannot confuse anything either. */
const patienceMs = 1_000

/**
 * Lets connections with the same two identities be opened one after the other.
 *
 * Opening the first tunnel between two identities, charon says INITIAL_CONTACT: "I have no other". The peer then drops what
 * it has from before, which is how the stale tunnels of a crash of ours vanish at its side. Of two opened at the same moment
 * both would say so, and the one would cost the other its life; the second does not say it once the first stands.
 */
export class Turns {
  readonly #identities = new Map<ConnectionId, string>()
  readonly #underWay = new Map<string, Attempt>()

  /** To be told of each connection. The type prefixes of identities do not count: charon lists them without. */
  isBetween(connection: ConnectionId, local: string | undefined, peer: string | undefined): void {
    this.#identities.set(connection, [local, peer].map((id) => id?.replace(/^\w+:/, '') ?? '').join(' '))
  }

  /** Resolves when it is the connection's turn. Its attempt is then under way until `isOver`. */
  async take(connection: ConnectionId, clock: Clock, signal: AbortSignal): Promise<void> {
    const identities = this.#identities.get(connection)
    if (identities === undefined) return
    const before = this.#underWay.get(identities)
    if (before !== undefined && before.connection !== connection) await atMost(patienceMs, before.over, clock, signal)
    let end = () => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    this.#underWay.set(identities, { connection, over, end })
  }

  /** The attempt has come to an end, good or bad. */
  isOver(connection: ConnectionId): void {
    const identities = this.#identities.get(connection)
    if (identities === undefined) return
    const attempt = this.#underWay.get(identities)
    if (attempt?.connection !== connection) return
    this.#underWay.delete(identities)
    attempt.end()
  }
}

async function atMost(milliseconds: number, event: Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  const done = new AbortController()
  const pause = clock.sleep(milliseconds, AbortSignal.any([signal, done.signal])).catch((error: unknown) => {
    if (!done.signal.aborted) throw error
  })
  try {
    await Promise.race([event, pause])
  } finally {
    done.abort()
    await pause
  }
}
