import type { Instant } from '../model/clock.ts'
import type { ConnectionId } from '../model/ids.ts'

/** Something that a key exchange daemon said about a negotiation, in our words and in its own. */
export interface Signal {
  readonly at: Instant
  /** `undefined`: said before the daemon had found out which connection it is; then `peerAddress` is there. */
  readonly connection: ConnectionId | undefined
  readonly peerAddress: string | undefined
  /** The daemon's own number of the IKE SA. */
  readonly ikeSa: number | undefined
  readonly says: Said
  /** The daemon's words; no secret is in them. */
  readonly line: string
}

/** One proposal of algorithms in canonical words; what we have no word for is in the daemon's. */
export interface Proposal {
  readonly encryption: string | undefined
  readonly integrity: string | undefined
  readonly group: string | undefined
}

/** Steps of any negotiation that goes well, which nobody has to look at. */
export function isOrdinary({ what }: Said): boolean {
  return what === 'began' || what === 'answered' || what === 'ike-established'
}

export type Said =
  /** We began. */
  | { readonly what: 'began' }
  /** The peer answered one of our questions. */
  | { readonly what: 'answered' }
  | { readonly what: 'ike-established' }
  /** The peer refuses to believe us, and does not say why. */
  | { readonly what: 'authentication-refused' }
  | { readonly what: 'keys-differ' }
  /** The peer shows another identity than it should; `shown` where the daemon tells it. */
  | { readonly what: 'identity-unexpected'; readonly shown: string | undefined }
  /** The peer asks for a pair of identities that we do not have; it may leave ours open. */
  | { readonly what: 'identities-unknown'; readonly local: string | undefined; readonly peer: string }
  | { readonly what: 'aggressive-mode-unexpected' }
  /** The peer refuses what we propose; IKEv1 has the same word for both stages. */
  | { readonly what: 'proposal-refused'; readonly of: 'ike' | 'child' | 'either' }
  /** We refuse what the peer proposes. */
  | { readonly what: 'proposals-differ'; readonly of: 'ike' | 'child'; readonly offered: readonly Proposal[] }
  /** Somebody began with what no configuration of ours is for. */
  | { readonly what: 'unknown-initiator' }
  | { readonly what: 'networks-refused' }
  /** We refuse the networks that the peer asks for. */
  | { readonly what: 'networks-differ'; readonly one: readonly string[]; readonly other: readonly string[] }
  | { readonly what: 'rekey-failed' }
  | { readonly what: 'rekey-collision' }
  /** A question of ours had to be repeated. */
  | { readonly what: 'repeated' }
  | { readonly what: 'gave-up' }
  | { readonly what: 'name-unresolved' }
  | { readonly what: 'closed-by-peer'; readonly of: 'ike' | 'child' }
  | { readonly what: 'lifetimes-differ'; readonly offeredSeconds: number }
  /** Our own machine would not carry what was negotiated. */
  | { readonly what: 'machine-refused'; readonly part: 'mode' | 'protocol' | 'networks' | 'other' }
