import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { networkStandards } from '../../src/store/migrations/0006-network-standards.ts'
import { openStore } from '../../src/store/open.ts'
import { createSealer } from '../../src/store/seal.ts'
import { aDatabase } from '../support/databases.ts'
import { openedFor } from '../support/opened-for.ts'

it('networks that are older than their times get them from the record of writes, or none', async () => {
  const database = await aDatabase()
  const { db, close } = await openStore(openedFor(database.url), createSealer(new Uint8Array(32)))
  // Back to where the migration begins.
  await sql`drop table object_tag`.execute(db)
  for (const table of ['network', 'subnet', 'router', 'port']) {
    for (const column of ['created_at', 'updated_at', 'revision_number']) {
      await sql`alter table ${sql.table(table)} drop column ${sql.ref(column)}`.execute(db)
    }
  }
  for (const id of ['recorded', 'forgotten']) {
    await sql`insert into network (id, tenant_id, name, description, admin_state_up, status, shared, router_external,
      mtu, provider_network_type) values (${id}, 'p', '', '', 1, 'ACTIVE', 0, 0, 1500, 'local')`.execute(db)
  }
  for (const [id, time, outcome] of [
    ['1', '2026-10-02 08:00:00.000001', 'refused'],
    ['2', '2026-10-03 09:10:11.123456', 'success'],
    ['3', '2026-10-04 09:10:11.123456', 'success'],
  ]) {
    await sql`insert into audit_event (id, tenant_id, time, request_id, roles, action, resource_type, resource_id, outcome,
      status, source_address, changes) values (${id}, 'p', ${time}, '', '[]', 'create_network', 'network', 'recorded',
      ${outcome}, 201, '', '{}')`.execute(db)
  }
  await networkStandards.up(db as never)
  const rows = await db
    .selectFrom('network')
    .select(['id', 'created_at', 'updated_at', 'revision_number'])
    .orderBy('id')
    .execute()
  expect(rows).toEqual([
    {
      id: 'forgotten',
      created_at: '1970-01-01T00:00:00Z',
      updated_at: '1970-01-01T00:00:00Z',
      revision_number: 1,
    },
    {
      id: 'recorded',
      created_at: '2026-10-03T09:10:11Z',
      updated_at: '2026-10-03T09:10:11Z',
      revision_number: 1,
    },
  ])
  await close()
  await database.remove()
})
