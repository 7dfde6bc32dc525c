/** What charon's log lines say, in our words. Spellings are those of 5.9.8, recorded. Pure. */
import type { Said } from '../../signal.ts'
import { proposalsIn } from './translate-proposal.ts'

type Reader = readonly [pattern: RegExp, says: (found: RegExpExecArray) => Said]

/** In this order; the first that fits counts. */
const readers: readonly Reader[] = [
  [/^initiating (Main Mode |Aggressive Mode )?IKE_SA /, () => ({ what: 'began' })],
  [/^IKE_SA .* established between /, () => ({ what: 'ike-established' })],
  [/^parsed (\S+ response|ID_PROT response|AGGRESSIVE response) /, () => ({ what: 'answered' })],

  [/^received AUTHENTICATION_FAILED (notify error|error notify)/, () => ({ what: 'authentication-refused' })],
  [/but MAC mismatched$/, () => ({ what: 'keys-differ' })],
  [/^calculated HASH does not match/, () => ({ what: 'keys-differ' })],
  [/^invalid (HASH_V1|ID_V1) payload length, decryption failed/, () => ({ what: 'keys-differ' })],
  [/^IDi?r? '(.+)' does not match to '/, ([, shown]) => ({ what: 'identity-unexpected', shown })],
  [/^constraint check failed: identity /, () => ({ what: 'identity-unexpected', shown: undefined })],
  [/^Aggressive Mode PSK disabled/, () => ({ what: 'aggressive-mode-unexpected' })],

  [/^received proposals: (IKE:.+)$/, ([, text = '']) => differing('ike', text)],
  [/^received proposals: ((ESP|AH):.+)$/, ([, text = '']) => differing('child', text)],
  [/^no IKE config found for /, () => ({ what: 'unknown-initiator' })],
  [/^received NO_PROPOSAL_CHOSEN notify error/, () => ({ what: 'proposal-refused', of: 'ike' })],
  [/^received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built/, () => ({ what: 'proposal-refused', of: 'child' })],
  [/^received NO_PROPOSAL_CHOSEN error notify/, () => ({ what: 'proposal-refused', of: 'either' })],

  [/^received TS_UNACCEPTABLE notify/, () => ({ what: 'networks-refused' })],
  [/^received INVALID_ID_INFORMATION error notify/, () => ({ what: 'networks-refused' })],
  [/^traffic selectors (.+) === (.+) unacceptable/, ([, one = '', other = '']) => networks(one, other)],
  [/^no matching CHILD_SA config found for (.+) === (.+)$/, ([, one = '', other = '']) => networks(one, other)],

  [/^CHILD_SA rekeying failed/, () => ({ what: 'rekey-failed' })],
  [/rekey collision|REKEY collision/, () => ({ what: 'rekey-collision' })],
  [/retransmit \d+ of (request|response)/, () => ({ what: 'repeated' })],
  [/^giving up after \d+ retransmits|DPD check timed out/, () => ({ what: 'gave-up' })],
  [/^unable to resolve .*, initiate aborted/, () => ({ what: 'name-unresolved' })],
  [/^received DELETE for IKE_SA/, () => ({ what: 'closed-by-peer', of: 'ike' })],
  [/^received DELETE for (ESP|AH) CHILD_SA/, () => ({ what: 'closed-by-peer', of: 'child' })],
  [
    /^received (\d+)s lifetime, configured \d+s/,
    ([, seconds]) => ({ what: 'lifetimes-differ', offeredSeconds: Number(seconds) }),
  ],

  [/unsupported mode/, () => ({ what: 'machine-refused', part: 'mode' })],
  [/protocol not supported/, () => ({ what: 'machine-refused', part: 'protocol' })],
  [/^error installing route with policy/, () => ({ what: 'machine-refused', part: 'networks' })],
  [/^unable to (install|add) |can't install/, () => ({ what: 'machine-refused', part: 'other' })],
]

/**
 * @param before the line before it about the same IKE SA: which identities a peer asked for stands there
 * @returns nothing for a line that says nothing about the fate of a negotiation
 */
export function saidBy(line: string, before = ''): Said | undefined {
  if (/^no (matching )?peer config found/.test(line)) return identities(before)
  for (const [pattern, says] of readers) {
    const found = pattern.exec(line)
    if (found) return says(found)
  }
  return undefined
}

function differing(of: 'ike' | 'child', text: string): Said {
  return { what: 'proposals-differ', of, offered: proposalsIn(text) }
}

/** IKEv2 puts our side first, IKEv1 the peer's: whoever compares has to try both. */
function networks(one: string, other: string): Said {
  return { what: 'networks-differ', one: one.split(' '), other: other.split(' ') }
}

/** `looking for peer configs matching 203.0.113.1[ours]...203.0.113.2[theirs]`; in IKEv1 ours is not told. */
function identities(looking: string): Said | undefined {
  const [, local, peer] = /peer configs matching [^[\s]+?(?:\[(.*)\])?\.\.\.[^[\s]+\[(.*)\]$/.exec(looking) ?? []
  return peer === undefined
    ? undefined
    : { what: 'identities-unknown', local: local === '%any' ? undefined : local, peer }
}

/** `received packet: from 203.0.113.2[500] to …`: whom the lines after it about the same IKE SA are about. */
export function senderIn(line: string): string | undefined {
  return /^received packet: from (\S+)\[\d+\] to /.exec(line)?.[1]
}
