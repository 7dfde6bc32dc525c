import { changed } from '../model/decode.ts'
import type { Listing } from '../model/filter.ts'
import { Network, networkConstants } from '../model/network.ts'
import { problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { Subnet } from '../model/subnet.ts'
import { timestamp } from '../model/time.ts'
import { touchHost } from '../store/outbox.ts'
import { countPorts, type PortUser, portUsersOf } from '../store/ports.ts'
import { find, insert, remove, update } from '../store/resources.ts'
import { subnetIdsOf, subnetsOf } from '../store/subnets.ts'
import { refuseRestricted, visible } from './access.ts'
import { withItsTags, withTags } from './object-tags.ts'
import type { Asking, Caller, Work } from './ports.ts'
import { refuseSegment } from './provider-segments.ts'
import { refuseOverQuota } from './quotas.ts'
import { newborn, revise } from './revisions.ts'
import { refuseSubnetInUse } from './subnets.ts'

/**
 * Networks. Everybody sees the external and the shared ones; only the owner or an administrator changes them. A network
 * is a bridge on the host, which the agent makes and removes with it.
 */

export async function createNetwork(work: Work, given: Given<typeof Network>): Promise<Network> {
  const { caller, world } = work
  await refuseOverQuota(work, 'network', given.tenant_id)
  refuseRestricted(caller, Network, 'create', given)
  await refuseSegment(work, given)
  const network: Network = {
    ...networkConstants,
    ...given,
    id: world.ids.uuid(),
    status: 'ACTIVE',
    subnets: [],
    ...newborn(world.clock, 1),
  }
  await insert(work.tx, Network, network)
  await touchHost(work.tx, timestamp(world.clock.now()))
  return network
}

export async function showNetwork(work: Asking, id: string): Promise<Network> {
  const network = await visibleNetwork(work, id)
  const subnets = (await subnetIdsOf(work.tx, [id])).get(id) ?? []
  return withItsTags(work, { ...network, subnets })
}

/** External and shared networks are everybody's to see. */
const everybodys = [
  { column: 'shared', values: [1] },
  { column: 'router_external', values: [1] },
]

export async function listNetworks(asking: Asking, listing: Listing): Promise<Network[]> {
  const networks = await visible(asking, Network, listing, everybodys)
  const subnets = await subnetIdsOf(
    asking.tx,
    networks.map(({ id }) => id),
  )
  return withTags(
    asking,
    networks.map((network) => ({ ...network, subnets: subnets.get(network.id) ?? [] })),
  )
}

/** The network if the caller may see it. */
export async function visibleNetwork({ tx, caller }: Asking, id: string): Promise<Network> {
  const network = await find(tx, Network, id)
  if (!network || !maySee(caller, network)) throw problem('NetworkNotFound', { id })
  return network
}

export function maySee(caller: Caller, network: Pick<Network, 'tenant_id' | 'shared' | 'router:external'>): boolean {
  return caller.isAdmin || network.shared || network['router:external'] || network.tenant_id === caller.projectId
}

export async function updateNetwork(work: Work, id: string, changes: Changes<typeof Network>): Promise<Network> {
  const stored = await ownNetwork(work, id, 'update_network')
  refuseRestricted(work.caller, Network, 'update', changes, stored)
  const network = changed(Network, stored, changes)
  await refuseWhileUsed(work, stored, network)
  await update(work.tx, Network, id, network)
  await revise(work, Network, id)
  await touchHost(work.tx, timestamp(work.world.clock.now()))
  return showNetwork(work, id)
}

export async function deleteNetwork(work: Work, id: string): Promise<void> {
  await ownNetwork(work, id, 'delete_network')
  if ((await countPorts(work.tx, 'network_id', id)) > 0) throw problem('NetworkInUse', { id })
  const subnets = await subnetsOf(work.tx, id)
  for (const subnet of subnets) await refuseSubnetInUse(work, subnet.id)
  for (const subnet of subnets) await remove(work.tx, Subnet, subnet.id)
  await remove(work.tx, Network, id)
  await touchHost(work.tx, timestamp(work.world.clock.now()))
}

/** Seen by all does not mean changed by all. */
export async function ownNetwork(work: Work, id: string, permission: string): Promise<Network> {
  const network = await visibleNetwork(work, id)
  if (!work.caller.isAdmin && network.tenant_id !== work.caller.projectId) {
    throw problem('PolicyNotAuthorized', { permission })
  }
  return network
}

/** What others have in a network stays possible for them. */
async function refuseWhileUsed({ tx }: Work, stored: Network, wanted: Network): Promise<void> {
  const { id, tenant_id } = stored
  const users = await portUsersOf(tx, id)
  const isGateway = ({ device_owner }: PortUser) => device_owner === 'network:router_gateway'
  if (stored['router:external'] && !wanted['router:external'] && users.some(isGateway)) {
    throw problem('ExternalNetworkInUse', { id })
  }
  const interfaces = users.filter((user) => !isGateway(user))
  // An external subnet's gateway address is not a router's of ours, and every interface carries one.
  if (!stored['router:external'] && wanted['router:external'] && interfaces.length > 0) {
    throw problem('NetworkInUse', { id })
  }
  if (stored.shared && !wanted.shared && interfaces.some((user) => user.tenant_id !== tenant_id)) {
    throw problem('NetworkSharedInUse', { id })
  }
}
