import { networkText, overlap, parseCidr } from '../model/cidr.ts'
import { changed } from '../model/decode.ts'
import { type Listing, wholeList } from '../model/filter.ts'
import { Network } from '../model/network.ts'
import { problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { Subnet } from '../model/subnet.ts'
import { timestamp } from '../model/time.ts'
import { touchGateway, touchHost } from '../store/outbox.ts'
import { countAllocations, gatewaysIn, portAt } from '../store/ports.ts'
import { find, insert, remove, update } from '../store/resources.ts'
import { groupsWithSubnet, servicesWithSubnet, subnetsOf } from '../store/subnets.ts'
import { visible } from './access.ts'
import { listNetworks, maySee, ownNetwork } from './networks.ts'
import { withItsTags, withTags } from './object-tags.ts'
import type { Asking, Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'
import { newborn, revise } from './revisions.ts'
import { firstHost, poolsWithout, refuseAddressing, refuseUnroutable } from './subnet-addresses.ts'

/** Subnets. `semantics.md` §3 says what may not be taken from under a VPN. */

export async function createSubnet(work: Work, given: Given<typeof Subnet>): Promise<Subnet> {
  await refuseOverQuota(work, 'subnet', given.tenant_id)
  const network = await ownNetwork(work, given.network_id, 'create_subnet')
  const cidr = parseCidr(given.cidr)
  if (!cidr || cidr.version !== given.ip_version) {
    throw problem('SubnetCidrVersion', { cidr: given.cidr, ip_version: given.ip_version })
  }
  refuseUnroutable(cidr)
  for (const other of await subnetsOf(work.tx, network.id)) {
    const theirs = parseCidr(other.cidr)
    if (theirs && overlap(cidr, theirs)) throw problem('SubnetOverlaps', { cidr: given.cidr, network_id: network.id })
  }
  const gateway_ip = given.gateway_ip === undefined ? firstHost(cidr) : given.gateway_ip
  const allocation_pools = given.allocation_pools ?? []
  refuseAddressing(cidr, { gateway_ip, allocation_pools })
  const subnet: Subnet = {
    ...given,
    id: work.world.ids.uuid(),
    cidr: networkText(cidr),
    gateway_ip,
    allocation_pools: given.allocation_pools ? allocation_pools : poolsWithout(cidr, gateway_ip),
    ...newborn(work.world.clock, 0),
  }
  await insert(work.tx, Subnet, subnet)
  await revise(work, Network, network.id)
  if (network['router:external']) await touchHost(work.tx, timestamp(work.world.clock.now()))
  return subnet
}

/** The subnet if its network may be seen: an external network's subnets are everybody's to look at. */
export async function showSubnet(work: Asking, id: string): Promise<Subnet> {
  const subnet = await find(work.tx, Subnet, id)
  if (!subnet) throw problem('SubnetNotFound', { id })
  if (!work.caller.isAdmin && subnet.tenant_id !== work.caller.projectId) {
    const network = await find(work.tx, Network, subnet.network_id)
    if (!network || !maySee(work.caller, network)) throw problem('SubnetNotFound', { id })
  }
  return withItsTags(work, subnet)
}

/** Subnets of the networks that the caller may see. */
export async function listSubnets(asking: Asking, listing: Listing): Promise<Subnet[]> {
  const networks = await listNetworks(asking, { filters: [], page: wholeList })
  const ofSeen = { column: 'network_id', values: networks.map(({ id }) => id) }
  return withTags(asking, await visible(asking, Subnet, listing, [ofSeen]))
}

export async function updateSubnet(work: Work, id: string, changes: Changes<typeof Subnet>): Promise<Subnet> {
  const { tx } = work
  const stored = await ownSubnet(work, id, 'update_subnet')
  const subnet = changed(Subnet, stored, changes)
  const { gateway_ip = null, allocation_pools = [] } = subnet
  const cidr = parseCidr(subnet.cidr)
  const isReaddressed = changes.gateway_ip !== undefined || changes.allocation_pools !== undefined
  if (cidr && isReaddressed) refuseAddressing(cidr, { gateway_ip, allocation_pools })
  const isGatewayMoved = gateway_ip !== (stored.gateway_ip ?? null)
  if (isGatewayMoved) await refuseGatewayInUse(work, stored, gateway_ip)
  await update(tx, Subnet, id, subnet)
  await revise(work, Subnet, id)
  if (isGatewayMoved) await touchUsers(work, subnet.network_id)
  return showSubnet(work, id)
}

/** A router stands at the old address, or somebody already at the new one. */
async function refuseGatewayInUse({ tx }: Work, stored: Subnet, wanted: string | null): Promise<void> {
  const { network_id, gateway_ip } = stored
  const holder = gateway_ip ? await portAt(tx, network_id, gateway_ip) : undefined
  if (holder !== undefined) throw problem('GatewayInUse', { gateway_ip, port_id: holder })
  const other = wanted === null ? undefined : await portAt(tx, network_id, wanted)
  if (other !== undefined) throw problem('AddressInUse', { network_id, address: wanted })
}

/** The gateway of an external subnet is where VPN gateways send what leaves, and maybe an address of the host. */
async function touchUsers({ tx, world }: Work, network: string): Promise<void> {
  const at = timestamp(world.clock.now())
  await touchHost(tx, at)
  for (const gateway of await gatewaysIn(tx, network)) await touchGateway(tx, gateway, at)
}

export async function deleteSubnet(work: Work, id: string): Promise<void> {
  const { network_id } = await ownSubnet(work, id, 'delete_subnet')
  await refuseSubnetInUse(work, id)
  if ((await countAllocations(work.tx, id)) > 0) throw problem('SubnetInUse', { id })
  await remove(work.tx, Subnet, id)
  await revise(work, Network, network_id)
  await touchHost(work.tx, timestamp(work.world.clock.now()))
}

/** A subnet in an endpoint group, used or not, or of a service, stays. */
export async function refuseSubnetInUse({ tx }: Work, id: string): Promise<void> {
  const [group] = await groupsWithSubnet(tx, id)
  if (group) throw problem('SubnetInUseByEndpointGroup', { id, group })
  const [service] = await servicesWithSubnet(tx, id)
  if (service) throw problem('SubnetInUseByVpnService', { id, service })
}

export async function ownSubnet(work: Work, id: string, permission: string): Promise<Subnet> {
  const subnet = await showSubnet(work, id)
  if (!work.caller.isAdmin && subnet.tenant_id !== work.caller.projectId) {
    throw problem('PolicyNotAuthorized', { permission })
  }
  return subnet
}
