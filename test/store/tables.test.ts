import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditEvent } from '../../src/model/audit-event.ts'
import { ConnectionEvent } from '../../src/model/connection-event.ts'
import { EndpointGroup } from '../../src/model/endpoint-group.ts'
import { IkePolicy } from '../../src/model/ike-policy.ts'
import { IpsecConnection } from '../../src/model/ipsec-connection.ts'
import { IpsecPolicy } from '../../src/model/ipsec-policy.ts'
import { Network } from '../../src/model/network.ts'
import { Port } from '../../src/model/port.ts'
import type { Resource } from '../../src/model/resource.ts'
import { Router } from '../../src/model/router.ts'
import { Subnet } from '../../src/model/subnet.ts'
import { VpnService } from '../../src/model/vpn-service.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { columnsOf } from '../../src/store/rows.ts'
import { createSealer } from '../../src/store/seal.ts'
import { tablesInOrder } from '../../src/store/tables.ts'
import { aDatabase, type TestDatabase } from '../support/databases.ts'
import { openedFor } from '../support/opened-for.ts'

/** Columns that keep what no client sees: the only ones that may stand beside the attributes. */
const ownColumns: readonly (readonly [resource: Resource, own: readonly string[]])[] = [
  [Network, []],
  [Subnet, []],
  [Router, []],
  [Port, []],
  [VpnService, ['revision', 'revision_number']],
  [IkePolicy, ['revision_number']],
  [IpsecPolicy, ['revision_number']],
  [EndpointGroup, ['revision_number']],
  [AuditEvent, []],
  [ConnectionEvent, []],
  [
    IpsecConnection,
    [
      'revision',
      'revision_number',
      'psk_version',
      'restarts',
      'peer_identity_is_address',
      'problem',
      'ike_proposal',
      'ipsec_proposal',
    ],
  ],
]

let database: TestDatabase
let store: Store
beforeAll(async () => {
  database = await aDatabase()
  store = await openStore(openedFor(database.url), createSealer(new Uint8Array(32)))
})
afterAll(async () => {
  await store.close()
  await database.remove()
})

describe('the table of', () => {
  it.each(ownColumns.map(([resource, own]) => ({ name: resource.singular, resource, own })))(
    '$name has a column for each attribute, and no unknown one',
    async ({ name, resource, own }) => {
      expect(await columnsOfTable(name)).toEqual([...columnsOf(resource), ...own].sort())
    },
  )

  it('a resource without one is found out', async () => {
    expect(await columnsOfTable('spaceship')).toEqual([])
  })
})

describe('a copy of the database', () => {
  it('knows every table there is', async () => {
    const tables = await store.db.introspection.getTables()
    expect(Object.keys(tablesInOrder).sort()).toEqual(tables.map(({ name }) => name).sort())
  })
})

async function columnsOfTable(table: string): Promise<string[]> {
  const tables = await store.db.introspection.getTables()
  const columns = tables.find(({ name }) => name === table)?.columns ?? []
  return columns.map(({ name }) => name).sort()
}
