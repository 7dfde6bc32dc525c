import { Network } from '../model/network.ts'
import type { Port } from '../model/port.ts'
import { problem } from '../model/problem.ts'
import { Router } from '../model/router.ts'
import type { InterfaceTarget, RouterInterface } from '../model/router-interface.ts'
import type { Subnet } from '../model/subnet.ts'
import { portsOf, removePort, routerSubnets, takenAddresses } from '../store/ports.ts'
import { find } from '../store/resources.ts'
import { servicesOn } from '../store/services.ts'
import { connectionsWithSubnet, servicesWithSubnet, subnetsOf } from '../store/subnets.ts'
import { found } from './access.ts'
import { refuseForeignInterface } from './host-router.ts'
import type { Work } from './ports.ts'
import { revise } from './revisions.ts'
import { keepPort, touchIfGateway } from './router-legs.ts'
import { refuseOverlap } from './router-overlap.ts'
import { showPort } from './router-ports.ts'
import { showSubnet } from './subnets.ts'

/** The legs of a router in its own networks. An interface carries the `gateway_ip` of its subnet. */

export async function addInterface(work: Work, id: string, target: InterfaceTarget): Promise<RouterInterface> {
  const { tx, world } = work
  const router = await found(work, Router, id)
  if ('port_id' in target) return refusePort(work, target.port_id)
  const subnet = await showSubnet(work, target.subnet_id)
  const { network_id, gateway_ip } = subnet
  const network = await find(tx, Network, network_id)
  // The host, or a router outside it, carries the gateway address of an external subnet.
  if (network?.['router:external']) throw problem('RouterInterfaceOnExternal', { subnet_id: subnet.id, network_id })
  await refuseForeignInterface(work, id, network_id)
  const present = await routerSubnets(tx, id)
  if (present.some((other) => other.id === subnet.id)) throw problem('RouterAlreadyOnSubnet', { subnet_id: subnet.id })
  if (!gateway_ip) throw problem('SubnetHasNoGateway', { subnet_id: subnet.id })
  refuseOverlap(subnet, await subnetsBehind(work, router, present))
  if ((await takenAddresses(tx, network_id)).has(gateway_ip)) {
    throw problem('AddressInUse', { network_id, address: gateway_ip })
  }
  const port_id = world.ids.uuid()
  await keepPort(work, router, {
    id: port_id,
    device_owner: 'network:router_interface',
    network_id,
    addresses: [{ subnet_id: subnet.id, ip_address: gateway_ip }],
  })
  return answer(router, port_id, network_id, subnet.id)
}

/** Every port there is was made by a router, so none is free to become an interface. */
async function refusePort(work: Work, port_id: string): Promise<never> {
  const { id, network_id, device_id } = await showPort(work, port_id)
  throw problem('PortInUse', { id, network_id, device_id })
}

/** By its subnet, by its port, or by both, which then have to belong together. */
export async function removeInterface(
  work: Work,
  id: string,
  target: Partial<Readonly<Record<'subnet_id' | 'port_id', string>>>,
): Promise<RouterInterface> {
  const { tx } = work
  const router = await found(work, Router, id)
  const ports = (await portsOf(tx, id)).filter((port) => port.device_owner === 'network:router_interface')
  const port = interfaceAmong(ports, id, target)
  const subnet_id = port.fixed_ips[0]?.subnet_id ?? ''
  const services = (await servicesOn(tx, id)).map((service) => service.id)
  const service = (await servicesWithSubnet(tx, subnet_id)).find((each) => services.includes(each))
  if (service) throw problem('SubnetInUseByVpnService', { id: subnet_id, service })
  const [connection] = await connectionsWithSubnet(tx, id, subnet_id)
  if (connection) throw problem('SubnetInUseByConnection', { id: subnet_id, connection })
  await removePort(tx, port.id)
  await revise(work, Router, id)
  await touchIfGateway(work, id)
  return answer(router, port.id, port.network_id, subnet_id)
}

function interfaceAmong(
  ports: readonly Port[],
  router: string,
  { port_id, subnet_id }: Partial<Readonly<Record<'subnet_id' | 'port_id', string>>>,
): Port {
  const isIn = (port: Port) => port.fixed_ips.some((ip) => ip.subnet_id === subnet_id)
  if (port_id === undefined) {
    const port = ports.find(isIn)
    if (!port) throw problem('RouterInterfaceNotFound', { id: router, subnet_id })
    return port
  }
  const port = ports.find(({ id }) => id === port_id)
  if (!port) throw problem('RouterPortUnknown', { id: router, port_id })
  if (subnet_id !== undefined && !isIn(port)) throw problem('RouterInterfaceMismatch', { port_id, subnet_id })
  return port
}

async function subnetsBehind({ tx }: Work, router: Router, present: readonly Subnet[]): Promise<Subnet[]> {
  const external = router.external_gateway_info
  return [...present, ...(external ? await subnetsOf(tx, external.network_id) : [])]
}

function answer(router: Router, port_id: string, network_id: string, subnet_id: string): RouterInterface {
  return { id: router.id, tenant_id: router.tenant_id, port_id, network_id, subnet_id, subnet_ids: [subnet_id] }
}
