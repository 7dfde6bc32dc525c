import {
  addressNumber,
  addressText,
  type Cidr,
  canonicalAddress,
  containsAddress,
  networkText,
  overlap,
  parseCidr,
} from '../model/cidr.ts'
import { changed } from '../model/decode.ts'
import { type Listing, wholeList } from '../model/filter.ts'
import { Network } from '../model/network.ts'
import { problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { type AddressPool, Subnet } from '../model/subnet.ts'
import { timestamp } from '../model/time.ts'
import { touchHost } from '../store/outbox.ts'
import { countAllocations } from '../store/ports.ts'
import { find, insert, remove, update } from '../store/resources.ts'
import { groupsWithSubnet, servicesWithSubnet, subnetsOf } from '../store/subnets.ts'
import { visible } from './access.ts'
import { listNetworks, maySee, ownNetwork } from './networks.ts'
import type { Asking, Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'

/** Subnets. `semantics.md` §3 says what may not be taken from under a VPN. */

export async function createSubnet(work: Work, given: Given<typeof Subnet>): Promise<Subnet> {
  await refuseOverQuota(work, 'subnet', given.tenant_id)
  const network = await ownNetwork(work, given.network_id, 'create_subnet')
  const cidr = parseCidr(given.cidr)
  if (!cidr || cidr.version !== given.ip_version) {
    throw problem('SubnetCidrVersion', { cidr: given.cidr, ip_version: given.ip_version })
  }
  for (const other of await subnetsOf(work.tx, network.id)) {
    const theirs = parseCidr(other.cidr)
    if (theirs && overlap(cidr, theirs)) throw problem('SubnetOverlaps', { cidr: given.cidr, network_id: network.id })
  }
  const asked = given.gateway_ip === undefined ? firstHost(cidr) : given.gateway_ip
  // Addresses are compared as texts from here on.
  const gateway_ip = asked === null ? null : canonicalAddress(asked)
  if (gateway_ip !== null && !isHostAddress(cidr, gateway_ip)) {
    throw problem('GatewayOutsideSubnet', { gateway_ip, cidr: given.cidr })
  }
  const subnet: Subnet = {
    ...given,
    id: work.world.ids.uuid(),
    cidr: networkText(cidr),
    gateway_ip,
    allocation_pools: given.allocation_pools ?? poolsOf(cidr, gateway_ip),
    host_routes: [],
  }
  refusePoolsOutside(cidr, subnet.allocation_pools ?? [], given.cidr)
  await insert(work.tx, Subnet, subnet)
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
  return subnet
}

/** Subnets of the networks that the caller may see. */
export async function listSubnets(asking: Asking, listing: Listing): Promise<Subnet[]> {
  const networks = await listNetworks(asking, { filters: [], page: wholeList })
  return visible(asking, Subnet, listing, [{ column: 'network_id', values: networks.map(({ id }) => id) }])
}

export async function updateSubnet(work: Work, id: string, changes: Changes<typeof Subnet>): Promise<Subnet> {
  const stored = await ownSubnet(work, id, 'update_subnet')
  const subnet = changed(Subnet, stored, changes)
  await update(work.tx, Subnet, id, subnet)
  return subnet
}

export async function deleteSubnet(work: Work, id: string): Promise<void> {
  await ownSubnet(work, id, 'delete_subnet')
  await refuseSubnetInUse(work, id)
  if ((await countAllocations(work.tx, id)) > 0) throw problem('SubnetInUse', { id })
  await remove(work.tx, Subnet, id)
  await touchHost(work.tx, timestamp(work.world.clock.now()))
}

/** A subnet in an endpoint group, used or not, or of a service, stays. */
export async function refuseSubnetInUse({ tx }: Work, id: string): Promise<void> {
  const [group] = await groupsWithSubnet(tx, id)
  if (group) throw problem('SubnetInUseByEndpointGroup', { id, group })
  const [service] = await servicesWithSubnet(tx, id)
  if (service) throw problem('SubnetInUseByVpnService', { id, service })
}

async function ownSubnet(work: Work, id: string, permission: string): Promise<Subnet> {
  const subnet = await showSubnet(work, id)
  if (!work.caller.isAdmin && subnet.tenant_id !== work.caller.projectId) {
    throw problem('PolicyNotAuthorized', { permission })
  }
  return subnet
}

/** The first address after the network's own; a network of one or two addresses has no such rule. */
function firstHost(cidr: Cidr): string {
  return addressText(cidr.last - cidr.first < 2n ? cidr.first : cidr.first + 1n, cidr.version)
}

/** Neither the network's own address nor, in IPv4, its broadcast address. */
function isHostAddress(cidr: Cidr, address: string): boolean {
  if (!containsAddress(cidr, address)) return false
  if (cidr.last - cidr.first < 2n) return true
  return (
    address !== addressText(cidr.first, cidr.version) && !(cidr.version === 4 && address === addressText(cidr.last, 4))
  )
}

/** All host addresses but the gateway's, as one or two ranges. */
function poolsOf(cidr: Cidr, gateway: string | null): AddressPool[] {
  const small = cidr.last - cidr.first < 2n
  const first = small ? cidr.first : cidr.first + 1n
  const last = small || cidr.version === 6 ? cidr.last : cidr.last - 1n
  const at = gateway === null ? undefined : addressNumber(gateway)
  const ranges: (readonly [bigint, bigint])[] =
    at === undefined
      ? [[first, last]]
      : [
          [first, at - 1n],
          [at + 1n, last],
        ]
  return ranges
    .filter(([start, end]) => start <= end)
    .map(([start, end]) => ({ start: addressText(start, cidr.version), end: addressText(end, cidr.version) }))
}

function refusePoolsOutside(cidr: Cidr, pools: readonly AddressPool[], text: string): void {
  for (const { start, end } of pools) {
    const inside = containsAddress(cidr, start) && containsAddress(cidr, end)
    if (!inside || addressNumber(start) > addressNumber(end)) {
      throw problem('PoolOutsideSubnet', { start, end, cidr: text })
    }
  }
}
