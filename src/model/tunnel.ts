/**
 * What the server and a gateway's agent say to each other: Desired (what should be), Actual (what the host has) and
 * Report (what came of it). Values here are canonical: no flavour's spelling, no strongSwan word.
 */
import type { EncryptionAlgorithm, IntegrityAlgorithm, KeyExchangeGroup } from './algorithms.ts'
import type { ConnectionId, GatewayId, NetworkId, PortId } from './ids.ts'
import type { Secret } from './secret.ts'
import type { Verdict } from './verdict.ts'

/** All that one host carries beneath its gateways: a bridge for each network, and which gateways there should be. */
export interface DesiredHost {
  readonly networks: readonly DesiredNetwork[]
  readonly gateways: readonly GatewayId[]
}

export interface DesiredNetwork {
  readonly id: NetworkId
  /** Addresses (`172.24.4.1/24`) the host itself carries on the bridge as next hop of an external network. */
  readonly hostAddresses: readonly string[]
  /** Where it is on the wires of the host; absent: nowhere, the bridge stands alone. */
  readonly segment?: PhysicalSegment
}

/** A piece of a physical network. Which device of the host that is, the host's own configuration says. */
export interface PhysicalSegment {
  readonly physicalNetwork: string
  /** Number of the VLAN; absent: the packets without a tag. */
  readonly vlan?: number
}

export interface ActualNetwork extends DesiredNetwork {
  /** Not all of it is there, or not as it should be: to be mended if it is wanted, and taken away if not. */
  readonly isBroken?: true
}

export interface ActualHost {
  readonly networks: readonly ActualNetwork[]
  readonly gateways: readonly GatewayId[]
}

/**
 * Everything one gateway should be. A gateway is a router that carries VPN services: one namespace, its addresses, and
 * the connections of all its services. `present: false` means that nothing of it should be on the host; the lists are
 * empty then.
 */
export interface Desired {
  readonly gateway: GatewayId
  /** Grows with every change that concerns this gateway; a Report carries back the one it was made for. */
  readonly revision: number
  readonly present: boolean
  /**
   * The gateway is the host itself: no namespace of its own, legs are addresses that the host has, and its default routes
   * are not ours.
   */
  readonly onHost?: true
  readonly attachments: readonly Attachment[]
  /** Addresses of the next hops of the default routes: at most one IPv4 and one IPv6. */
  readonly nextHops: readonly string[]
  /** Peer networks that may leave the gateway through a tunnel or not at all, also while a connection is switched off. */
  readonly protectedCidrs: readonly string[]
  readonly connections: readonly DesiredConnection[]
}

/** One leg of a gateway: a virtual cable into the bridge of a network. */
export interface Attachment {
  readonly port: PortId
  readonly side: 'external' | 'internal'
  readonly network: NetworkId
  /** With prefix length: `10.1.0.1/24`. */
  readonly addresses: readonly string[]
}

export interface DesiredConnection {
  readonly id: ConnectionId
  readonly ikeVersion: 1 | 2
  /** IKEv1 aggressive mode; never true with `ikeVersion` 2. */
  readonly aggressive: boolean
  readonly localAddress: string
  readonly peerAddress: string
  readonly localIdentity: string
  readonly peerIdentity: string
  readonly secret: Secret
  /** Grows with each new secret, so that "is this one loaded?" needs no copy of the secret to compare. */
  readonly secretVersion: number
  readonly ike: IkeProposal
  readonly ipsec: IpsecProposal
  readonly deadPeerDetection: DeadPeerDetection
  /** How often a user asked for a new start: each new number means new tunnels. */
  readonly restarts: number
  /** False: wait for the peer to begin. */
  readonly initiate: boolean
  readonly mtu: number
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
}

export interface IkeProposal {
  readonly encryption: EncryptionAlgorithm
  readonly integrity: IntegrityAlgorithm
  readonly group: KeyExchangeGroup
  readonly lifetimeSeconds: number
}

