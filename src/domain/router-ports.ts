import type { Listing } from '../model/filter.ts'
import { Port } from '../model/port.ts'
import { addressesOf } from '../store/ports.ts'
import { found, visible } from './access.ts'
import { withItsTags, withTags } from './object-tags.ts'
import type { Asking } from './ports.ts'

/** Ports are the routers' doing; here they are only looked at. */

export async function showPort(asking: Asking, id: string): Promise<Port> {
  const port = await found(asking, Port, id)
  const addresses = (await addressesOf(asking.tx, [id])).get(id) ?? []
  return withItsTags(asking, { ...port, fixed_ips: addresses })
}

export async function listPorts(asking: Asking, listing: Listing): Promise<Port[]> {
  const ports = await visible(asking, Port, listing)
  const addresses = await addressesOf(
    asking.tx,
    ports.map(({ id }) => id),
  )
  return withTags(
    asking,
    ports.map((port) => ({ ...port, fixed_ips: addresses.get(port.id) ?? [] })),
  )
}
