import type { Reading, Tx } from './open.ts'
import { parametersAtOnce } from './resources.ts'

/** Tags of networks, subnets, routers and ports: words, in order. They go with their object (`resources.ts`). */

/** The tags of each object, in one statement for hundreds of them. */
export async function tagsOfObjects({ db }: Reading, objects: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(objects.map((id) => [id, []]))
  for (let from = 0; from < objects.length; from += parametersAtOnce) {
    const rows = await db
      .selectFrom('object_tag')
      .selectAll()
      .where('object_id', 'in', objects.slice(from, from + parametersAtOnce))
      .orderBy('object_id')
      .orderBy('tag')
      .execute()
    for (const { object_id, tag } of rows) found.get(object_id)?.push(tag)
  }
  return found
}

/** What is there already stays. */
export async function addObjectTags({ db }: Tx, object_id: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return
  await db
    .insertInto('object_tag')
    .values(tags.map((tag) => ({ object_id, tag })))
    .onConflict((conflict) => conflict.columns(['object_id', 'tag']).doNothing())
    .execute()
}

/** @param tags those that go; absent: all. */
export async function removeObjectTags({ db }: Tx, object: string, tags?: readonly string[]): Promise<void> {
  if (tags?.length === 0) return
  let query = db.deleteFrom('object_tag').where('object_id', '=', object)
  if (tags) query = query.where('tag', 'in', [...tags])
  await query.execute()
}
