import type { IkePolicy } from '../model/ike-policy.ts'
import type { IpsecPolicy } from '../model/ipsec-policy.ts'
import type { IpsecProposal } from '../model/tunnel.ts'
import type { TakenIkePolicy } from '../store/connections.ts'

/**
 * What a connection takes from its policies when it is written. It keeps the values, not the reference: a policy may be
 * changed under a running tunnel, and then counts at the connection's next change (`semantics.md` §6.3).
 */
export function takenIkePolicy(policy: IkePolicy): TakenIkePolicy {
  return {
    ikeVersion: policy.ike_version === 'v2' ? 2 : 1,
    aggressive: policy.phase1_negotiation_mode === 'aggressive',
    encryption: policy.encryption_algorithm,
    integrity: policy.auth_algorithm,
    // An IKE exchange cannot do without a group: "disable" negotiates with the default one (`flavours.md` §1.3).
    group: policy.pfs === 'disable' ? 'group5' : policy.pfs,
    lifetimeSeconds: policy.lifetime.value,
  }
}

/** @param policy one that passed `policiesFitTogether`, so its protocol is ESP or AH. */
export function takenIpsecPolicy(policy: IpsecPolicy): IpsecProposal {
  return {
    protocol: policy.transform_protocol === 'ah' ? 'ah' : 'esp',
    mode: policy.encapsulation_mode,
    encryption: policy.encryption_algorithm,
    integrity: policy.auth_algorithm,
    group: policy.pfs === 'disable' ? undefined : policy.pfs,
    lifetimeSeconds: policy.lifetime.value,
  }
}
