import { ipVersion, parseCidr } from '../model/cidr.ts'
import type { ConnectionId, GatewayId, NetworkId, PortId } from '../model/ids.ts'
import type { IpsecConnection } from '../model/ipsec-connection.ts'
import type { Port } from '../model/port.ts'
import type { Subnet } from '../model/subnet.ts'
import type { Attachment, Desired, DesiredConnection } from '../model/tunnel.ts'
import type { VpnService } from '../model/vpn-service.ts'
import type { ConnectionBeside } from '../store/connections.ts'
import { canonical, type Endpoints } from './endpoints.ts'
import { identities } from './identities.ts'

/** All that is stored about one gateway. */
export interface StoredGateway {
  readonly gateway: GatewayId
  readonly revision: number
  /** The router is the host itself. */
  readonly onHost: boolean
  readonly services: readonly StoredService[]
  readonly ports: readonly Port[]
  /** The subnets that the ports have addresses in. */
  readonly subnets: readonly Subnet[]
}

export interface StoredService {
  readonly service: VpnService
  readonly connections: readonly StoredConnection[]
}

export interface StoredConnection {
  readonly connection: IpsecConnection
  readonly beside: ConnectionBeside
  readonly endpoints: Endpoints
}

/** Stored rows to what the host should have. Pure. A router without VPN services is no gateway. */
export function desiredOf(stored: StoredGateway): Desired {
  const { gateway, revision, services } = stored
  if (services.length === 0) {
    return { gateway, revision, present: false, attachments: [], nextHops: [], protectedCidrs: [], connections: [] }
  }
  const live = services.flatMap(({ service, connections }) =>
    connections
      .filter(({ connection }) => connection.status !== 'PENDING_DELETE')
      .map((connection) => ({ service, ...connection })),
  )
  return {
    gateway,
    revision,
    present: true,
    ...(stored.onHost && { onHost: true }),
    attachments: stored.ports
      .map((port) => attachmentOf(port, stored.subnets))
      .sort((a, b) => (a.port < b.port ? -1 : 1)),
    nextHops: stored.onHost ? [] : nextHopsOf(stored),
    // Also of connections that are switched off: their traffic is meant for a tunnel or for nobody.
    protectedCidrs: canonical(live.flatMap(protectedBy)),
    connections: live.flatMap(({ service, connection, beside, endpoints }) =>
      service.admin_state_up && connection.admin_state_up
        ? desiredConnection(service, connection, beside, endpoints)
        : [],
    ),
  }
}

/** In transport mode what is to be protected goes to the peer itself. */
function protectedBy({ connection, beside, endpoints }: StoredConnection): readonly string[] {
  const version = ipVersion(connection.peer_address)
  if (beside.ipsec_proposal.mode === 'tunnel' || version === undefined) return endpoints.peer
  return [...endpoints.peer, `${connection.peer_address}/${version === 4 ? 32 : 128}`]
}

function attachmentOf(port: Port, subnets: readonly Subnet[]): Attachment {
  return {
    port: port.id as PortId,
    side: port.device_owner === 'network:router_gateway' ? 'external' : 'internal',
    network: port.network_id as NetworkId,
    addresses: port.fixed_ips.map(({ ip_address, subnet_id }) => {
      const subnet = subnets.find(({ id }) => id === subnet_id)
      const prefixLength = (subnet && parseCidr(subnet.cidr)?.prefixLength) ?? (ipVersion(ip_address) === 4 ? 32 : 128)
      return `${ip_address}/${prefixLength}`
    }),
  }
}

/** The routers of the external subnets that the gateway has an address in: one per IP version. */
function nextHopsOf({ ports, subnets }: StoredGateway): string[] {
  const external = ports.filter((port) => port.device_owner === 'network:router_gateway')
  const inUse = external.flatMap((port) => port.fixed_ips.map(({ subnet_id }) => subnet_id))
  const hops = subnets
    .filter(({ id }) => inUse.includes(id))
    .flatMap(({ gateway_ip, ip_version }) => (gateway_ip ? [{ gateway_ip, ip_version }] : []))
  return [4, 6].flatMap((version) => hops.find(({ ip_version }) => ip_version === version)?.gateway_ip ?? [])
}

function desiredConnection(
  service: VpnService,
  connection: IpsecConnection,
  beside: ConnectionBeside,
  endpoints: Endpoints,
): DesiredConnection[] {
  const version = ipVersion(connection.peer_address)
  const localAddress = version === 4 ? service.external_v4_ip : service.external_v6_ip
  if (!localAddress) return []
  const { ikeVersion, aggressive, ...ike } = beside.ike_proposal
  const { local, peer } = identities(connection, localAddress, beside.peer_identity_is_address)
  return [
    {
      id: connection.id as ConnectionId,
      ikeVersion,
      aggressive,
      localAddress,
      peerAddress: connection.peer_address,
      localIdentity: local,
      peerIdentity: peer,
      secret: connection.psk,
      secretVersion: beside.psk_version,
      ike,
      ipsec: beside.ipsec_proposal,
      deadPeerDetection: {
        action: connection.dpd.action,
        intervalSeconds: connection.dpd.interval,
        timeoutSeconds: connection.dpd.timeout,
      },
      restarts: beside.restarts,
      initiate: connection.initiator === 'bi-directional',
      mtu: connection.mtu,
      localCidrs: canonical(endpoints.local),
      peerCidrs: canonical(endpoints.peer),
    },
  ]
}
