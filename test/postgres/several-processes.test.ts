import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localControlPlane } from '../../src/main/local-control-plane.ts'
import { systemClock } from '../../src/main/world.ts'
import { timestamp } from '../../src/model/time.ts'
import { openStore, type Store, transaction } from '../../src/store/open.ts'
import { touchHost } from '../../src/store/outbox.ts'
import { createSealer } from '../../src/store/seal.ts'
import { aDatabase, type TestDatabase } from '../support/databases.ts'
import { openedFor } from '../support/opened-for.ts'

/** What processes that have one PostgreSQL database in common see of each other. */

const sealer = createSealer(randomBytes(32))
let database: TestDatabase
let first: Store
beforeAll(async () => {
  database = await aDatabase()
  first = await openStore(openedFor(database.url), sealer)
})
afterAll(async () => {
  await first.close()
  await database.remove()
})

describe('a server', () => {
  it('is alone with its database: a second one is refused', async () => {
    await expect(openStore(openedFor(database.url), sealer)).rejects.toThrow(
      'the database is in use by another Sallyport',
    )
  })
})

describe('LISTEN and NOTIFY', () => {
  let other: Store
  beforeAll(async () => {
    other = await openStore(openedFor(database.url, { isShared: true }), sealer)
  })
  afterAll(() => other.close())

  it('wake the agent of one process when another one commits, and not before', async () => {
    const watching = new AbortController()
    const keys = localControlPlane(first, systemClock).watch(watching.signal)[Symbol.asyncIterator]()
    let woken = false
    const next = keys.next().then((result) => {
      woken = true
      return result.value
    })
    await transaction(other, async (tx) => {
      await touchHost(tx, timestamp(systemClock.now()))
      // The other process is asked something meanwhile, and hears nothing of what may still be undone.
      await first.db.selectFrom('outbox').selectAll().execute()
      expect(woken).toBe(false)
    })
    expect(await next).toBe('host')
    watching.abort()
    await keys.return?.()
  })

  it('writers of different processes take turns', async () => {
    const order: string[] = []
    const write = (store: Store, name: string) =>
      transaction(store, async (tx) => {
        order.push(`${name} begins`)
        const before = await tx.db.selectFrom('meta').selectAll().where('name', '=', 'turns').executeTakeFirst()
        const value = String(Number(before?.value ?? 0) + 1)
        if (before) await tx.db.updateTable('meta').set({ value }).where('name', '=', 'turns').execute()
        else await tx.db.insertInto('meta').values({ name: 'turns', value }).execute()
        order.push(`${name} ends`)
      })
    const stores = [first, other]
    await Promise.all(Array.from({ length: 40 }, (_, number) => write(stores[number % 2] ?? first, `${number}`)))
    const row = await first.db.selectFrom('meta').selectAll().where('name', '=', 'turns').executeTakeFirst()
    expect(row?.value).toBe('40')
    for (let at = 0; at < order.length; at += 2) expect(order[at + 1]).toBe(order[at]?.replace('begins', 'ends'))
  })
})
