import { problem } from '../model/problem.ts'
import type { Resource } from '../model/resource.ts'
import { mostTags } from '../model/standard-attributes.ts'
import { addObjectTags, removeObjectTags, tagsOfObjects } from '../store/object-tags.ts'
import type { Asking, Work } from './ports.ts'
import { revise } from './revisions.ts'

/** Tags of networks, subnets, routers and ports: words that people and clients put on them. Nothing depends on one. */

type Tagged = { readonly id: string; readonly tags: readonly string[] }

export async function withTags<T extends Tagged>({ tx }: Asking, objects: readonly T[]): Promise<T[]> {
  const tags = await tagsOfObjects(
    tx,
    objects.map(({ id }) => id),
  )
  return objects.map((object) => ({ ...object, tags: tags.get(object.id) ?? [] }))
}

export async function withItsTags<T extends Tagged>(asking: Asking, object: T): Promise<T> {
  const [tagged = object] = await withTags(asking, [object])
  return tagged
}

/** The tags that an object is to have, and no others. */
export async function replaceTags(
  work: Work,
  resource: Resource,
  object: Tagged,
  tags: readonly string[],
): Promise<readonly string[]> {
  const wanted = [...new Set(tags)].sort()
  refuseTooMany(object.id, wanted)
  const gone = object.tags.filter((tag) => !wanted.includes(tag))
  const added = wanted.filter((tag) => !object.tags.includes(tag))
  await removeObjectTags(work.tx, object.id, gone)
  await addObjectTags(work.tx, object.id, added)
  if (gone.length + added.length > 0) await revise(work, resource, object.id)
  return wanted
}

export async function addTag(work: Work, resource: Resource, object: Tagged, tag: string): Promise<void> {
  await replaceTags(work, resource, object, [...object.tags, tag])
}

export async function dropTag(work: Work, resource: Resource, object: Tagged, tag: string): Promise<void> {
  refuseAbsent(object, tag)
  await replaceTags(
    work,
    resource,
    object,
    object.tags.filter((each) => each !== tag),
  )
}

/** @throws Problem when the object has no such tag */
export function refuseAbsent(object: Tagged, tag: string): void {
  if (!object.tags.includes(tag)) throw problem('ObjectTagNotFound', { tag })
}

function refuseTooMany(id: string, tags: readonly string[]): void {
  if (tags.length > mostTags) throw problem('TooManyObjectTags', { id, count: tags.length, limit: mostTags })
}
