import type { DesiredConnection } from '../model/tunnel.ts'

/** The traffic selectors of one child SA. */
export interface SelectorSet {
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
}

/**
 * How the networks of a connection are spread over child SAs. IKEv2 negotiates lists, so one child carries all (RFC 7296
 * §2.9). IKEv1 Quick Mode knows one pair (RFC 2409 §5.5); charon would take a list and silently use its first pair only.
 */
export function selectorSets({
  ikeVersion,
  localCidrs,
  peerCidrs,
}: Pick<DesiredConnection, 'ikeVersion' | 'localCidrs' | 'peerCidrs'>): SelectorSet[] {
  if (ikeVersion === 2) return [{ localCidrs, peerCidrs }]
  return localCidrs.flatMap((local) => peerCidrs.map((peer) => ({ localCidrs: [local], peerCidrs: [peer] })))
}
