import { canonicalAddress } from '../model/cidr.ts'
import { problem } from '../model/problem.ts'
import { type ExternalGateway, Router } from '../model/router.ts'
import { portsOf, removePort, routerSubnets, takenAddresses } from '../store/ports.ts'
import { update } from '../store/resources.ts'
import { servicesOn } from '../store/services.ts'
import { subnetsOf } from '../store/subnets.ts'
import { pickAddresses } from './gateway-addresses.ts'
import { refuseForeignGateway } from './host-router.ts'
import { visibleNetwork } from './networks.ts'
import type { Work } from './ports.ts'
import { revise } from './revisions.ts'
import { keepPort, touchIfGateway } from './router-legs.ts'
import { refuseOverlap } from './router-overlap.ts'

/** The external gateway of a router: a port in an external network, and the addresses that peers reach it at. */

/** The same gateway again changes nothing but `enable_snat`: clients repeat what they read. */
export async function setGateway(work: Work, router: Router, wanted: ExternalGateway): Promise<void> {
  const { tx, caller, world } = work
  const network = await visibleNetwork(work, wanted.network_id)
  if (!network['router:external']) throw problem('ExternalNetworkInvalid', { id: network.id })
  const now = router.external_gateway_info
  if (now && isSame(now, wanted)) {
    return keepGateway(work, router, { ...wanted, external_fixed_ips: now.external_fixed_ips })
  }
  if (wanted.external_fixed_ips.length > 0 && !caller.isAdmin) {
    throw problem('PolicyNotAuthorized', { permission: 'create_router:external_gateway_info:external_fixed_ips' })
  }
  await refuseForeignGateway(work, router.id, network)
  await removeGatewayPort(work, router)
  const subnets = await subnetsOf(tx, network.id)
  const behind = await routerSubnets(tx, router.id)
  for (const subnet of subnets) refuseOverlap(subnet, behind)
  const taken = await takenAddresses(tx, network.id)
  const addresses = pickAddresses({ network_id: network.id, subnets, taken }, wanted.external_fixed_ips)
  await keepPort(work, router, {
    id: world.ids.uuid(),
    device_owner: 'network:router_gateway',
    network_id: network.id,
    addresses,
  })
  return keepGateway(work, router, { ...wanted, external_fixed_ips: addresses })
}

export async function clearGateway(work: Work, router: Router): Promise<void> {
  if (!router.external_gateway_info) return
  await removeGatewayPort(work, router)
  await touchIfGateway(work, router.id)
  await keepGateway(work, router, null)
}

/** A gateway that VPN services stand on is neither cleared nor moved. */
async function removeGatewayPort(work: Work, router: Router): Promise<void> {
  if (!router.external_gateway_info) return
  await refuseRouterOfService(work, router.id)
  for (const port of await portsOf(work.tx, router.id)) {
    if (port.device_owner === 'network:router_gateway') await removePort(work.tx, port.id)
  }
}

async function keepGateway(work: Work, router: Router, gateway: ExternalGateway | null): Promise<void> {
  await update(work.tx, Router, router.id, { external_gateway_info: gateway })
  await revise(work, Router, router.id)
}

function isSame(now: ExternalGateway, wanted: ExternalGateway): boolean {
  if (now.network_id !== wanted.network_id) return false
  if (wanted.external_fixed_ips.length === 0) return true
  if (wanted.external_fixed_ips.length !== now.external_fixed_ips.length) return false
  return wanted.external_fixed_ips.every((ip) =>
    now.external_fixed_ips.some(
      (held) =>
        (ip.subnet_id === undefined || held.subnet_id === ip.subnet_id) &&
        (ip.ip_address === undefined || held.ip_address === canonicalAddress(ip.ip_address)),
    ),
  )
}

export async function refuseRouterOfService({ tx }: Work, id: string): Promise<void> {
  const services = await servicesOn(tx, id)
  if (services.length > 0) throw problem('RouterInUse', { id, services: services.map((each) => each.id).join(', ') })
}
