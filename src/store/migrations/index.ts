import type { Migration } from 'kysely'
import { start } from './0001-start.ts'

/** In order. Only appended: a migration that was released is history and stays as it is. */
export const migrations: Record<string, Migration> = {
  '0001-start': start,
}
