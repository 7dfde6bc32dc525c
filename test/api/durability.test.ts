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
  // And each of these writes left its audit event, and no other write did.
  const created = await auditedIds('create_ikepolicy')
  const removed = await auditedIds('delete_ikepolicy')
  expect([...acknowledged.keys(), ...deleted].filter((id) => !created.has(id))).toEqual([])
  expect([...deleted].filter((id) => !removed.has(id))).toEqual([])
  expect([...created].filter((id) => kept.has(id) === removed.has(id))).toEqual([])
  console.log(`${acknowledged.size} objects acknowledged and ${deleted.size} deleted over several kills, none lost`)
}, 120_000)

it('a stop writes down the refusals that wait', async () => {
  const client = await service.client()
  expect((await client.request('DELETE', '/vpn/ikepolicies/nowhere')).status).toBe(404)
  await service.stop()
  await service.start()
  const { audit_events } = await (await service.client()).get('/audit-events?resource_id=nowhere&fields=outcome')
  expect(audit_events).toEqual([{ outcome: 'refused' }])
}, 60_000)

/** Ids of the objects that a kind of write was recorded for, over all pages. */
async function auditedIds(action: string): Promise<ReadonlySet<string>> {
  const client = await service.client()
  const ids: string[] = []
  for (let marker = ''; ; ) {
    const query = `action=${action}&fields=id&fields=resource_id&limit=200${marker}`
    const { audit_events } = await client.get(`/audit-events?${query}`)
    if (audit_events.length === 0) break
    ids.push(...audit_events.map((event: { resource_id: string }) => event.resource_id))
    marker = `&marker=${audit_events.at(-1).id}`
  }
  expect(new Set(ids).size).toBe(ids.length)
  return new Set(ids)
}
