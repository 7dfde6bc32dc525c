import { parseCidr } from '../model/cidr.ts'
import { wholeList } from '../model/filter.ts'
import type { GatewayId, NetworkId } from '../model/ids.ts'
import { Network } from '../model/network.ts'
import { Subnet } from '../model/subnet.ts'
import type { Desired, DesiredHost } from '../model/tunnel.ts'
import { besideFromRow, connectionsOn } from '../store/connections.ts'
import { gatewayRevision } from '../store/gateways.ts'
import { list } from '../store/list.ts'
import type { Reading } from '../store/open.ts'
import { portsOf } from '../store/ports.ts'
import { findAll } from '../store/resources.ts'
import { gatewaysWanted, servicesOn } from '../store/services.ts'
import { desiredOf } from './desired.ts'
import { endpointLookup, endpointsOf } from './endpoints.ts'
import { isHostNetwork, isHostRouter } from './host-router.ts'
import { segmentOf } from './provider-segments.ts'

/** Reads from the store what the agent is told. Secrets are opened here and nowhere else on this road. */

export async function desiredGateway(tx: Reading, gateway: GatewayId): Promise<Desired> {
  const revision = await gatewayRevision(tx, gateway)
  const services = await servicesOn(tx, gateway)
  const kept = await connectionsOn(tx, gateway)
  const ports = await portsOf(tx, gateway)
  const subnets = await findAll(
    tx,
    Subnet,
    ports.flatMap((port) => port.fixed_ips.map((ip) => ip.subnet_id)),
  )
  const lookup = await endpointLookup(
    tx,
    gateway,
    services,
    kept.map(({ connection }) => connection),
  )
  return desiredOf({
    gateway,
    revision,
    onHost: await isHostRouter(tx, ports),
    services: services.map((service) => ({
      service,
      connections: kept
        .filter(({ connection }) => connection.vpnservice_id === service.id)
        .map(({ connection, row }) => ({
          connection,
          beside: besideFromRow(row),
          endpoints: endpointsOf(connection, service, lookup),
        })),
    })),
    ports,
    subnets,
  })
}

/** The host is in its own networks already. */
function isMade(network: Network): boolean {
  return !isHostNetwork(network)
}

/**
 * A bridge for each network; the host is the next hop of external networks whose subnet names one, unless they are on its
 * wires: there the next hop is somebody else, and its address is not ours to carry.
 */
export async function desiredHost(tx: Reading): Promise<DesiredHost> {
  const everything = { filters: [], scope: undefined, page: wholeList }
  const networks = await list(tx, Network, everything)
  const subnets = await list(tx, Subnet, everything)
  return {
    networks: networks.filter(isMade).map((network) => {
      const segment = segmentOf(network)
      const hostIsNextHop = network['router:external'] && segment === undefined
      return {
        id: network.id as NetworkId,
        hostAddresses: hostIsNextHop
          ? subnets
              .filter(({ network_id, gateway_ip }) => network_id === network.id && gateway_ip)
              .map(({ gateway_ip, cidr }) => `${gateway_ip}/${parseCidr(cidr)?.prefixLength}`)
          : [],
        ...(segment && { segment }),
      }
    }),
    gateways: await gatewaysWanted(tx),
  }
}
