import { sql } from 'kysely'
import { isKeepable } from '../model/keepable.ts'
import type { Attributes, Entity, Resource } from '../model/resource.ts'
import { compiledOnce } from './compiled.ts'
import type { Reading, Tx } from './open.ts'
import { countColumns } from './remembered.ts'
import { fromRow, type Row, toRow, type Value } from './rows.ts'

/**
 * What is the same for every resource: keep, find, list, change, remove. A table is named like the resource, its columns
 * follow from the attributes; columns beside them (`revision`) are given in `beside`.
 */
export const parametersAtOnce = 500

/** The tables as generic statements see them. */
export type AnyTable = { [table: string]: Record<string, Value> }

export async function insert<A extends Attributes>(
  tx: Tx,
  resource: Resource<A>,
  entity: Entity<Resource<A>> & { readonly id: string },
  beside: Row = {},
): Promise<void> {
  const row = { ...toRow(resource, entity, entity.id, tx.sealer), ...beside }
  await tx.db.withTables<AnyTable>().insertInto(resource.singular).values(row).execute()
}

export async function find<A extends Attributes>(
  reading: Reading,
  resource: Resource<A>,
  id: string,
  tenant?: string,
): Promise<Entity<Resource<A>> | undefined> {
  const remembered = resource.countsChanges ? reading.remembered : undefined
  if (remembered?.knows(resource, id)) {
    const [counted] = await rowsOf(reading.db, statementsOf(resource).count, id, tenant)
    const [known] = counted ? (remembered.recall(resource, [counted]) ?? []) : []
    if (known) return known
  }
  const row = await findRow(reading, resource, id, tenant)
  if (!row) return undefined
  const { revision_number } = row
  const object = fromRow(resource, row, reading.sealer)
  remembered?.remember(resource, { id, revision_number }, object)
  return object
}

/** Those of the ids that there are, in the order of their ids. */
export async function findAll<A extends Attributes>(
  { db, sealer }: Reading,
  resource: Resource<A>,
  ids: readonly string[],
): Promise<Entity<Resource<A>>[]> {
  if (ids.length === 0) return []
  const unique = [...new Set(ids)]
  const rows: Row[] = []
  // Databases bound the parameters of one statement.
  for (let from = 0; from < unique.length; from += parametersAtOnce) {
    const some = unique.slice(from, from + parametersAtOnce)
    const query = db
      .withTables<AnyTable>()
      .selectFrom(resource.singular)
      .selectAll()
      .where('id', 'in', some)
      .orderBy('id')
    rows.push(...(await query.execute()))
  }
  return rows.map((row) => fromRow(resource, row, sealer))
}

/** The row as it is kept, with the columns beside the attributes. */
export async function findRow(
  { db }: Reading,
  resource: Resource,
  id: string,
  tenant?: string,
): Promise<Row | undefined> {
  if (!isKeepable(id)) return undefined
  const [row] = await rowsOf(db, statementsOf(resource).row, id, tenant)
  return row
}

/** The row with this id, of anybody's or of a tenant's. */
function rowsOf(db: Reading['db'], { anybodys, owned }: ById, id: string, tenant: string | undefined): Promise<Row[]> {
  return tenant === undefined ? anybodys<Row>(db, [id]) : owned<Row>(db, [id, tenant])
}

type Statement = ReturnType<typeof compiledOnce>

interface ById {
  readonly anybodys: Statement
  readonly owned: Statement
}

/** What is run for nearly every request about an object of the resource. */
interface Statements {
  readonly row: ById
  /** How often an object was changed, of a resource that counts it. */
  readonly count: ById
  /** Answers the ids of what there was. */
  readonly removed: Statement
}

const statements = new WeakMap<Resource, Statements>()

function statementsOf(resource: Resource): Statements {
  const known = statements.get(resource)
  if (known) return known
  const byId = (db: Reading['db']) => db.withTables<AnyTable>().selectFrom(resource.singular).where('id', '=', '')
  const tenants = (db: Reading['db']) => byId(db).where('tenant_id', '=', '')
  const made: Statements = {
    row: {
      anybodys: compiledOnce((db) => byId(db).selectAll()),
      owned: compiledOnce((db) => tenants(db).selectAll()),
    },
    count: {
      anybodys: compiledOnce((db) => byId(db).select(countColumns)),
      owned: compiledOnce((db) => tenants(db).select(countColumns)),
    },
    removed: compiledOnce((db) =>
      db.withTables<AnyTable>().deleteFrom(resource.singular).where('id', '=', '').returning('id'),
    ),
  }
  statements.set(resource, made)
  return made
}

export async function update<A extends Attributes>(
  tx: Tx,
  resource: Resource<A>,
  id: string,
  changes: Partial<Entity<Resource<A>>>,
  beside: Row = {},
): Promise<void> {
  const row = { ...toRow(resource, changes, id, tx.sealer), ...beside }
  if (Object.keys(row).length === 0) return
  const counted = resource.countsChanges ? { revision_number: sql<number>`revision_number + 1` } : {}
  const query = tx.db.withTables<AnyTable>().updateTable(resource.singular)
  await query
    .set({ ...row, ...counted })
    .where('id', '=', id)
    .execute()
}

/** @returns whether there was one. */
export async function remove(tx: Tx, resource: Resource, id: string): Promise<boolean> {
  if (resource.hasTags) await tx.db.deleteFrom('object_tag').where('object_id', '=', id).execute()
  return (await statementsOf(resource).removed(tx.db, [id])).length > 0
}
