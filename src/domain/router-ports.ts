import { type Listing, wholeList } from '../model/filter.ts'
import { Network } from '../model/network.ts'
import { Port } from '../model/port.ts'
import { problem } from '../model/problem.ts'
import { list } from '../store/list.ts'
import { addressesOf } from '../store/ports.ts'
import { find } from '../store/resources.ts'
import { visible } from './access.ts'
import { withItsTags, withTags } from './object-tags.ts'
import type { Asking } from './ports.ts'

/**
 * Ports are the routers' doing; here they are only looked at. Whoever lets others into a network sees who is in it, since
 * it is what keeps the network from being changed.
 */

export async function showPort(asking: Asking, id: string): Promise<Port> {
  const { tx, caller } = asking
  const port = await find(tx, Port, id)
  const isOwn = port !== undefined && (caller.isAdmin || port.tenant_id === caller.projectId)
  if (!port || !(isOwn || (await openedNetworks(asking, port.network_id)).length > 0)) {
    throw problem('PortNotFound', { id })
  }
  const addresses = (await addressesOf(tx, [id])).get(id) ?? []
  return withItsTags(asking, { ...port, fixed_ips: addresses })
}

export async function listPorts(asking: Asking, listing: Listing): Promise<Port[]> {
  const inOpened = asking.caller.isAdmin ? [] : await openedNetworks(asking)
  const ports = await visible(asking, Port, listing, [{ column: 'network_id', values: inOpened }])
  const addresses = await addressesOf(
    asking.tx,
    ports.map(({ id }) => id),
  )
  return withTags(
    asking,
    ports.map((port) => ({ ...port, fixed_ips: addresses.get(port.id) ?? [] })),
  )
}

/** The port, for somebody who may change it: seen by the network's owner does not mean changed by them. */
export async function ownPort(asking: Asking, id: string, permission: string): Promise<Port> {
  const port = await showPort(asking, id)
  const { isAdmin, projectId } = asking.caller
  if (!isAdmin && port.tenant_id !== projectId) throw problem('PolicyNotAuthorized', { permission })
  return port
}

/** The caller's networks that others may use; of one id, that one. */
async function openedNetworks({ tx, caller }: Asking, id?: string): Promise<string[]> {
  const networks = await list(tx, Network, {
    filters: [
      { column: 'tenant_id', values: [caller.projectId] },
      ...(id === undefined ? [] : [{ column: 'id', values: [id] }]),
    ],
    scope: [
      { column: 'shared', values: [1] },
      { column: 'router_external', values: [1] },
    ],
    page: wholeList,
  })
  return networks.map((network) => network.id)
}
