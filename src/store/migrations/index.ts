import type { Migration } from 'kysely'
import { start } from './0001-start.ts'
import { tagsAndQuotas } from './0002-tags-and-quotas.ts'
import { audit } from './0003-audit.ts'
import { changesCounted } from './0009-changes-counted.ts'
import { traffic } from './0011-traffic.ts'

/** In order. Only appended: a migration that was released is history and stays as it is. */
export const migrations: Record<string, Migration> = {
  '0001-start': start,
  '0002-tags-and-quotas': tagsAndQuotas,
  '0003-audit': audit,
  '0009-changes-counted': changesCounted,
  '0011-traffic': traffic,
}
