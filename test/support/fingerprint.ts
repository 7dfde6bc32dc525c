import { createHash } from 'node:crypto'
import { type Kysely, PostgresAdapter, SqliteAdapter, sql } from 'kysely'
import type { Store } from '../../src/store/open.ts'
import type { AnyTable } from '../../src/store/resources.ts'
import type { Tables } from '../../src/store/tables.ts'

/** All that a database holds, as one short text: equal before and after whatever changed nothing. */
export type Fingerprint = () => Promise<string>

/**
 * Reads every row of every table, so no change escapes it, and both databases answer it. While the database itself says
 * that nobody wrote, the last answer stands.
 */
export async function fingerprintOf({ db }: Store): Promise<Fingerprint> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name).sort()
  const queries = tables.map((table) => db.withTables<AnyTable>().selectFrom(table).selectAll())
  let last: { readonly writes: string | undefined; readonly contents: string } | undefined
  return async () => {
    const writes = await writesUntilNow(db)
    if (last && writes !== undefined && last.writes === writes) return last.contents
    const hash = createHash('sha1')
    for (const query of queries) {
      // Without `order by` the order is the database's to choose.
      const rows = (await query.execute()).map((row) => JSON.stringify(row)).sort()
      hash.update(rows.join('\n')).update('\0')
    }
    last = { writes, contents: hash.digest('base64') }
    return last.contents
  }
}

/** Grows with every write, also with one that is rolled back. */
async function writesUntilNow(db: Kysely<Tables>): Promise<string | undefined> {
  const { adapter } = db.getExecutor()
  if (adapter instanceof SqliteAdapter) return first(await sql<Count>`select total_changes() as count`.execute(db))
  if (adapter instanceof PostgresAdapter) {
    return first(await sql<Count>`select pg_snapshot_xmax(pg_current_snapshot())::text as count`.execute(db))
  }
  return undefined
}

interface Count {
  readonly count: number | string
}

function first({ rows }: { readonly rows: readonly Count[] }): string | undefined {
  return rows[0] && String(rows[0].count)
}
