/**
 * What is wrong with a tunnel: one cause out of a closed set, the field it lies in and the values that do not agree. Values
 * are canonical; `verdict-words.ts` puts a verdict into the words of a flavour.
 */

/** The fields of the API that a verdict may lie in: of the connection, or of a policy that it names. */
export const verdictFields = [
  'psk',
  'local_id',
  'peer_id',
  'peer_address',
  'local_ep_group_id',
  'peer_ep_group_id',
  'peer_cidrs',
  'initiator',
  'dpd',
  'admin_state_up',
  'vpnservice_id',
  'ikepolicy_id',
  'ipsecpolicy_id',
  'ikepolicy.ike_version',
  'ikepolicy.phase1_negotiation_mode',
  'ikepolicy.encryption_algorithm',
  'ikepolicy.auth_algorithm',
  'ikepolicy.pfs',
  'ipsecpolicy.encryption_algorithm',
  'ipsecpolicy.auth_algorithm',
  'ipsecpolicy.pfs',
  'ipsecpolicy.encapsulation_mode',
  'ipsecpolicy.transform_protocol',
  'ipsecpolicy.lifetime',
] as const

export type VerdictField = (typeof verdictFields)[number]

/** The causes. Some are told of tunnels that are up: they carry, but not as they should. */
export const verdictCodes = [
  'SWITCHED_OFF',
  'GATEWAY_FAILED',
  'BACKEND_REFUSED',
  'WAITING_FOR_PEER',
  'PEER_SILENT',
  'UDP_4500_BLOCKED',
  'PEER_NAME_UNRESOLVED',
  'PEER_LOST',
  'CLOSED_BY_PEER',
  'CHILD_LOST',
  'REKEY_COLLISION',
  'IKE_VERSION_MISMATCH',
  'IKE_PROPOSAL_MISMATCH',
  'AGGRESSIVE_MODE_REFUSED',
  'AUTHENTICATION_REFUSED',
  'PSK_MISMATCH',
  'LOCAL_ID_MISMATCH',
  'PEER_ID_MISMATCH',
  'IPSEC_PROPOSAL_MISMATCH',
  'NETWORKS_MISMATCH',
  'PFS_MISMATCH',
  'NETWORKS_NARROWED',
  'LIFETIMES_DIFFER',
  'NOTHING_COMES_BACK',
  'NOTHING_GOES_OUT',
] as const

export type VerdictCode = (typeof verdictCodes)[number]

/** Something that the key exchange daemon said. Names no secret. */
export interface Evidence {
  /** In UTC, as the API writes times. */
  readonly time: string
  readonly line: string
}

export interface Verdict {
  readonly code: VerdictCode
  /** The most likely one. */
  readonly field: VerdictField
  /** What is configured here; `null`: a secret, or nothing that could be compared. */
  readonly configured: string | null
  /** What the peer has there, as far as it told; `null`: it did not. */
  readonly offered: string | null
  /** Oldest first. */
  readonly evidence: readonly Evidence[]
  /** When it was first seen. */
  readonly since: string
}

/** Whether two verdicts tell of the same thing. */
export function isSameVerdict(one: Verdict | undefined, other: Verdict | undefined): boolean {
  return (
    one?.code === other?.code &&
    one?.field === other?.field &&
    one?.configured === other?.configured &&
    one?.offered === other?.offered
  )
}
