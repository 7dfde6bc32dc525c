import { isKeepable } from '../model/keepable.ts'
import type { Attributes, Entity, Resource } from '../model/resource.ts'
import { compiledOnce } from './compiled.ts'
import type { Reading, Tx } from './open.ts'
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
  { db, sealer }: Reading,
  resource: Resource<A>,
  id: string,
  tenant?: string,
): Promise<Entity<Resource<A>> | undefined> {
  const row = await findRow({ db, sealer }, resource, id, tenant)
  return row && fromRow(resource, row, sealer)
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
  const { anybodys, owned } = statementsOf(resource)
  const [row] = tenant === undefined ? await anybodys<Row>(db, [id]) : await owned<Row>(db, [id, tenant])
  return row
}

type Statement = ReturnType<typeof compiledOnce>

/** What is run for nearly every request about an object of the resource. */
interface Statements {
  readonly anybodys: Statement
  readonly owned: Statement
  /** Answers the ids of what there was. */
  readonly removed: Statement
}

const statements = new WeakMap<Resource, Statements>()

function statementsOf(resource: Resource): Statements {
  const known = statements.get(resource)
  if (known) return known
  const byId = (db: Reading['db']) =>
    db.withTables<AnyTable>().selectFrom(resource.singular).selectAll().where('id', '=', '')
  const made: Statements = {
    anybodys: compiledOnce(byId),
    owned: compiledOnce((db) => byId(db).where('tenant_id', '=', '')),
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
  await tx.db.withTables<AnyTable>().updateTable(resource.singular).set(row).where('id', '=', id).execute()
}

/** @returns whether there was one. */
export async function remove(tx: Tx, resource: Resource, id: string): Promise<boolean> {
  if (resource.hasTags) await tx.db.deleteFrom('object_tag').where('object_id', '=', id).execute()
  return (await statementsOf(resource).removed(tx.db, [id])).length > 0
}
