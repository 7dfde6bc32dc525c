import { AuditEvent } from '../model/audit-event.ts'
import type { Tx } from './open.ts'
import { type AnyTable, insert } from './resources.ts'
import { toRow } from './rows.ts'

/** The record of writes, beside what is the same for every resource (`resources.ts`, `list.ts`). */

/** Rows of one statement: databases bound its parameters. */
const rowsAtOnce = 50

/** Records one write, in the transaction of that write: both are there, or neither. */
export async function insertAuditEvent(tx: Tx, event: AuditEvent): Promise<void> {
  await insert(tx, AuditEvent, event)
}

export async function insertAuditEvents(tx: Tx, events: readonly AuditEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += rowsAtOnce) {
    const rows = events.slice(from, from + rowsAtOnce).map((event) => toRow(AuditEvent, event, event.id, tx.sealer))
    await tx.db.withTables<AnyTable>().insertInto(AuditEvent.singular).values(rows).execute()
  }
}

/** Removes the oldest of the events before a time, at most so many. @returns how many. */
export async function removeAuditEvents({ db }: Tx, before: string, most: number): Promise<number> {
  const oldest = db.selectFrom('audit_event').select('id').where('time', '<', before).orderBy('time').limit(most)
  const result = await db.deleteFrom('audit_event').where('id', 'in', oldest).executeTakeFirst()
  return Number(result.numDeletedRows)
}
