import type { Listing } from '../model/filter.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import { problem } from '../model/problem.ts'
import { isSought, type Tag, type TagSearch } from '../model/tag.ts'
import { connectionNamesOf, putTags, removeTags, tagsOf, tagValuesOf } from '../store/tags.ts'
import { found, refuseForeignProject, visible } from './access.ts'
import type { Asking, Work } from './ports.ts'

/** Tags of connections (`classic-api.md` §7). They are notes for people and clients: no tunnel depends on one. */

/** How many a connection may have: the number of the vendor's user guide, which the API's own pages leave open. */
const most = 20

/** A connection as the path names it. */
export interface TaggedPath {
  readonly project: string
  readonly connection: string
}

export async function listTags(asking: Asking, path: TaggedPath): Promise<readonly Tag[]> {
  const { id } = await tagged(asking, path)
  return (await tagsOf(asking.tx, [id])).get(id) ?? []
}

/** Adds tags, or gives those that are there already another value. */
export async function addTags(work: Work, path: TaggedPath, tags: readonly Tag[]): Promise<void> {
  const present = await listTags(work, path)
  const count = new Set([...present, ...tags].map(({ key }) => key)).size
  if (count > most) throw problem('TooManyTags', { id: path.connection, count, limit: most })
  await putTags(work.tx, path.connection, tags)
}

/** Keys that are not there are gone already. */
export async function dropTags(work: Work, path: TaggedPath, keys: readonly string[]): Promise<void> {
  const present = await listTags(work, path)
  const gone = present.filter(({ key }) => keys.includes(key))
  await removeTags(
    work.tx,
    path.connection,
    gone.map(({ key }) => key),
  )
}

/** @throws Problem when there is no such tag. */
export async function removeTag(work: Work, path: TaggedPath, key: string): Promise<void> {
  const present = await listTags(work, path)
  if (!present.some((tag) => tag.key === key)) throw problem('TagNotFound', { key, id: path.connection })
  await removeTags(work.tx, path.connection, [key])
}

/** All keys in use in a project, with their values. */
export async function listProjectTags({ tx, caller }: Asking, project: string) {
  refuseForeignProject(caller, project)
  return tagValuesOf(tx, project)
}

export interface TaggedConnection {
  readonly id: string
  readonly name: string
  readonly tags: readonly Tag[]
}

/** The connections of a project that are searched for, oldest first. */
export async function findTagged(
  { tx, caller }: Asking,
  project: string,
  search: TagSearch,
): Promise<TaggedConnection[]> {
  refuseForeignProject(caller, project)
  return (await withTags(tx, await connectionNamesOf(tx, project))).filter((each) => isSought(each, search))
}

export async function showTaggedConnection(asking: Asking, id: string): Promise<IpsecConnection> {
  const connection = await found(asking, IpsecConnection, id)
  const [shown = connection] = await tagsWhereShown(asking, [connection])
  return shown
}

export async function listTaggedConnections(asking: Asking, listing: Listing): Promise<readonly IpsecConnection[]> {
  return tagsWhereShown(asking, await visible(asking, IpsecConnection, listing))
}

/** Tags are read only for a flavour that has them. */
async function tagsWhereShown(
  { tx, dialect }: Asking,
  connections: readonly IpsecConnection[],
): Promise<readonly IpsecConnection[]> {
  return dialect.features.includes('tags') ? withTags(tx, connections) : connections
}

async function withTags<C extends { readonly id: string }>(
  tx: Asking['tx'],
  connections: readonly C[],
): Promise<(C & { readonly tags: readonly Tag[] })[]> {
  const ids = connections.map(({ id }) => id)
  const tags = await tagsOf(tx, ids)
  return connections.map((connection) => ({ ...connection, tags: tags.get(connection.id) ?? [] }))
}

/** An administrator may name any project, but the connection has to be one of its own or of the project that was named. */
async function tagged(asking: Asking, { project, connection: id }: TaggedPath): Promise<IpsecConnection> {
  const { caller } = asking
  refuseForeignProject(caller, project)
  const connection = await found(asking, IpsecConnection, id)
  if (project !== caller.projectId && project !== connection.tenant_id) throw problem('ConnectionNotFound', { id })
  return connection
}
