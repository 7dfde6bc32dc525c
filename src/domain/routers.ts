import {
  addressNumber,
  addressText,
  canonicalAddress,
  containsAddress,
  ipVersion,
  overlap,
  parseCidr,
} from '../model/cidr.ts'
import { changed } from '../model/decode.ts'
import type { GatewayId } from '../model/ids.ts'
import type { PortAddress } from '../model/port.ts'
import { problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { type ExternalGateway, type FixedIp, Router } from '../model/router.ts'
import type { RouterInterface } from '../model/router-interface.ts'
import type { Subnet } from '../model/subnet.ts'
import { timestamp } from '../model/time.ts'
import { forgetGateway } from '../store/gateways.ts'
import { touchGateway } from '../store/outbox.ts'
import { insertPort, portsOf, removePort, routerSubnets, takenAddresses } from '../store/ports.ts'
import { insert, remove, update } from '../store/resources.ts'
import { servicesOn } from '../store/services.ts'
import { connectionsWithSubnet, servicesWithSubnet, subnetsOf } from '../store/subnets.ts'
import { found } from './access.ts'
import { refuseForeignGateway, refuseForeignInterface } from './host-router.ts'
import { visibleNetwork } from './networks.ts'
import type { Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'
import { showSubnet } from './subnets.ts'

/** Routers: their gateway to an external network and their interfaces. */

export async function createRouter(work: Work, given: Given<typeof Router>): Promise<Router> {
  await refuseOverQuota(work, 'router', given.tenant_id)
  const router: Router = { ...given, id: work.world.ids.uuid(), status: 'ACTIVE', external_gateway_info: null }
  await insert(work.tx, Router, router)
  return given.external_gateway_info ? setGateway(work, router, given.external_gateway_info) : router
}

export async function updateRouter(work: Work, id: string, changes: Changes<typeof Router>): Promise<Router> {
  const stored = await found(work, Router, id)
  const { external_gateway_info: gateway, ...plain } = changes
  const router = changed(Router, stored, plain)
  await update(work.tx, Router, id, router)
  if (gateway === undefined) return router
  return gateway === null ? clearGateway(work, router) : setGateway(work, router, gateway)
}

export async function deleteRouter(work: Work, id: string): Promise<void> {
  const { tx } = work
  const router = await found(work, Router, id)
  await refuseRouterOfService(work, id)
  const ports = await portsOf(tx, id)
  if (ports.some((port) => port.device_owner === 'network:router_interface'))
    throw problem('RouterHasInterfaces', { id })
  for (const port of ports) await removePort(tx, port.id)
  await remove(tx, Router, router.id)
  await forgetGateway(tx, id as GatewayId)
}

export async function addInterface(work: Work, id: string, subnetId: string): Promise<RouterInterface> {
  const { tx, world } = work
  const router = await found(work, Router, id)
  const subnet = await showSubnet(work, subnetId)
  await refuseForeignInterface(work, id, subnet.network_id)
  const present = await routerSubnets(tx, id)
  if (present.some((other) => other.id === subnet.id)) throw problem('RouterAlreadyOnSubnet', { subnet_id: subnet.id })
  if (subnet.gateway_ip === null || subnet.gateway_ip === undefined) {
    throw problem('SubnetHasNoGateway', { subnet_id: subnet.id })
  }
  refuseOverlap(subnet, await subnetsBehind(work, router, present))
  const { network_id, gateway_ip } = subnet
  if ((await takenAddresses(tx, network_id)).has(gateway_ip)) {
    throw problem('SubnetGatewayTaken', { network_id, address: gateway_ip })
  }
  const port_id = world.ids.uuid()
  await keepPort(work, router, port_id, 'network:router_interface', network_id, [
    { subnet_id: subnet.id, ip_address: gateway_ip },
  ])
  await touchIfGateway(work, id)
  return answer(router, port_id, network_id, subnet.id)
}

export async function removeInterface(
  work: Work,
  id: string,
  target: { readonly subnet_id?: string; readonly port_id?: string },
): Promise<RouterInterface> {
  const { tx } = work
  const router = await found(work, Router, id)
  const ports = (await portsOf(tx, id)).filter((port) => port.device_owner === 'network:router_interface')
  const port = ports.find((each) =>
    target.port_id ? each.id === target.port_id : each.fixed_ips.some((ip) => ip.subnet_id === target.subnet_id),
  )
  if (!port) {
    throw target.port_id
      ? problem('RouterPortUnknown', { id, port_id: target.port_id })
      : problem('RouterInterfaceNotFound', { id, subnet_id: target.subnet_id })
  }
  const subnet_id = port.fixed_ips[0]?.subnet_id ?? ''
  const services = (await servicesOn(tx, id)).map((service) => service.id)
  const service = (await servicesWithSubnet(tx, subnet_id)).find((each) => services.includes(each))
  if (service) throw problem('SubnetInUseByVpnService', { id: subnet_id, service })
  const [connection] = await connectionsWithSubnet(tx, id, subnet_id)
  if (connection) throw problem('SubnetInUseByConnection', { id: subnet_id, connection })
  await removePort(tx, port.id)
  await touchIfGateway(work, id)
  return answer(router, port.id, port.network_id, subnet_id)
}

async function setGateway(work: Work, router: Router, wanted: ExternalGateway): Promise<Router> {
  const { tx, caller } = work
  const network = await visibleNetwork(work, wanted.network_id)
  if (!network['router:external']) throw problem('ExternalNetworkInvalid', { id: network.id })
  if (wanted.external_fixed_ips.length > 0 && !caller.isAdmin && !sameGateway(router, wanted)) {
    throw problem('PolicyNotAuthorized', { permission: 'create_router:external_gateway_info:external_fixed_ips' })
  }
  if (sameGateway(router, wanted))
    return keepGateway(work, router, {
      ...wanted,
      external_fixed_ips: router.external_gateway_info?.external_fixed_ips ?? [],
    })
  await refuseForeignGateway(work, router.id, network)
  await removeGatewayPort(work, router)
  const subnets = await subnetsOf(tx, network.id)
  for (const subnet of subnets) refuseOverlap(subnet, await routerSubnets(tx, router.id))
  const addresses = await pickAddresses(work, network.id, subnets, wanted.external_fixed_ips)
  await keepPort(work, router, work.world.ids.uuid(), 'network:router_gateway', network.id, addresses)
  await touchIfGateway(work, router.id)
  return keepGateway(work, router, { ...wanted, external_fixed_ips: addresses })
}

async function clearGateway(work: Work, router: Router): Promise<Router> {
  await removeGatewayPort(work, router)
  await touchIfGateway(work, router.id)
  return keepGateway(work, router, null)
}

/** A gateway that VPN services stand on is neither cleared nor moved. */
async function removeGatewayPort(work: Work, router: Router): Promise<void> {
  if (!router.external_gateway_info) return
  await refuseRouterOfService(work, router.id)
  for (const port of await portsOf(work.tx, router.id)) {
    if (port.device_owner === 'network:router_gateway') await removePort(work.tx, port.id)
  }
}

async function keepGateway({ tx }: Work, router: Router, gateway: ExternalGateway | null): Promise<Router> {
  await update(tx, Router, router.id, { external_gateway_info: gateway })
  return { ...router, external_gateway_info: gateway }
}

function sameGateway(router: Router, wanted: ExternalGateway): boolean {
  const now = router.external_gateway_info
  if (!now || now.network_id !== wanted.network_id) return false
  return wanted.external_fixed_ips.every((ip) =>
    now.external_fixed_ips.some(
      (held) =>
        (ip.subnet_id === undefined || held.subnet_id === ip.subnet_id) &&
        (ip.ip_address === undefined || held.ip_address === canonicalAddress(ip.ip_address)),
    ),
  )
}

async function refuseRouterOfService({ tx }: Work, id: string): Promise<void> {
  const services = await servicesOn(tx, id)
  if (services.length > 0) throw problem('RouterInUse', { id, services: services.map((each) => each.id).join(', ') })
}

/** The addresses asked for, or one of each IP version: the lowest free one of the first subnet that has any. */
async function pickAddresses(
  { tx }: Work,
  network: string,
  subnets: readonly Subnet[],
  asked: readonly FixedIp[],
): Promise<PortAddress[]> {
  const taken = await takenAddresses(tx, network)
  const usable = (subnet: Subnet, ip: FixedIp) =>
    (ip.subnet_id === undefined || ip.subnet_id === subnet.id) &&
    (ip.ip_address === undefined || holds(subnet, ip.ip_address))
  const choose = (candidates: readonly Subnet[], address?: string): PortAddress | undefined => {
    for (const subnet of candidates) {
      const ip_address = address === undefined ? lowestFree(subnet, taken) : canonicalAddress(address)
      if (ip_address !== undefined && !taken.has(ip_address)) return { subnet_id: subnet.id, ip_address }
    }
    return undefined
  }
  const requests: (readonly [readonly Subnet[], string | undefined])[] =
    asked.length > 0
      ? asked.map((ip) => [subnets.filter((subnet) => usable(subnet, ip)), ip.ip_address])
      : ([4, 6] as const)
          .map((version) => [subnets.filter((subnet) => subnet.ip_version === version), undefined] as const)
          .filter(([candidates]) => candidates.length > 0)
  const chosen: PortAddress[] = []
  for (const [candidates, address] of requests) {
    const pick = choose(candidates, address)
    if (!pick) throw problem('AddressesExhausted', { network_id: network })
    taken.add(pick.ip_address)
    chosen.push(pick)
  }
  if (chosen.length === 0) throw problem('AddressesExhausted', { network_id: network })
  return chosen
}

function holds(subnet: Subnet, address: string): boolean {
  const cidr = parseCidr(subnet.cidr)
  return cidr !== undefined && containsAddress(cidr, address) && canonicalAddress(address) !== subnet.gateway_ip
}

function lowestFree(subnet: Subnet, taken: ReadonlySet<string>): string | undefined {
  for (const { start, end } of subnet.allocation_pools ?? []) {
    const version = ipVersion(start) ?? 4
    for (let number = addressNumber(start); number <= addressNumber(end); number += 1n) {
      const address = addressText(number, version)
      if (!taken.has(address)) return address
    }
  }
  return undefined
}

function refuseOverlap(subnet: Subnet, others: readonly Subnet[]): void {
  const ours = parseCidr(subnet.cidr)
  for (const other of others) {
    const theirs = parseCidr(other.cidr)
    if (ours && theirs && overlap(ours, theirs)) {
      throw problem('RouterInterfaceOverlaps', {
        cidr: subnet.cidr,
        subnet_id: subnet.id,
        other_cidr: other.cidr,
        other_id: other.id,
      })
    }
  }
}

async function subnetsBehind({ tx }: Work, router: Router, present: readonly Subnet[]): Promise<Subnet[]> {
  const external = router.external_gateway_info
  return [...present, ...(external ? await subnetsOf(tx, external.network_id) : [])]
}

async function keepPort(
  work: Work,
  router: Router,
  id: string,
  device_owner: 'network:router_gateway' | 'network:router_interface',
  network_id: string,
  addresses: readonly PortAddress[],
): Promise<void> {
  const { tx, world } = work
  await refuseOverQuota(work, 'port', router.tenant_id)
  const port = {
    id,
    // Neutron's gateway ports belong to no project; ours are the router owner's to look at.
    tenant_id: router.tenant_id,
    name: '',
    network_id,
    device_id: router.id,
    device_owner,
    mac_address: macAddress(world.ids.hex()),
    status: 'ACTIVE',
    admin_state_up: true,
  } as const
  await insertPort(tx, port, addresses)
}

/** A locally administered address in Neutron's usual range. */
function macAddress(hex: string): string {
  return `fa:16:3e:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`
}

/** A router without VPN services is no gateway yet: nothing on the host changes with it. */
async function touchIfGateway({ tx, world }: Work, router: string): Promise<void> {
  if ((await servicesOn(tx, router)).length > 0) {
    await touchGateway(tx, router as GatewayId, timestamp(world.clock.now()))
  }
}

function answer(router: Router, port_id: string, network_id: string, subnet_id: string): RouterInterface {
  return { id: router.id, tenant_id: router.tenant_id, port_id, network_id, subnet_id, subnet_ids: [subnet_id] }
}
