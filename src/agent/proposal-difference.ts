import { isCombinedMode } from '../model/algorithms.ts'
import type { IkeProposal, IpsecProposal } from '../model/tunnel.ts'
import type { Proposal } from './signal.ts'

/** In which attribute of a policy two proposals differ. */
export interface ProposalDifference {
  readonly attribute: 'encryption_algorithm' | 'auth_algorithm' | 'pfs'
  readonly configured: string
  readonly offered: string
}

/** Stands for no group of its own: keys are derived from the IKE SA's. */
const without = 'none'

/**
 * The first difference between what is configured and that of the offered proposals which comes closest to it; `undefined`:
 * they do not differ in an algorithm. Pure.
 */
export function differenceOf(
  configured: Pick<IkeProposal | IpsecProposal, 'encryption' | 'integrity' | 'group'>,
  offered: readonly Proposal[],
): ProposalDifference | undefined {
  const [closest] = offered
    .map((proposal) => differences(configured, proposal))
    .sort((one, other) => one.length - other.length)
  return closest?.[0]
}

function differences(
  { encryption, integrity, group }: Pick<IkeProposal | IpsecProposal, 'encryption' | 'integrity' | 'group'>,
  offered: Proposal,
): ProposalDifference[] {
  const found: ProposalDifference[] = []
  if (offered.encryption !== undefined && offered.encryption !== encryption) {
    found.push({ attribute: 'encryption_algorithm', configured: encryption, offered: offered.encryption })
  }
  if (offered.integrity !== undefined && offered.integrity !== integrity && !isCombinedMode(encryption)) {
    found.push({ attribute: 'auth_algorithm', configured: integrity, offered: offered.integrity })
  }
  // The first child of an IKEv2 tunnel never has a group: where something else differs, that is what was refused.
  if (offered.group !== group) {
    found.push({ attribute: 'pfs', configured: group ?? without, offered: offered.group ?? without })
  }
  return found
}
