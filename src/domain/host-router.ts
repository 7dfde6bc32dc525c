import { cidrMeant, overlap, parseCidr } from '../model/cidr.ts'
import { hostPhysicalNetwork, Network } from '../model/network.ts'
import type { Port } from '../model/port.ts'
import { problem } from '../model/problem.ts'
import type { Reading } from '../store/open.ts'
import { hostGateways, portsOf } from '../store/ports.ts'
import { find, findAll } from '../store/resources.ts'
import { subnetsOf } from '../store/subnets.ts'
import type { Work } from './ports.ts'

/**
 * The router that is the host itself (decision 0014): the one whose gateway is in a network of the host's own surroundings,
 * the flat ones on physical network `host`. Its addresses there are the host's. Nothing can be plugged into such a network,
 * so other routers stay out of them, and this one has no interfaces elsewhere.
 */

export function isHostNetwork(network: Pick<Network, 'provider:physical_network'>): boolean {
  return network['provider:physical_network'] === hostPhysicalNetwork
}

/** @param ports of the router */
export async function isHostRouter(tx: Reading, ports: readonly Port[]): Promise<boolean> {
  const external = ports.find((port) => port.device_owner === 'network:router_gateway')
  const network = external && (await find(tx, Network, external.network_id))
  return network !== undefined && isHostNetwork(network)
}

/** Whether the router may have an interface in the network. @throws Problem */
export async function refuseForeignInterface({ tx }: Work, router: string, network_id: string): Promise<void> {
  const network = await find(tx, Network, network_id)
  if (network === undefined) return
  const isHost = await isHostRouter(tx, await portsOf(tx, router))
  if (isHost === isHostNetwork(network)) return
  throw isHost
    ? problem('HostRouterElsewhere', { id: router, network_id, host: hostPhysicalNetwork })
    : problem('HostNetworkForeign', { id: router, network_id, host: hostPhysicalNetwork })
}

/** Whether the router may have its gateway in the network: administrators only, and one router. @throws Problem */
export async function refuseForeignGateway({ tx, caller }: Work, router: string, network: Network): Promise<void> {
  const isHost = isHostNetwork(network)
  if (isHost) {
    if (!caller.isAdmin) throw problem('PolicyNotAuthorized', { permission: 'create_router:external_gateway_info' })
    const other = (await hostGateways(tx, hostPhysicalNetwork)).find((id) => id !== router)
    if (other !== undefined) throw problem('HostRouterTaken', { id: other, network_id: network.id })
  }
  const interfaces = (await portsOf(tx, router)).filter((port) => port.device_owner === 'network:router_interface')
  const networks = await findAll(
    tx,
    Network,
    interfaces.map((port) => port.network_id),
  )
  const foreign = networks.find((each) => isHostNetwork(each) !== isHost)
  if (foreign === undefined) return
  const values = { id: router, network_id: foreign.id, host: hostPhysicalNetwork }
  throw problem(isHost ? 'HostRouterElsewhere' : 'HostNetworkForeign', values)
}

/**
 * On the host itself a tunnel must take nothing but what is for the peer's networks: one that reaches over the host's own
 * uplink, or over the peer's address, would take what keeps the host, and the tunnel, on the air. @throws Problem
 */
export async function refusePeerAroundHost(
  { tx }: Work,
  router: string,
  peer: { readonly address: string; readonly networks: readonly string[] },
): Promise<void> {
  const ports = await portsOf(tx, router)
  if (!(await isHostRouter(tx, ports))) return
  const external = ports.filter((port) => port.device_owner === 'network:router_gateway')
  const uplinks = (await Promise.all(external.map((port) => subnetsOf(tx, port.network_id)))).flat()
  for (const what of [...uplinks.map(({ cidr }) => cidr), peer.address]) {
    const kept = parseCidr(what) ?? cidrMeant(what)
    for (const text of peer.networks) {
      const network = parseCidr(text)
      if (kept && network && overlap(kept, network)) throw problem('PeerAroundHost', { cidr: text, what })
    }
  }
}
