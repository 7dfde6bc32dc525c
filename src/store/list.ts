import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { Companion, Filter, Listing, Page } from '../model/filter.ts'
import { isKeepable } from '../model/keepable.ts'
import type { Attributes, Entity, Resource } from '../model/resource.ts'
import type { Reading } from './open.ts'
import { countColumns } from './remembered.ts'
import type { AnyTable } from './resources.ts'
import { columnsOf, fromRow, type Row } from './rows.ts'

export interface Selection extends Listing {
  /** Only objects for which one of these holds: what the caller may see. `undefined`: all. */
  readonly scope: readonly Filter[] | undefined
}

/**
 * A part of a table. Pages go by the values of the marker's row, not by counting, so that what is added or removed
 * meanwhile neither repeats nor hides an object.
 */
export async function list<A extends Attributes>(
  reading: Reading,
  resource: Resource<A>,
  { filters, beside = [], scope, page }: Selection,
): Promise<Entity<Resource<A>>[]> {
  const order = completeOrder(page)
  let query = reading.db.withTables<AnyTable>().selectFrom(resource.singular)
  if (scope) query = query.where((eb) => eb.or(scope.map((filter) => holds(eb, filter))))
  if (page.marker !== undefined) {
    const marked = query.select(columnsOf(resource)).where('id', '=', page.marker)
    const marker = isKeepable(page.marker) ? await marked.executeTakeFirst() : undefined
    if (!marker) return []
    query = query.where((eb) => after(eb, order, marker))
  }
  for (const filter of filters) query = query.where((eb) => holds(eb, filter))
  for (const conditions of beside) query = query.where((eb) => eb.or(conditions.map((each) => accompanied(eb, each))))
  for (const { column, descending } of order) query = query.orderBy(column, descending ? 'desc' : 'asc')
  if (page.limit !== undefined) query = query.limit(page.limit)
  const known =
    resource.countsChanges && reading.remembered?.recall(resource, await query.select(countColumns).execute())
  const objects = known || (await read(query, resource, reading))
  return page.backwards ? objects.reverse() : objects
}

/** The objects of these rows, remembered for the next list where their changes are counted. */
async function read<A extends Attributes>(
  query: Query,
  resource: Resource<A>,
  { sealer, remembered }: Reading,
): Promise<Entity<Resource<A>>[]> {
  const columns = resource.countsChanges ? [...columnsOf(resource), 'revision_number'] : columnsOf(resource)
  const rows = await query.select(columns).execute()
  return rows.map((row) => {
    const { id, revision_number } = row
    const object = fromRow(resource, row, sealer)
    if (resource.countsChanges) remembered?.remember(resource, { id, revision_number }, object)
    return object
  })
}

type Query = SelectQueryBuilder<AnyTable, string, Row>
type Builder = ExpressionBuilder<AnyTable, string>

function holds(eb: Builder, { column, values }: Filter): Expression<SqlBool> {
  const possible = values.filter(isKeepable)
  return possible.length === 0 ? sql<SqlBool>`1 = 0` : eb(column, 'in', possible)
}

function accompanied(eb: Builder, { table, of, column, values, lacks }: Companion): Expression<SqlBool> {
  const possible = values.filter(isKeepable)
  if (possible.length === 0) return lacks ? sql<SqlBool>`1 = 1` : sql<SqlBool>`1 = 0`
  const holders = eb.selectFrom(table).select(of).where(column, 'in', possible)
  return eb('id', lacks ? 'not in' : 'in', holders)
}

/** The id decides between equals; backwards is the same order read from the other end. */
function completeOrder({ order, backwards }: Page): Page['order'] {
  const complete = order.some(({ column }) => column === 'id') ? order : [...order, { column: 'id', descending: false }]
  return complete.map(({ column, descending }) => ({ column, descending: descending !== backwards }))
}

/**
 * Rows that come later in the order than the marker's: a later first column, or an equal one and a later second, and so on.
 * That the first column is not earlier follows from it, and is said because it is what an index can use.
 */
export function after(eb: Builder, order: Page['order'], marker: Row): Expression<SqlBool> {
  const later = eb.or(
    order.map(({ column, descending }, index) =>
      eb.and([
        ...order.slice(0, index).map((equal) => eb(equal.column, '=', marker[equal.column] ?? null)),
        eb(column, descending ? '<' : '>', marker[column] ?? null),
      ]),
    ),
  )
  const [first] = order
  if (!first) return later
  return eb.and([eb(first.column, first.descending ? '<=' : '>=', marker[first.column] ?? null), later])
}
