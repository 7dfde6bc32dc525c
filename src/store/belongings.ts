import type { Reading, Tx } from './open.ts'
import type { AnyTable } from './resources.ts'

/** How many rows of a table have the value in a column. */
export async function countWith({ db }: Reading, table: string, column: string, value: string): Promise<number> {
  const row = await db
    .withTables<AnyTable>()
    .selectFrom(table)
    .select((eb) => eb.fn.countAll().as('count'))
    .where(column, '=', value)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Removes the rows of a table that have the value in a column. */
export async function removeWith({ db }: Tx, table: string, column: string, value: string): Promise<void> {
  await db.withTables<AnyTable>().deleteFrom(table).where(column, '=', value).execute()
}

/** The project is nobody's default any more. */
export async function forgetDefaultProject({ db }: Tx, project: string): Promise<void> {
  await db.updateTable('user').set({ default_project_id: null }).where('default_project_id', '=', project).execute()
}
