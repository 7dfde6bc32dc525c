import type { Resource } from '../model/resource.ts'
import type { Tx } from './open.ts'
import type { AnyTable } from './resources.ts'

/** Counts one change more of an object that has the standard attributes. */
export async function countUpRevision({ db }: Tx, { singular }: Resource, id: string, at: string): Promise<void> {
  await db
    .withTables<AnyTable>()
    .updateTable(singular)
    .set((eb) => ({ revision_number: eb('revision_number', '+', 1), updated_at: at }))
    .where('id', '=', id)
    .execute()
}
