import type { Clock } from '../model/clock.ts'
import type { Resource } from '../model/resource.ts'
import { networkTimestamp } from '../model/time.ts'
import { countUpRevision } from '../store/revisions.ts'
import type { Work } from './ports.ts'

/** When networks, subnets, routers and ports were made and last changed, and how often that was. */

/** What a new object has. @param revision_number where it begins: the reference counts networks and routers from 1 */
export function newborn(clock: Clock, revision_number: 0 | 1) {
  const at = networkTimestamp(clock.now())
  return { tags: [], created_at: at, updated_at: at, revision_number }
}

/** One change more. Called where something about the object changed, be it beside its row. */
export async function revise({ tx, world }: Work, resource: Resource, id: string): Promise<void> {
  await countUpRevision(tx, resource, id, networkTimestamp(world.clock.now()))
}
