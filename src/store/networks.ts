import type { Reading } from './open.ts'
import type { NetworkTable } from './tables.ts'

/** The network that already is this piece of a physical network; `vlan` null: the untagged one. */
export async function networkOnSegment(
  { db }: Reading,
  type: NetworkTable['provider_network_type'],
  { physicalNetwork, vlan }: { readonly physicalNetwork: string; readonly vlan: number | null },
): Promise<string | undefined> {
  const onIt = db
    .selectFrom('network')
    .select('id')
    .where('provider_network_type', '=', type)
    .where('provider_physical_network', '=', physicalNetwork)
  const row = await (vlan === null ? onIt : onIt.where('provider_segmentation_id', '=', vlan)).executeTakeFirst()
  return row?.id
}
