import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { openedFor } from '../support/opened-for.ts'
import { PostgresServer } from '../support/postgres-server.ts'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'

/** A database server that goes away and comes back: clients are told to try again, and nothing has to be restarted. */

let postgres: PostgresServer
let cloud: TestCloud
const troubles: unknown[] = []
beforeAll(async () => {
  postgres = await PostgresServer.open()
  const url = await postgres.database()
  cloud = await TestCloud.open({ database: openedFor(url, { onTrouble: (error) => troubles.push(error) }) })
}, 60_000)
afterAll(async () => {
  await cloud?.close()
  await postgres?.close()
})

const path = '/openstack/v2.0/vpn/ikepolicies'

it('answers 503 with Retry-After while the database is away, and goes on when it is back', async () => {
  const { id } = await cloud.make(path, 'ikepolicy', { name: 'before' })
  const watching = new AbortController()
  const hints: string[] = []
  // As the agent does: a stream that broke is opened again.
  const follow = async () => {
    while (!watching.signal.aborted) {
      try {
        for await (const key of cloud.server.controlPlane.watch(watching.signal)) hints.push(key)
      } catch (error) {
        expect(error).toMatchObject({ problem: 'DatabaseUnavailable' })
        await setTimeout(50)
      }
    }
  }
  const following = follow()

  await postgres.stop()
  for (const request of [
    () => cloud.get(`${path}/${id}`),
    () => cloud.post(path, { ikepolicy: { name: 'lost' } }),
    () => cloud.delete(`${path}/${id}`),
  ]) {
    const { status, body, headers } = await request()
    expect([status, headers['retry-after']]).toEqual([503, '1'])
    expect(body.NeutronError.type).toBe('ServiceUnavailable')
  }
  expect(troubles).not.toEqual([])

  await postgres.start()
  await until(async () => (await cloud.get(`${path}/${id}`)).status === 200, { what: 'an answer' })
  expect((await cloud.get(path)).body.ikepolicies).toHaveLength(1)
  await cloud.make(path, 'ikepolicy', { name: 'after' })
  // Whoever follows the changes still hears of them.
  await cloud.make('/openstack/v2.0/networks', 'network', {})
  await until(() => hints.includes('host'), { what: 'the hint' })
  watching.abort()
  await following
}, 60_000)

it('says that it is not ready meanwhile, and does not end', async () => {
  const url = await postgres.database()
  const service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', SALLYPORT_DATABASE_URL: url } })
  try {
    const becomes = (ready: boolean) =>
      until(async () => (await service.health()).ready === ready, { what: `ready: ${ready}`, deadlineMs: 20_000 })
    await becomes(true)
    expect(await service.health()).toMatchObject({ status: 'ready', database: 'postgres' })
    await postgres.stop()
    await becomes(false)
    await postgres.start()
    await becomes(true)
    await (await service.client()).make('/networks', 'network', {})
  } finally {
    await service.close()
  }
}, 60_000)
