import type { Migration } from 'kysely'
import { start } from './0001-start.ts'
import { tagsAndQuotas } from './0002-tags-and-quotas.ts'
import { audit } from './0003-audit.ts'
import { identity } from './0004-identity.ts'
import { accessKeys } from './0005-access-keys.ts'
import { networkStandards } from './0006-network-standards.ts'
import { providerSegments } from './0007-provider-segments.ts'
import { changesCounted } from './0008-changes-counted.ts'
import { diagnosis } from './0009-diagnosis.ts'
import { traffic } from './0010-traffic.ts'

/** In order. Only appended: a migration that was released is history and stays as it is. */
export const migrations: Record<string, Migration> = {
  '0001-start': start,
  '0002-tags-and-quotas': tagsAndQuotas,
  '0003-audit': audit,
  '0004-identity': identity,
  '0005-access-keys': accessKeys,
  '0006-network-standards': networkStandards,
  '0007-provider-segments': providerSegments,
  '0008-changes-counted': changesCounted,
  '0009-diagnosis': diagnosis,
  '0010-traffic': traffic,
}