export interface IpsecProposal {
  readonly protocol: 'esp' | 'ah'
  readonly mode: 'tunnel' | 'transport'
  readonly encryption: EncryptionAlgorithm
  readonly integrity: IntegrityAlgorithm
  /** Group of the perfect forward secrecy exchange; `undefined`: keys are derived from the IKE SA's. */
  readonly group: KeyExchangeGroup | undefined
  readonly lifetimeSeconds: number
}

export interface DeadPeerDetection {
  readonly action: 'clear' | 'hold' | 'restart' | 'disabled' | 'restart-by-peer'
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
}

/** One gateway as the host has it now, read back rather than remembered. */
export interface Actual {
  readonly gateway: GatewayId
  readonly present: boolean
  readonly onHost?: true
  readonly attachments: readonly Attachment[]
  readonly nextHops: readonly string[]
  readonly protectedCidrs: readonly string[]
  /** `undefined`: no key exchange daemon answers. */
  readonly daemon: ActualDaemon | undefined
}

export interface ActualDaemon {
  /** Fingerprint of the daemon-wide settings in force (see `agent/fingerprint.ts`). */
  readonly settings: string
  readonly secrets: readonly LoadedSecret[]
  readonly connections: readonly LoadedConnection[]
  readonly tunnels: readonly ActualTunnel[]
}

export interface LoadedSecret {
  readonly connection: ConnectionId
  readonly version: number
}

/**
 * A connection as the daemon has it configured. The fingerprints are part of the names under which we load things, so
 * the daemon itself remembers what each was made from; nothing is kept beside it that could be lost or go stale.
 */
export interface LoadedConnection {
  readonly connection: ConnectionId
  readonly fingerprint: string
  readonly children: readonly string[]
}

/** What was negotiated for an SA, in canonical words, and in the daemon's where we have none; `null`: nothing of it. */
export interface NegotiatedAlgorithms {
  readonly encryption: string | null
  /** Absent with combined-mode ciphers. */
  readonly integrity: string | null
  /** Of the exchange its keys come from. */
  readonly group: string | null
}

/** An IKE SA. */
export interface ActualTunnel {
  /** The daemon's own number of the SA; a new SA has a new one. */
  readonly ikeSa: number
  readonly connection: ConnectionId
  /** Of the connection's IKE part this SA was made under. */
  readonly fingerprint: string
  readonly state: 'connecting' | 'established' | 'closing'
  /** Who began it; absent where the daemon does not say. */
  readonly initiatedBy?: 'us' | 'peer'
  /** Seconds since it was established; 0 while connecting. */
  readonly ageSeconds: number
  /** Absent until there is something negotiated. */
  readonly algorithms?: NegotiatedAlgorithms
  readonly children: readonly ActualChild[]
}

/** A child SA: the pair of ESP or AH SAs that carry traffic. */
export interface ActualChild {
  readonly childSa: number
  readonly fingerprint: string
  readonly state: 'installing' | 'installed' | 'closing'
  /**
   * Whether its keys come from an exchange of its own: perfect forward secrecy. The first child of an IKEv2 tunnel has none,
   * whatever was agreed. Absent where the daemon does not say.
   */
  readonly hasOwnExchange?: boolean
  readonly algorithms?: NegotiatedAlgorithms
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
  readonly bytesIn: number
  readonly bytesOut: number
  readonly packetsIn: number
  readonly packetsOut: number
}

/** The live SAs of a gateway at one moment. Told beside the reports, and not as often: counters change all the time. */
export interface TunnelSnapshot {
  readonly gateway: GatewayId
  /** In UTC, as the API writes times. */
  readonly observedAt: string
  readonly tunnels: readonly ActualTunnel[]
}

/** What a look at a gateway came to. */
export interface Report {
  readonly gateway: GatewayId
  readonly revision: number
  /** Why the gateway as a whole could not be made; absent when it stands. */
  readonly problem?: string
  readonly connections: readonly ConnectionReport[]
}

export interface ConnectionReport {
  readonly connection: ConnectionId
  /** `up`: every child SA is installed. `down`: configured, but not carrying. `failed`: could not be configured. */
  readonly state: 'up' | 'down' | 'failed'
  readonly problem?: string
  /** Why it is down, or what is amiss although it is up; absent: nothing that is known. */
  readonly verdict?: Verdict
}
