import { CompiledQuery } from 'kysely'
import { AuditEvent } from '../model/audit-event.ts'
import type { Tx } from './open.ts'
import type { AnyTable } from './resources.ts'
import { type Row, toRow } from './rows.ts'

/** The record of writes, beside what is the same for every resource (`resources.ts`, `list.ts`). */

/** Rows of one statement: databases bound its parameters. */
const rowsAtOnce = 50

/**
 * The statement for one event, as each kind of database has it. It is part of every write and always the same, and making
 * it anew costs as much as running it.
 */
const statements = new WeakMap<object, string>()

/** Records one write, in the transaction of that write: both are there, or neither. */
export async function insertAuditEvent({ db, sealer }: Tx, event: AuditEvent): Promise<void> {
  const row = toRow(AuditEvent, event, event.id, sealer)
  const { adapter } = db.getExecutor()
  const statement = statements.get(adapter) ?? insertion(db, [row]).compile().sql
  statements.set(adapter, statement)
  await db.executeQuery(CompiledQuery.raw(statement, Object.values(row)))
}

export async function insertAuditEvents(tx: Tx, events: readonly AuditEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += rowsAtOnce) {
    const rows = events.slice(from, from + rowsAtOnce).map((event) => toRow(AuditEvent, event, event.id, tx.sealer))
    await insertion(tx.db, rows).execute()
  }
}

function insertion(db: Tx['db'], rows: readonly Row[]) {
  return db.withTables<AnyTable>().insertInto(AuditEvent.singular).values(rows)
}

/** Removes the oldest of the events before a time, at most so many. @returns how many. */
export async function removeAuditEvents({ db }: Tx, before: string, most: number): Promise<number> {
  const oldest = db.selectFrom('audit_event').select('id').where('time', '<', before).orderBy('time').limit(most)
  const result = await db.deleteFrom('audit_event').where('id', 'in', oldest).executeTakeFirst()
  return Number(result.numDeletedRows)
}
