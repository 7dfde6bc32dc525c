import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDatabase, environmentOf, type TestDatabase } from '../support/databases.ts'
import { Service } from '../support/service.ts'

/** `sallyport database copy FROM TO`: an installation moves from SQLite to PostgreSQL, and back. */

let database: TestDatabase
let before: Service
let file: string
beforeAll(async () => {
  database = await aDatabase()
  before = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated' } })
  file = `${before.stateDir}/sallyport.db`
})
afterAll(async () => {
  await before?.close()
  await database?.remove()
})

const policies = '/vpn/ikepolicies'

it('moves everything, and says that both sides are equal', async () => {
  const client = await before.client()
  for (let number = 0; number < 1_200; number += 1) await client.make(policies, 'ikepolicy', { name: `p${number}` })
  const network = await client.make('/networks', 'network', { name: 'office' })
  const { ikepolicies } = await client.get(policies)
  await before.stop()

  const { code, said } = await before.command('database', 'copy', file, database.url)
  expect([code, said]).toEqual([0, expect.stringMatching(/^ikepolicy +1200 rows$/m)])
  expect(said).toMatch(/copied \d+ rows of \d+ tables; read again, both sides have the same rows in each/)

  const after = await Service.open({
    stateDir: before.stateDir,
    env: { SALLYPORT_DRIVER: 'simulated', ...environmentOf(database) },
  })
  try {
    // The same administrator, with the same password, sees the same objects.
    const moved = await after.client()
    expect((await moved.get(policies)).ikepolicies).toEqual(ikepolicies)
    expect((await moved.get(`/networks/${network.id}`)).network).toEqual(network)
    // And it goes on from there.
    const added = await moved.make('/networks', 'network', { name: 'another' })
    await moved.delete(`/networks/${added.id}`)
  } finally {
    await after.stop()
  }
  const back = `${before.stateDir}/back.db`
  expect((await before.command('database', 'copy', database.url, back)).code).toBe(0)
}, 60_000)

describe('refuses', () => {
  it('a database that has something in it already', async () => {
    const { code, said } = await before.command('database', 'copy', file, database.url)
    expect([code, said]).toEqual([
      1,
      expect.stringContaining('the database to copy to is not empty: it has rows in meta'),
    ])
  })

  it('one that a service uses', async () => {
    await before.start()
    const { code, said } = await before.command('database', 'copy', file, database.url)
    expect([code, said]).toEqual([1, expect.stringContaining('is in use by another Sallyport')])
    await before.stop()
  })

  it.each([
    ['a password that everybody could read', 'postgres://user:secret@localhost/name', /must not hold a password/],
    [
      'what is no database',
      'mysql://localhost/name',
      /TO has to be an absolute path, sqlite:\/\/\/path or postgres:\/\//,
    ],
    [
      'a server that is not there',
      'postgres://user@127.0.0.1:1/name',
      /the PostgreSQL database cannot be used: .*ECONNREFUSED/,
    ],
  ])('%s', async (_, target, words) => {
    const { code, said } = await before.command('database', 'copy', file, target)
    expect(code).toBeGreaterThan(0)
    expect(said).toMatch(words)
    expect(said).not.toContain('secret')
  })
})
