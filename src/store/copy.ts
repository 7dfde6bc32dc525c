import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { after } from './list.ts'
import type { OpenDatabase } from './open.ts'
import type { AnyTable } from './resources.ts'
import type { Row } from './rows.ts'
import { type Tables, tablesInOrder } from './tables.ts'

/** How many rows travel at once. */
const rowsAtOnce = 500

/** What was copied of one table. */
export interface CopiedTable {
  readonly table: string
  readonly rows: number
}

/** The other database has something in it already, which a copy would mix with. */
class NotEmpty extends Error {
  override readonly name = 'NotEmpty'
}

/**
 * Copies every row of one database into another, empty one of the same schema: all or nothing. Afterwards the rows of both
 * are read again and compared, count and content. Secrets stay sealed, so the master key stays the one it was.
 *
 * @param onTable told after each table
 * @throws NotEmpty, or Error when the two are not equal in the end
 */
export async function copyDatabase(
  from: OpenDatabase,
  to: OpenDatabase,
  onTable: (copied: CopiedTable) => void = () => undefined,
): Promise<CopiedTable[]> {
  const copied: CopiedTable[] = []
  await to.db.transaction().execute(async (target) => {
    await to.engine.begin(target)
    await refuseUnlessEmpty(target)
    for (const [table, key] of Object.entries(tablesInOrder)) {
      let rows = 0
      for await (const some of inPages(from.db, table, key)) {
        await target.withTables<AnyTable>().insertInto(table).values(some).execute()
        rows += some.length
      }
      copied.push({ table, rows })
      onTable({ table, rows })
    }
    if (to.engine.name === 'postgres') await countOn(target)
  })
  for (const [table, key] of Object.entries(tablesInOrder)) {
    const [ours, theirs] = [await digestOf(from.db, table, key), await digestOf(to.db, table, key)]
    if (ours !== theirs) throw new Error(`${table} is not the same on both sides: ${ours} here, ${theirs} there`)
  }
  return copied
}

async function refuseUnlessEmpty(db: Transaction<Tables>): Promise<void> {
  for (const table of Object.keys(tablesInOrder)) {
    const row = await db.withTables<AnyTable>().selectFrom(table).selectAll().limit(1).executeTakeFirst()
    if (row) throw new NotEmpty(`the database to copy to is not empty: it has rows in ${table}`)
  }
}

async function* inPages(db: OpenDatabase['db'], table: string, key: readonly string[]): AsyncGenerator<Row[]> {
  const order = key.map((column) => ({ column, descending: false }))
  for (let last: Row | undefined; ; ) {
    let query = db.withTables<AnyTable>().selectFrom(table).selectAll().limit(rowsAtOnce)
    for (const { column } of order) query = query.orderBy(column)
    const marker = last
    if (marker) query = query.where((eb) => after(eb, order, marker))
    const rows = await query.execute()
    if (rows.length > 0) yield rows
    last = rows.at(-1)
    if (rows.length < rowsAtOnce) return
  }
}

/** Numbers that PostgreSQL counts up go on after the copied ones; SQLite does so by itself. */
async function countOn(db: Transaction<Tables>): Promise<void> {
  await sql`select setval(pg_get_serial_sequence('outbox', 'seq'), coalesce(max(seq), 1), max(seq) is not null)
    from outbox`.execute(db)
}

/** Number and content of the rows, as a text that is equal for equal tables. */
async function digestOf(db: OpenDatabase['db'], table: string, key: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  let count = 0
  for await (const rows of inPages(db, table, key)) {
    for (const row of rows) {
      count += 1
      const columns = Object.keys(row).sort()
      hash.update(`${JSON.stringify(columns.map((column) => [column, row[column]]))}\n`)
    }
  }
  return `${count} rows (${hash.digest('hex').slice(0, 16)})`
}
