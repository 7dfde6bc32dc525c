import { AuditEvent } from '../model/audit-event.ts'
import { compiledOnce } from './compiled.ts'
import type { Reading, Tx } from './open.ts'
import type { AnyTable } from './resources.ts'
import { columnsOf, type Row, toRow } from './rows.ts'

/** The record of writes, beside what is the same for every resource (`resources.ts`, `list.ts`). */

/** Rows of one statement: databases bound its parameters. */
const rowsAtOnce = 50

/** Part of every write, and always the same: all columns, in the order of a row. */
const insertOne = compiledOnce((db) =>
  insertion(db, [Object.fromEntries(columnsOf(AuditEvent).map((column) => [column, null]))]),
)

/** Records one write, in the transaction of that write: both are there, or neither. */
export async function insertAuditEvent({ db, sealer }: Tx, event: AuditEvent): Promise<void> {
  const row = toRow(AuditEvent, event, event.id, sealer)
  await insertOne(
    db,
    columnsOf(AuditEvent).map((column) => row[column]),
  )
}

export async function insertAuditEvents(tx: Tx, events: readonly AuditEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += rowsAtOnce) {
    const rows = events.slice(from, from + rowsAtOnce).map((event) => toRow(AuditEvent, event, event.id, tx.sealer))
    await insertion(tx.db, rows).execute()
  }
}

function insertion(db: Reading['db'], rows: readonly Row[]) {
  return db.withTables<AnyTable>().insertInto(AuditEvent.singular).values(rows)
}

/** Removes the oldest of the events before a time, at most so many. @returns how many. */
export async function removeAuditEvents({ db }: Tx, before: string, most: number): Promise<number> {
  const oldest = db.selectFrom('audit_event').select('id').where('time', '<', before).orderBy('time').limit(most)
  const result = await db.deleteFrom('audit_event').where('id', 'in', oldest).executeTakeFirst()
  return Number(result.numDeletedRows)
}
