import type { Instant } from '../../../model/clock.ts'
import type { LogLine } from '../../../vici/events.ts'
import type { Signal } from '../../signal.ts'
import { readConnectionName } from './translate.ts'
import { saidBy, senderIn } from './translate-signals.ts'

/** Of one connection, or of one address before it is known which connection it is. */
const most = 32
/** More than any gateway has; the ones heard of least recently go first. */
const mostConnections = 4_096
/** Anybody may knock: of unknown negotiations no more than these are remembered. */
const mostAddresses = 64
const mostNegotiations = 512

/** The last things a charon said, by connection, and before a connection was found by address of the peer. */
export class SignalMemory {
  readonly #byConnection = new Map<string, Signal[]>()
  readonly #byAddress = new Map<string, Signal[]>()
  /** By number of the IKE SA: who talks, and the line before. */
  readonly #negotiations = new Map<number, { readonly sender: string | undefined; readonly line: string }>()

  /** @returns what the line says, if it says anything */
  heard({ text, ikeName = '', ikeUniqueId }: LogLine, at: Instant): Signal | undefined {
    const known = ikeUniqueId === undefined ? undefined : this.#negotiations.get(ikeUniqueId)
    const sender = senderIn(text) ?? known?.sender
    if (ikeUniqueId !== undefined) {
      this.#negotiations.set(ikeUniqueId, { sender, line: text })
      shorten(this.#negotiations, mostNegotiations)
    }
    const says = saidBy(text, known?.line)
    if (says === undefined) return undefined
    const connection = readConnectionName(ikeName)?.connection
    // What a peer asked for stands in the line before, and is the better evidence.
    const line = says.what === 'identities-unknown' ? `${known?.line}; ${text}` : text
    const signal = { at, connection, peerAddress: sender, ikeSa: ikeUniqueId, says, line }
    if (connection !== undefined) keep(this.#byConnection, connection, signal, mostConnections)
    else if (sender !== undefined) keep(this.#byAddress, sender, signal, mostAddresses)
    else return undefined
    return signal
  }

  /** Oldest first. */
  about(connection: string, peerAddress: string): Signal[] {
    const own = this.#byConnection.get(connection) ?? []
    const others = this.#byAddress.get(peerAddress) ?? []
    return [...own, ...others].sort((a, b) => a.at - b.at)
  }
}

/**
 * The newest stay; of what is said again and again, the first and the last. Put in anew, so that whoever was not heard of
 * for longest is the first to go.
 */
function keep(signals: Map<string, Signal[]>, key: string, signal: Signal, size: number): void {
  const before = signals.get(key) ?? []
  const [last, oneBefore] = before.toReversed()
  const again = [last, oneBefore].every((one) => one?.says.what === signal.says.what && one.ikeSa === signal.ikeSa)
  signals.delete(key)
  signals.set(key, [...(again ? before.slice(0, -1) : before), signal].slice(-most))
  shorten(signals, size)
}

function shorten(map: Map<unknown, unknown>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) return
    map.delete(key)
  }
}
