import { changed } from '../model/decode.ts'
import type { Listing } from '../model/filter.ts'
import { Network } from '../model/network.ts'
import { problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { timestamp } from '../model/time.ts'
import { touchHost } from '../store/outbox.ts'
import { countPorts } from '../store/ports.ts'
import { find, insert, remove, update } from '../store/resources.ts'
import { removeSubnetsOf, subnetIdsOf, subnetsOf } from '../store/subnets.ts'
import { visible } from './access.ts'
import type { Asking, Caller, Work } from './ports.ts'
import { refuseSegment } from './provider-segments.ts'
import { refuseOverQuota } from './quotas.ts'
import { refuseSubnetInUse } from './subnets.ts'

/**
 * Networks. Everybody sees the external and the shared ones; only the owner or an administrator changes them. A network
 * is a bridge on the host, which the agent makes and removes with it.
 */

export async function createNetwork(work: Work, given: Given<typeof Network>): Promise<Network> {
  const { caller, world } = work
  await refuseOverQuota(work, 'network', given.tenant_id)
  await refuseSegment(work, given)
  refuseExternalByMember(caller, given)
  const network: Network = { ...given, id: world.ids.uuid(), status: 'ACTIVE', subnets: [] }
  await insert(work.tx, Network, network)
  await touchHost(work.tx, timestamp(world.clock.now()))
  return network
}

export async function showNetwork(work: Asking, id: string): Promise<Network> {
  const network = await visibleNetwork(work, id)
  const subnets = (await subnetIdsOf(work.tx, [id])).get(id) ?? []
  return { ...network, subnets }
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
  return networks.map((network) => ({ ...network, subnets: subnets.get(network.id) ?? [] }))
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
  refuseExternalByMember(work.caller, changes)
  const network = changed(Network, stored, changes)
  await update(work.tx, Network, id, network)
  await touchHost(work.tx, timestamp(work.world.clock.now()))
  return showNetwork(work, id)
}

export async function deleteNetwork(work: Work, id: string): Promise<void> {
  await ownNetwork(work, id, 'delete_network')
  if ((await countPorts(work.tx, 'network_id', id)) > 0) throw problem('NetworkInUse', { id })
  for (const subnet of await subnetsOf(work.tx, id)) await refuseSubnetInUse(work, subnet.id)
  await removeSubnetsOf(work.tx, id)
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

function refuseExternalByMember(
  caller: Caller,
  given: { readonly shared?: boolean; readonly 'router:external'?: boolean },
): void {
  if (caller.isAdmin) return
  if (given['router:external']) throw problem('PolicyNotAuthorized', { permission: 'create_network:router:external' })
  if (given.shared) throw problem('PolicyNotAuthorized', { permission: 'create_network:shared' })
}
