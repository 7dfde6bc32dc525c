import { isCombinedMode } from '../model/algorithms.ts'
import type { Capabilities } from '../model/capabilities.ts'
import { type Cidr, type IpVersion, overlap, parseCidr } from '../model/cidr.ts'
import type { EndpointGroup } from '../model/endpoint-group.ts'
import type { IkePolicy } from '../model/ike-policy.ts'
import type { IpsecConnection } from '../model/ipsec-connection.ts'
import type { IpsecPolicy } from '../model/ipsec-policy.ts'
import { type Problem, problem } from '../model/problem.ts'
import type { VpnService } from '../model/vpn-service.ts'

/**
 * The rules between attributes of a connection: each takes values and returns a problem or nothing. Their order is part
 * of the contract and stands where they are called (`semantics.md` §2.4).
 */

/** Dead peer detection has to wait longer than it asks. Equal is refused, as the reference does. */
export function dpdTimeoutExceedsInterval({ dpd }: Pick<IpsecConnection, 'dpd'>): Problem | undefined {
  return dpd.timeout <= dpd.interval ? problem('DpdTimeoutTooShort') : undefined
}

/** The least an IP version allows, judged by the local side; 0 means "not said". */
export function mtuFits({ mtu }: Pick<IpsecConnection, 'mtu'>, version: IpVersion): Problem | undefined {
  return mtu !== 0 && mtu < (version === 4 ? 68 : 1280) ? problem('MtuTooSmall', { mtu, version }) : undefined
}

/**
 * By endpoint groups, or in the reference's older way by the service's subnet and `peer_cidrs`; never both
 * (`semantics.md` §2.6).
 */
export function modeOf(
  connection: Pick<IpsecConnection, 'peer_cidrs' | 'local_ep_group_id' | 'peer_ep_group_id'>,
  service: Pick<VpnService, 'subnet_id'>,
  groupsAlways: boolean,
): 'groups' | 'legacy' {
  const { peer_cidrs, local_ep_group_id, peer_ep_group_id } = connection
  const given = [...(local_ep_group_id ? ['local'] : []), ...(peer_ep_group_id ? ['peer'] : [])]
  const missing = [...(local_ep_group_id ? [] : ['local']), ...(peer_ep_group_id ? [] : ['peer'])]
  const which = (sides: readonly string[]) => ({ s: sides.length > 1 ? 's' : '', which: sides.join(' and ') })
  if (service.subnet_id && !groupsAlways) {
    if (peer_cidrs.length === 0) throw problem('PeerCidrsMissing')
    if (given.length > 0) throw problem('EndpointGroupsNotAllowed', which(given))
    return 'legacy'
  }
  if (peer_cidrs.length > 0) throw problem('PeerCidrsNotAllowed')
  if (missing.length > 0) throw problem('EndpointGroupsMissing', which(missing))
  return 'groups'
}

export function groupHasType(group: EndpointGroup, expected: 'subnet' | 'cidr'): Problem | undefined {
  return group.type === expected
    ? undefined
    : problem('EndpointGroupTypeWrong', { id: group.id, type: group.type, expected })
}

/** The one IP version of all, or `undefined` where they differ. */
export function commonVersion(cidrs: readonly string[]): IpVersion | undefined {
  const versions = new Set(cidrs.map((cidr) => parseCidr(cidr)?.version))
  const [only] = versions
  return versions.size === 1 ? only : undefined
}

export function peerCidrsAreValid(cidrs: readonly string[]): Problem | undefined {
  const wrong = cidrs.find((cidr) => !parseCidr(cidr))
  return wrong === undefined ? undefined : problem('PeerCidrInvalid', { cidr: wrong })
}

/** What no IPsec back-end of ours negotiates, however the host is made. */
export function policiesFitTogether(ike: IkePolicy, ipsec: IpsecPolicy): Problem | undefined {
  const refused = (attribute: keyof IkePolicy & string, value: string) =>
    problem('PolicyNotSupported', { policy: 'IKE Policy', attribute, value })
  if (ipsec.transform_protocol === 'ah-esp') {
    return problem('PolicyNotSupported', { policy: 'IPsec Policy', attribute: 'transform_protocol', value: 'ah-esp' })
  }
  if (ike.ike_version === 'v2') {
    // strongSwan would ignore it without a word.
    return ike.phase1_negotiation_mode === 'aggressive' ? refused('phase1_negotiation_mode', 'aggressive') : undefined
  }
  // IKEv1 has no code points for these (measured: NO_PROPOSAL_CHOSEN from every peer).
  if (ike.auth_algorithm === 'aes-xcbc' || ike.auth_algorithm === 'aes-cmac') {
    return refused('auth_algorithm', ike.auth_algorithm)
  }
  if (isCombinedMode(ike.encryption_algorithm) || ike.encryption_algorithm.endsWith('-ctr')) {
    return refused('encryption_algorithm', ike.encryption_algorithm)
  }
  return undefined
}

/** What this host's back-end cannot carry. */
export function backendCarries(ipsec: IpsecPolicy, capabilities: Capabilities): Problem | undefined {
  const refused = (attribute: keyof IpsecPolicy & string, value: string) =>
    problem('PolicyNotSupported', { policy: 'IPsec Policy', attribute, value })
  const { transform_protocol, encapsulation_mode } = ipsec
  if (!capabilities.protocols.some((protocol) => protocol === transform_protocol)) {
    return refused('transform_protocol', transform_protocol)
  }
  if (!capabilities.modes.includes(encapsulation_mode)) return refused('encapsulation_mode', encapsulation_mode)
  return undefined
}

const unusable = ['224.0.0.0/4', '240.0.0.0/4', '127.0.0.0/8', 'ff00::/8', '::1/128'].flatMap((text) => {
  const cidr = parseCidr(text)
  return cidr ? [cidr] : []
})

/** Multicast, reserved and loopback networks are no peer's (`semantics.md` §4). */
export function peerNetworksAreUsable(peer: readonly string[]): Problem | undefined {
  for (const text of peer) {
    const cidr = parseCidr(text)
    if (cidr && unusable.some((range) => within(range, cidr))) return problem('PeerCidrInvalid', { cidr: text })
  }
  return undefined
}

function within(outer: Cidr, inner: Cidr): boolean {
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last
}

/** The two texts of the first overlapping pair. */
export function firstOverlap(
  ours: readonly string[],
  theirs: readonly string[],
): { readonly one: string; readonly other: string } | undefined {
  for (const one of ours) {
    for (const other of theirs) {
      const [left, right] = [parseCidr(one), parseCidr(other)]
      if (left && right && overlap(left, right)) return { one, other }
    }
  }
  return undefined
}
