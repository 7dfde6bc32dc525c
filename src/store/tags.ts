import type { Tag } from '../model/tag.ts'
import type { Reading, Tx } from './open.ts'
import { parametersAtOnce } from './resources.ts'

/** Tags of connections, always in the order of their keys. */

/** The tags of each connection, in one statement for hundreds of them. */
export async function tagsOf({ db }: Reading, connections: readonly string[]): Promise<Map<string, Tag[]>> {
  const found = new Map<string, Tag[]>(connections.map((id) => [id, []]))
  for (let from = 0; from < connections.length; from += parametersAtOnce) {
    const rows = await db
      .selectFrom('connection_tag')
      .selectAll()
      .where('connection_id', 'in', connections.slice(from, from + parametersAtOnce))
      .orderBy('connection_id')
      .orderBy('key')
      .execute()
    for (const { connection_id, key, value } of rows) found.get(connection_id)?.push({ key, value })
  }
  return found
}

/** A tag under a key that the connection has already takes the new value. */
export async function putTags({ db }: Tx, connection: string, tags: readonly Tag[]): Promise<void> {
  if (tags.length === 0) return
  await db
    .insertInto('connection_tag')
    .values(tags.map(({ key, value }) => ({ connection_id: connection, key, value })))
    .onConflict((conflict) =>
      conflict.columns(['connection_id', 'key']).doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })),
    )
    .execute()
}

export async function removeTags({ db }: Tx, connection: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db
    .deleteFrom('connection_tag')
    .where('connection_id', '=', connection)
    .where('key', 'in', [...keys])
    .execute()
}

/** Every key of a project's connections with every value it has anywhere, both in order. */
export async function tagValuesOf({ db }: Reading, tenant: string): Promise<{ key: string; values: string[] }[]> {
  const rows = await db
    .selectFrom('connection_tag')
    .innerJoin('ipsec_site_connection as connection', 'connection.id', 'connection_tag.connection_id')
    .select(['connection_tag.key', 'connection_tag.value'])
    .distinct()
    .where('connection.tenant_id', '=', tenant)
    .orderBy('connection_tag.key')
    .orderBy('connection_tag.value')
    .execute()
  const found = new Map<string, string[]>(rows.map(({ key }) => [key, []]))
  for (const { key, value } of rows) found.get(key)?.push(value)
  return [...found].map(([key, values]) => ({ key, values }))
}

/** Id and name of a project's connections, oldest first. */
export async function connectionNamesOf({ db }: Reading, tenant: string): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('ipsec_site_connection')
    .select(['id', 'name'])
    .where('tenant_id', '=', tenant)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}
