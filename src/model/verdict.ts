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

/** The causes, and what of each tunnel they leave: `carries` is told of a tunnel that is up. */
export const verdictCodes = {
  SWITCHED_OFF: { carries: false },
  GATEWAY_FAILED: { carries: false },
  BACKEND_REFUSED: { carries: false },
  WAITING_FOR_PEER: { carries: false },
  PEER_SILENT: { carries: false },
  UDP_4500_BLOCKED: { carries: false },
  PEER_NAME_UNRESOLVED: { carries: false },
  PEER_LOST: { carries: false },
  CLOSED_BY_PEER: { carries: false },
  CHILD_LOST: { carries: false },
  REKEY_COLLISION: { carries: false },
  IKE_VERSION_MISMATCH: { carries: false },
  IKE_PROPOSAL_MISMATCH: { carries: false },
  AGGRESSIVE_MODE_REFUSED: { carries: false },
  AUTHENTICATION_REFUSED: { carries: false },
  PSK_MISMATCH: { carries: false },
  LOCAL_ID_MISMATCH: { carries: false },
  PEER_ID_MISMATCH: { carries: false },
  IPSEC_PROPOSAL_MISMATCH: { carries: false },
  NETWORKS_MISMATCH: { carries: false },
  PFS_MISMATCH: { carries: true },
  NETWORKS_NARROWED: { carries: true },
  LIFETIMES_DIFFER: { carries: true },
  NOTHING_COMES_BACK: { carries: true },
  NOTHING_GOES_OUT: { carries: true },
} as const satisfies Record<string, { readonly carries: boolean }>

export type VerdictCode = keyof typeof verdictCodes

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
