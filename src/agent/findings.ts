import type { Instant } from '../model/clock.ts'
import type { DesiredConnection } from '../model/tunnel.ts'
import type { VerdictCode, VerdictField } from '../model/verdict.ts'
import { differenceOf } from './proposal-difference.ts'
import type { Said, Signal } from './signal.ts'

/** What one signal makes of a connection that is down. */
export interface Finding {
  readonly code: VerdictCode
  readonly field: VerdictField
  readonly configured: string | null
  readonly offered: string | null
  /** Findings of one kind are about the same step of a negotiation: a more exact one replaces a vaguer one. */
  readonly kind: 'machine' | 'reach' | 'proposal' | 'authentication' | 'child' | 'loss'
  readonly exact: boolean
  readonly signal: Signal
}

/** How far the negotiation of one IKE SA had come when a signal was heard. */
interface Progress {
  answered: boolean
  established: boolean
  /** Something definite was found: what follows from it, repetitions or a farewell, is no news. */
  explained: boolean
}

/**
 * What the signals of a connection mean, oldest first. Pure.
 *
 * @param after signals until then only tell how far things had come: the tunnel stood afterwards
 */
export function findings(connection: DesiredConnection, signals: readonly Signal[], after: Instant): Finding[] {
  const progress = new Map<number | undefined, Progress>()
  return signals.flatMap((signal): Finding[] => {
    const { ikeSa, says, at } = signal
    const so = progress.get(ikeSa) ?? { answered: false, established: false, explained: false }
    progress.set(ikeSa, so)
    if (says.what === 'answered') so.answered = true
    if (says.what === 'ike-established') so.established = true
    if (at <= after) return []
    const found = meaningOf(connection, says, so)
    if (found === undefined) return []
    so.explained ||= found.kind !== 'reach' && found.kind !== 'loss'
    return [{ ...found, signal }]
  })
}

type Meaning = Omit<Finding, 'signal'>

function meaningOf(connection: DesiredConnection, says: Said, so: Progress): Meaning | undefined {
  switch (says.what) {
    case 'proposal-refused': {
      const ofChild = says.of === 'child' || (says.of === 'either' && so.established)
      return ofChild
        ? vague('IPSEC_PROPOSAL_MISMATCH', 'ipsecpolicy_id', 'child')
        : vague('IKE_PROPOSAL_MISMATCH', 'ikepolicy_id', 'proposal')
    }
    case 'proposals-differ':
      return proposalMeaning(connection, says)
    case 'unknown-initiator':
      return exactly(
        'IKE_VERSION_MISMATCH',
        'ikepolicy.ike_version',
        'proposal',
        version(connection),
        otherVersion(connection),
      )
    case 'aggressive-mode-unexpected':
      return exactly(
        'AGGRESSIVE_MODE_REFUSED',
        'ikepolicy.phase1_negotiation_mode',
        'authentication',
        'main',
        'aggressive',
      )
    case 'authentication-refused':
      return refusedAuthentication(connection)
    case 'keys-differ':
      return exactly('PSK_MISMATCH', 'psk', 'authentication', null, null)
    case 'identity-unexpected':
      return exactly('PEER_ID_MISMATCH', 'peer_id', 'authentication', connection.peerIdentity, says.shown ?? null)
    case 'identities-unknown':
      return identityMeaning(connection, says)
    case 'networks-refused':
      return vague('NETWORKS_MISMATCH', 'peer_ep_group_id', 'child', connection.peerCidrs.join(', '))
    case 'networks-differ':
      return networksMeaning(connection, says)
    case 'machine-refused':
      return exactly('BACKEND_REFUSED', machineField[says.part], 'machine', null, null)
    case 'name-unresolved':
      return exactly('PEER_NAME_UNRESOLVED', 'peer_address', 'reach', connection.peerAddress, null)
    case 'repeated':
      return so.explained || so.established ? undefined : unanswered(connection, so)
    case 'gave-up':
      if (so.explained) return undefined
      return so.established
        ? exactly('PEER_LOST', 'peer_address', 'reach', connection.peerAddress, null)
        : unanswered(connection, so)
    case 'closed-by-peer':
      if (so.explained) return undefined
      return vague(says.of === 'ike' ? 'CLOSED_BY_PEER' : 'CHILD_LOST', 'peer_address', 'loss', connection.peerAddress)
    case 'rekey-collision':
      return so.explained ? undefined : vague('REKEY_COLLISION', 'ipsecpolicy.lifetime', 'loss')
    default:
      return undefined
  }
}

