import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openstack } from '../../src/api/profiles/openstack.ts'
import { otc } from '../../src/api/profiles/otc.ts'
import { operationsOf } from '../../src/api/v2/routes.ts'
import { systemClock } from '../../src/main/world.ts'
import type { GatewayId } from '../../src/model/ids.ts'
import { canonicalUuid } from '../../src/model/kinds.ts'
import { operations } from '../../src/model/operations.ts'
import { timestamp } from '../../src/model/time.ts'
import { removeAuditEvents } from '../../src/store/audit.ts'
import { transaction } from '../../src/store/open.ts'
import { newestSeq, pruneOutbox } from '../../src/store/outbox.ts'
import { Living, type Planned, requestsOf } from '../support/arbitrary-request.ts'
import { type Answer, aGround, seedRequest, TestCloud } from '../support/cloud.ts'
import { type Fingerprint, fingerprintOf } from '../support/fingerprint.ts'

/**
 * Ten thousand requests of every flavour, made from the attribute tables: valid, nearly valid and hostile ones, at
 * objects that live and are in use. No answer is a 500, what was refused has changed nothing, and memory stays flat.
 *
 * `SALLYPORT_FUZZ_SEED` repeats a run with the seed it printed.
 */
const count = Number(process.env.SALLYPORT_FUZZ_REQUESTS ?? '10000')
const seed = Number(process.env.SALLYPORT_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** How many objects of a kind there are before one of them has to go. */
const crowd = 10
/** Between two looks at everything as the agent has it. */
const betweenLooks = 25

/** Heap that is not garbage, in MiB. */
function heapMiB(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('the collector cannot be called')
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

describe.each([otc, openstack])('$name', (profile) => {
  const v2 = `${profile.prefix}/v2.0`
  const served = operationsOf(profile)
  /** What is made and removed, by requests or, as ports are, by what they do. */
  const resources = new Map(
    served.flatMap(([, { resource, does }]) =>
      does === 'create' || resource.singular === 'port' ? [[resource.singular, resource]] : [],
    ),
  )
  let cloud: TestCloud
  let living: Living
  let fingerprint: Fingerprint

  beforeAll(async () => {
    cloud = await TestCloud.open()
    const ground = await aGround(cloud, { v2 })
    await cloud.make(`${v2}/vpn/ipsec-site-connections`, 'ipsec_site_connection', seedRequest(ground))
    fingerprint = await fingerprintOf(cloud.store)
    living = new Living()
    for (const [singular, { path, plural }] of resources) {
      const first = Object.values(ground)
      const ids: string[] = (await cloud.get(v2 + path)).body[plural].map(({ id }: { id: string }) => id)
      // What the ground is made of comes first, its local group before its peer group.
      const rank = (id: string) => (first.includes(id) ? first.indexOf(id) : first.length)
      for (const id of ids.sort((one, other) => rank(one) - rank(other))) living.born(singular, id)
    }
    const [{ id, tenant_id }] = (await cloud.get(`${v2}/audit-events`)).body.audit_events
    living.born('audit_event', id)
    living.born('project', tenant_id)
  })
  afterAll(() => cloud.close())

  it(`answers ${count} requests, seed ${seed}`, async () => {
    const statuses = new Map<string, number>()
    const accepted = new Set<string>()
    let sent = 0
    let slowest = { ms: 0, what: '' }
    let halfWay = 0
    let before = await fingerprint()

    const one = async (planned: Planned) => {
      const request = crowded(planned, sent) ?? planned
      const { method, path, headers, body } = request.send(living)
      const begun = performance.now()
      const answer = await cloud.request(method, path, body, {
        ...headers,
        ...(body && { 'content-length': String(body.length) }),
      })
      const ms = performance.now() - begun
      if (ms > slowest.ms) slowest = { ms, what: `${method} ${path.slice(0, 80)} ${String(body?.subarray(0, 80))}` }
      const group = `${request.what.replace(/_.*/, '')} ${answer.status}`
      statuses.set(group, (statuses.get(group) ?? 0) + 1)
      expect(allowed, `${method} ${path}\n${cloud.failures.at(-1)}`).toContain(answer.status)
      const after = await fingerprint()
      if (answer.status >= 400) refusalIsWorded(answer, method)
      if (answer.status >= 400 || method === 'GET') expect(after, `${method} ${path} changed something`).toBe(before)
      else accepted.add(request.what)
      before = after
      await followUp(request, answer, path)
      sent += 1
      if (sent % betweenLooks === 0) {
        await look()
        before = await fingerprint()
      }
      if (sent === Math.floor(count / 2)) halfWay = heapMiB()
    }
    await fc.assert(fc.asyncProperty(requestsOf(profile), one), { numRuns: count, seed, endOnFailure: true })

    const growth = heapMiB() - halfWay
    const table = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, number]) => `${group}: ${number}`)
    console.log(
      `${profile.name}: ${sent} requests, seed ${seed}; heap grew by ${growth.toFixed(1)} MiB over the second half;`,
      `slowest ${slowest.ms.toFixed(0)} ms (${slowest.what})\n${table.join(', ')}`,
    )
    expect(sent).toBe(count)
    // Ten objects of a kind live at any time; what grows with requests would be a leak of a kilobyte or more for each.
    expect(growth).toBeLessThan(Math.max(2, (count / 2) * 0.001))
    if (count >= 10_000) everyOperationWasCarriedOut(accepted)
    await inventoryIsTrue()
    expect((await cloud.get('/healthz')).status).toBe(200)
  }, 180_000)

  /** Instead of one more of a kind that there are enough of, the removal of one. */
  function crowded({ operation }: Planned, number: number): Planned | undefined {
    if (operation?.does !== 'create' || living.of(operation.resource.singular).length < crowd) return undefined
    const { singular, path } = operation.resource
    return {
      what: `delete_${singular}`,
      operation: Object.values(operations).find(
        (each) => each.resource.singular === singular && each.does === 'delete',
      ),
      send: () => {
        const id = living.youngerThanFirst(singular, number)
        return { method: 'DELETE', path: `${v2}${path}/${id}`, headers: {}, body: undefined }
      },
    }
  }

  async function followUp({ operation }: Planned, { status, body }: Answer, path: string): Promise<void> {
    if (!operation) return
    const { singular } = operation.resource
    if (operation.does === 'create' && status === 201) living.born(singular, body[singular].id)
    if (operation.does === 'delete' && status === 204)
      living.died(singular, canonicalUuid(path.split('/').at(-1) ?? '') ?? '')
    // A network takes its subnets with it.
    if (operation.does === 'delete' && singular === 'network') await readAgain('subnet')
  }

  /** The agent's part: it reads everything that was let in, and says that it is done. */
  async function look(): Promise<void> {
    const { controlPlane } = cloud.server
    const { gateways } = await controlPlane.desiredHost()
    for (const gateway of gateways) {
      const { revision, connections } = await controlPlane.desired(gateway as GatewayId)
      const up = connections.map(({ id }) => ({ connection: id, state: 'up' as const }))
      await controlPlane.report({ gateway: gateway as GatewayId, revision, connections: up })
    }
    await readAgain('port')
    // What only grows is pruned as a server prunes it, or reading all of it again and again would take the time.
    const { store } = cloud
    await transaction(store, (tx) => removeAuditEvents(tx, timestamp(systemClock.now()), 10_000))
    await pruneOutbox(store, await newestSeq(store))
  }

  async function readAgain(singular: 'port' | 'subnet'): Promise<void> {
    const listed: { id: string }[] = (await cloud.get(`${v2}/${singular}s?fields=id`)).body[`${singular}s`]
    const ids = new Set(listed.map(({ id }) => id))
    const known = living.of(singular)
    const stillThere = known.filter((id) => ids.delete(id))
    known.splice(0, Number.POSITIVE_INFINITY, ...stillThere, ...ids)
  }

  function refusalIsWorded({ status, body }: Answer, method: string): void {
    if (method === 'HEAD') return
    const said = body?.NeutronError ?? body?.error ?? body
    expect(said, `${status} ${JSON.stringify(body)}`).toMatchObject({ message: expect.any(String) })
  }

  function everyOperationWasCarriedOut(accepted: ReadonlySet<string>): void {
    const writing = served.filter(([, { method }]) => method !== 'GET')
    expect(writing.map(([name]) => name).filter((name) => !accepted.has(name))).toEqual([])
  }

  /** What the API lists is what was made and not removed, so answers told the truth. */
  async function inventoryIsTrue(): Promise<void> {
    await look()
    for (const [singular, { path, plural }] of resources) {
      const { status, body } = await cloud.get(`${v2}${path}?fields=id`)
      expect(status).toBe(200)
      expect(body[plural].map(({ id }: { id: string }) => id).sort()).toEqual([...living.of(singular)].sort())
    }
  }

  it('would notice a change in any table', async () => {
    const db = cloud.store.db
    const before = await fingerprint()
    await db.updateTable('ipsec_site_connection').set({ problem: 'changed' }).execute()
    expect(await fingerprint()).not.toBe(before)
    await db.updateTable('ipsec_site_connection').set({ problem: '' }).execute()
    await db.insertInto('meta').values({ name: 'new', value: '' }).execute()
    expect(await fingerprint()).not.toBe(before)
    await db.deleteFrom('meta').where('name', '=', 'new').execute()
  })
})

const allowed = [200, 201, 204, 300, 400, 401, 403, 404, 405, 409, 413, 414, 429]
