import type { ConnectionId } from '../../../model/ids.ts'
import type { Secret } from '../../../model/secret.ts'
import type { Traffic } from '../../../model/traffic.ts'
import type { DesiredConnection } from '../../../model/tunnel.ts'
import { selectorSets } from '../../selectors.ts'
import type { Said } from '../../signal.ts'

/** What a peer says to an attempt. */
export type Answer = 'accepted' | 'tunnel-refused' | 'child-refused'

/** What happened at a peer that its tunnels notice. */
export interface PeerListener {
  silenced(peer: SimulatedPeer): void
  cameBack(peer: SimulatedPeer): void
  hungUp(peer: SimulatedPeer): void
  exchanged(peer: SimulatedPeer, traffic: Traffic): void
  dialled(peer: SimulatedPeer, connection: ConnectionId): void
}

interface Configured {
  readonly tunnel: string
  readonly children: ReadonlySet<string>
  readonly secret: string
}

/**
 * The far end of simulated tunnels. As long as nobody tells it otherwise it mirrors whatever it is asked, and answers
 * after a few milliseconds.
 */
export class SimulatedPeer {
  readonly address: string
  /** From a question to its answer, in milliseconds. */
  answersAfterMs = 5
  readonly #listener: PeerListener
  readonly #configured = new Map<ConnectionId, Configured>()
  #refuses: 'nothing' | 'secret' | 'proposal' | 'child' = 'nothing'
  #silences = 0
  #silent = false

  constructor(address: string, listener: PeerListener) {
    this.address = address
    this.#listener = listener
  }

  get isSilent(): boolean {
    return this.#silent
  }

  /** How often it fell silent; tells one silence from the next. */
  get silences(): number {
    return this.#silences
  }

  /** From now on it expects this connection exactly as it is, with this secret, and refuses what differs. */
  mirror(connection: DesiredConnection, but: { readonly secret?: string } = {}): void {
    this.#configured.set(connection.id, {
      tunnel: tunnelTerms(connection),
      children: new Set(childTerms(connection)),
      secret: but.secret ?? connection.secret.reveal(),
    })
  }

  /** Refuses every attempt for this reason; `nothing` ends it. */
  refuse(what: 'nothing' | 'secret' | 'proposal' | 'child'): void {
    this.#refuses = what
  }

  /** Answers nothing any more. Its tunnels stand until dead peer detection notices. */
  silence(): void {
    if (this.#silent) return
    this.#silent = true
    this.#silences++
    this.#listener.silenced(this)
  }

  /** Answers again, also what was asked meanwhile. */
  comeBack(): void {
    if (!this.#silent) return
    this.#silent = false
    this.#listener.cameBack(this)
  }

  /** Closes all its tunnels. */
  hangUp(): void {
    this.#listener.hungUp(this)
  }

  /** Lets so much pass through each child of its tunnels, as this host counts it. */
  exchange(traffic: Traffic): void {
    this.#listener.exchanged(this, traffic)
  }

  /** Opens a tunnel for this connection by itself, whether or not there is one. */
  dial(connection: ConnectionId): void {
    this.#listener.dialled(this, connection)
  }

  answer(connection: DesiredConnection, secret: Secret | undefined): Answer {
    if (secret === undefined || this.#refuses === 'secret' || this.#refuses === 'proposal') return 'tunnel-refused'
    const configured = this.#configured.get(connection.id)
    if (configured !== undefined) {
      if (configured.secret !== secret.reveal() || configured.tunnel !== tunnelTerms(connection))
        return 'tunnel-refused'
      if (!childTerms(connection).every((terms) => configured.children.has(terms))) return 'child-refused'
    }
    return this.#refuses === 'child' ? 'child-refused' : 'accepted'
  }

  /** In which words it refuses; `undefined`: it accepts. A key that differs and an identity it does not know sound alike. */
  refusal(connection: DesiredConnection, secret: Secret | undefined): Said | undefined {
    const answer = this.answer(connection, secret)
    if (answer === 'accepted') return undefined
    if (answer === 'child-refused') {
      return this.#refuses === 'nothing' ? { what: 'networks-refused' } : { what: 'proposal-refused', of: 'child' }
    }
    const configured = this.#configured.get(connection.id)
    const ofProposal = this.#refuses === 'proposal' || (configured && configured.tunnel !== tunnelTerms(connection))
    return ofProposal ? { what: 'proposal-refused', of: 'ike' } : { what: 'authentication-refused' }
  }
}

/** What both ends of an IKE SA have to agree on; lifetimes and dead peer detection are each end's own affair. */
function tunnelTerms(connection: DesiredConnection): string {
  const { ikeVersion, aggressive, localAddress, peerAddress, localIdentity, peerIdentity, ike } = connection
  const ends = [localAddress, peerAddress, localIdentity, peerIdentity]
  return JSON.stringify([ikeVersion, aggressive, ...ends, ike.encryption, ike.integrity, ike.group])
}

function childTerms(connection: DesiredConnection): string[] {
  const { protocol, mode, encryption, integrity } = connection.ipsec
  return selectorSets(connection).map((set) => JSON.stringify([protocol, mode, encryption, integrity, set]))
}
