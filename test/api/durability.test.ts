import { afterAll, beforeAll, expect, it } from 'vitest'
import { aDatabase, environmentOf, type TestDatabase } from '../support/databases.ts'
import { Service } from '../support/service.ts'

/** Nothing acknowledged is lost, whenever the process is killed. */

let database: TestDatabase
let service: Service
beforeAll(async () => {
  database = await aDatabase()
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', ...environmentOf(database) } })
}, 30_000)
afterAll(async () => {
  await service?.close()
  await database?.remove()
})

it('kill -9 during 500 writes: every acknowledged object is there', async () => {
  const acknowledged = new Map<string, string>()
  const deleted = new Set<string>()
  for (let round = 1; acknowledged.size + deleted.size < 500; round += 1) {
    const client = await service.client()
    let writing = true
    const writer = async (number: number) => {
      for (let count = 0; writing; count += 1) {
        const name = `policy-${round}-${number}-${count}`
        const { status, body } = await client.request('POST', '/vpn/ikepolicies', { ikepolicy: { name } })
        if (status === 201) acknowledged.set(body.ikepolicy.id, name)
        // Every fourth goes again: what was deleted must not come back.
        if (status !== 201 || count % 4 !== 3) continue
        // Between the request and its answer nothing is promised about it, one way or the other.
        acknowledged.delete(body.ikepolicy.id)
        const gone = await client.request('DELETE', `/vpn/ikepolicies/${body.ikepolicy.id}`)
        if (gone.status === 204) deleted.add(body.ikepolicy.id)
      }
    }
    const enough = acknowledged.size + deleted.size + 80
    // A request that the kill cut off was not acknowledged.
    const writers = Promise.allSettled(Array.from({ length: 8 }, (_, number) => writer(number)))
    while (acknowledged.size + deleted.size < enough) await new Promise((resolve) => setImmediate(resolve))
    await service.kill()
    writing = false
    await writers
    await service.start()
  }
  const { ikepolicies } = await (await service.client()).get('/vpn/ikepolicies')
  const kept = new Map(ikepolicies.map(({ id, name }: { id: string; name: string }) => [id, name]))
  expect([...acknowledged].filter(([id, name]) => kept.get(id) !== name)).toEqual([])
  expect([...deleted].filter((id) => kept.has(id))).toEqual([])
  console.log(`${acknowledged.size} objects acknowledged and ${deleted.size} deleted over several kills, none lost`)
}, 120_000)
