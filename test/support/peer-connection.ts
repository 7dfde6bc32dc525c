import {
  encryptionAlgorithms,
  integrityAlgorithms,
  isCombinedMode,
  keyExchangeGroups,
} from '../../src/model/algorithms.ts'
import type { DesiredConnection } from '../../src/model/tunnel.ts'
import type { SwanConnection } from '../../src/vici/swan-connection.ts'

/** A connection as the peer's administrator would write it: in strongSwan's words, with the peer's view of the sides. */
export interface PeerConnection {
  readonly name: string
  readonly version: 1 | 2
  readonly aggressive?: boolean
  readonly localAddress: string
  readonly remoteAddress: string
  readonly localId: string
  readonly remoteId: string
  readonly psk: string
  readonly proposals: readonly string[]
  readonly espProposals: readonly string[]
  /** Instead of ESP. */
  readonly ahProposals?: readonly string[]
  /** Between the two gateways themselves; the networks of the children then say nothing. */
  readonly isTransport?: boolean
  /** One child for each pair. */
  readonly children: readonly { readonly local: readonly string[]; readonly remote: readonly string[] }[]
  readonly dpdDelaySeconds?: number
  /** Anything else, over the rest. */
  readonly extra?: Partial<SwanConnection>
}

/** What the other side of this connection has to be told. Written apart from the driver's translation, on purpose. */
export function mirrorOf(connection: DesiredConnection): PeerConnection {
  const { ike, ipsec, ikeVersion, localCidrs, peerCidrs } = connection
  const hash = integrityAlgorithms[ike.integrity].strongswan
  const pfs = ipsec.group === undefined ? '' : `-${keyExchangeGroups[ipsec.group].strongswan}`
  const pairs = localCidrs.flatMap((remote) => peerCidrs.map((local) => ({ local: [local], remote: [remote] })))
  return {
    name: `mirror-${connection.id}`,
    version: ikeVersion,
    aggressive: connection.aggressive,
    localAddress: connection.peerAddress,
    remoteAddress: connection.localAddress,
    localId: connection.peerIdentity,
    remoteId: connection.localIdentity,
    psk: connection.secret.reveal(),
    proposals: [
      `${encryptionAlgorithms[ike.encryption].strongswan}-${isCombinedMode(ike.encryption) ? 'prf' : ''}${hash}-${keyExchangeGroups[ike.group].strongswan}`,
    ],
    espProposals: [
      encryptionAlgorithms[ipsec.encryption].strongswan +
        (isCombinedMode(ipsec.encryption) ? '' : `-${integrityAlgorithms[ipsec.integrity].strongswan}`) +
        pfs,
    ],
    children: ikeVersion === 1 ? pairs : [{ local: peerCidrs, remote: localCidrs }],
  }
}

export function childName(index: number): string {
  return `net-${index}`
}

export function peerSwanConnection(connection: PeerConnection): SwanConnection {
  return {
    version: connection.version,
    ...(connection.version === 1 && { aggressive: connection.aggressive ?? false }),
    local_addrs: [connection.localAddress],
    remote_addrs: [connection.remoteAddress],
    proposals: connection.proposals,
    mobike: false,
    dpd_delay: connection.dpdDelaySeconds ?? 0,
    local: { auth: 'psk', id: connection.localId },
    remote: { auth: 'psk', id: connection.remoteId },
    children: Object.fromEntries(
      connection.children.map(({ local, remote }, index) => [
        childName(index),
        {
          ...(connection.isTransport ? { mode: 'transport' as const } : { local_ts: local, remote_ts: remote }),
          ...(connection.ahProposals
            ? { ah_proposals: connection.ahProposals }
            : { esp_proposals: connection.espProposals }),
          start_action: 'none' as const,
        },
      ]),
    ),
    ...connection.extra,
  }
}