/** A first answer on port 500 and none afterwards: the conversation goes on on port 4500. */
function unanswered({ peerAddress }: DesiredConnection, { answered }: Progress): Meaning {
  const code = answered ? 'UDP_4500_BLOCKED' : 'PEER_SILENT'
  return vague(code, 'peer_address', 'reach', peerAddress)
}

function refusedAuthentication(connection: DesiredConnection): Meaning {
  if (connection.ikeVersion === 2) return vague('AUTHENTICATION_REFUSED', 'psk', 'authentication')
  // In main mode this message is encrypted with the key, so the keys agree; in aggressive mode nothing was compared yet.
  return connection.aggressive
    ? vague('AGGRESSIVE_MODE_REFUSED', 'ikepolicy.phase1_negotiation_mode', 'authentication', 'aggressive')
    : vague('LOCAL_ID_MISMATCH', 'local_id', 'authentication', connection.localIdentity)
}

function proposalMeaning(connection: DesiredConnection, says: Extract<Said, { what: 'proposals-differ' }>): Meaning {
  const policy = says.of === 'ike' ? 'ikepolicy' : 'ipsecpolicy'
  const code = says.of === 'ike' ? 'IKE_PROPOSAL_MISMATCH' : 'IPSEC_PROPOSAL_MISMATCH'
  const kind = says.of === 'ike' ? 'proposal' : 'child'
  const configured = says.of === 'ike' ? connection.ike : connection.ipsec
  const difference = differenceOf(configured, says.offered)
  if (difference === undefined) return vague(code, `${policy}_id`, kind)
  const ofGroup = difference.attribute === 'pfs' && says.of === 'child'
  const field = `${policy}.${difference.attribute}` as const
  return exactly(ofGroup ? 'PFS_MISMATCH' : code, field, kind, difference.configured, difference.offered)
}

function identityMeaning(
  { localIdentity, peerIdentity }: DesiredConnection,
  { local, peer }: Extract<Said, { what: 'identities-unknown' }>,
): Meaning | undefined {
  if (bare(peer) !== bare(peerIdentity)) {
    return exactly('PEER_ID_MISMATCH', 'peer_id', 'authentication', peerIdentity, peer)
  }
  if (local === undefined || bare(local) === bare(localIdentity)) return undefined
  return exactly('LOCAL_ID_MISMATCH', 'local_id', 'authentication', localIdentity, local)
}

/** An identity without the prefix or sign that only tells its type. */
function bare(identity: string): string {
  return identity.replace(/^((fqdn|dns|email|rfc822|userfqdn|asn1dn|keyid|ipv4|ipv6):|@(?!#))/i, '')
}

function networksMeaning(
  { localCidrs, peerCidrs }: DesiredConnection,
  { one, other }: Extract<Said, { what: 'networks-differ' }>,
): Meaning {
  // Which of the two is ours the line does not tell: it is the one that is more like ours.
  const straight = shared(one, localCidrs) + shared(other, peerCidrs)
  const crossed = shared(other, localCidrs) + shared(one, peerCidrs)
  const [ours, theirs] = crossed > straight ? [other, one] : [one, other]
  const kind = 'child'
  return isSame(theirs, peerCidrs)
    ? exactly('NETWORKS_MISMATCH', 'local_ep_group_id', kind, localCidrs.join(', '), ours.join(', '))
    : exactly('NETWORKS_MISMATCH', 'peer_ep_group_id', kind, peerCidrs.join(', '), theirs.join(', '))
}

function shared(some: readonly string[], others: readonly string[]): number {
  return some.filter((one) => others.includes(one)).length
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && shared(some, others) === some.length
}

const machineField = {
  mode: 'ipsecpolicy.encapsulation_mode',
  protocol: 'ipsecpolicy.transform_protocol',
  networks: 'local_ep_group_id',
  other: 'ipsecpolicy_id',
} as const

function version({ ikeVersion }: DesiredConnection): string {
  return `v${ikeVersion}`
}

function otherVersion({ ikeVersion }: DesiredConnection): string {
  return `v${3 - ikeVersion}`
}

function exactly(
  code: VerdictCode,
  field: VerdictField,
  kind: Finding['kind'],
  configured: string | null,
  offered: string | null,
): Meaning {
  return { code, field, kind, configured, offered, exact: true }
}

function vague(
  code: VerdictCode,
  field: VerdictField,
  kind: Finding['kind'],
  configured: string | null = null,
): Meaning {
  return { code, field, kind, configured, offered: null, exact: false }
}
