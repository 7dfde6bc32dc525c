import type { DesiredConnection, IpsecProposal } from '../model/tunnel.ts'

/** The traffic selectors of one child SA. */
export interface SelectorSet {
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
}

/**
 * How the networks of a connection are spread over child SAs. IKEv2 negotiates lists, so one child carries all (RFC 7296
 * §2.9). IKEv1 Quick Mode knows one pair (RFC 2409 §5.5); charon would take a list and silently use its first pair only.
 * In transport mode there is one child whatever the networks are: it is between the two gateways themselves.
 */
export function selectorSets({
  ikeVersion,
  ipsec,
  localCidrs,
  peerCidrs,
}: Pick<DesiredConnection, 'ikeVersion' | 'localCidrs' | 'peerCidrs'> & {
  readonly ipsec: Pick<IpsecProposal, 'mode'>
}): SelectorSet[] {
  if (ikeVersion === 2 || ipsec.mode === 'transport') return [{ localCidrs, peerCidrs }]
  return localCidrs.flatMap((local) => peerCidrs.map((peer) => ({ localCidrs: [local], peerCidrs: [peer] })))
}
