import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startAuditKeeper } from '../../src/domain/audit-keeper.ts'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'
import { QuietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** The record of writes: who did what to what, when, from where, what came of it, and what changed. */

let cloud: TestCloud
beforeEach(async () => {
  cloud = await TestCloud.open()
})
afterEach(() => cloud.close())

const policies = '/v2.0/vpn/ikepolicies'

type Event = Answer['body']

const dayMs = 24 * 3_600_000

/** The events, newest first, those of refusals among them. */
async function events(query = '', get = cloud.get): Promise<Event[]> {
  await cloud.server.refusals.flush()
  const { status, body } = await get(`/v2.0/audit-events?${query}`)
  expect(status).toBe(200)
  return body.audit_events
}

async function newest(query = ''): Promise<Event> {
  return (await events(query))[0]
}

/** All pages, one after the other by their links. */
async function allEvents(query = ''): Promise<Event[]> {
  await cloud.server.refusals.flush()
  const seen: Event[] = []
  for (let next: string | undefined = `/v2.0/audit-events?${query}`; next; ) {
    const { body }: Answer = await cloud.get(next)
    seen.push(...body.audit_events)
    const links: { rel: string; href: string }[] = body.audit_events_links ?? []
    next = links.find(({ rel }) => rel === 'next')?.href.replace(/^http:\/\/[^/]+/, '')
  }
  return seen
}

/** Everything the table holds, as one text. */
async function everythingRecorded(): Promise<string> {
  await cloud.server.refusals.flush()
  return JSON.stringify(await cloud.store.db.selectFrom('audit_event').selectAll().execute())
}

describe('an event says', () => {
  it('who, what, when, from where, and what came of it', async () => {
    const headers = { 'user-agent': 'openstacksdk/4.0', 'x-forwarded-for': '203.0.113.7, 10.0.0.1' }
    const body = { ikepolicy: { name: 'one', auth_algorithm: 'sha2-256' } }
    const made = await cloud.request('POST', policies, body, headers)
    const { ikepolicy } = made.body
    expect(await newest()).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tenant_id: ikepolicy.tenant_id,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
      request_id: made.headers['x-openstack-request-id'],
      user_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      user_name: 'admin',
      roles: ['admin', 'member', 'reader'],
      action: 'create_ikepolicy',
      resource_type: 'ikepolicy',
      resource_id: ikepolicy.id,
      outcome: 'success',
      status: 201,
      problem: null,
      message: null,
      source_address: '127.0.0.1',
      forwarded_for: '203.0.113.7, 10.0.0.1',
      user_agent: 'openstacksdk/4.0',
      flavour: 'otc',
      changes: { name: { to: 'one' }, auth_algorithm: { to: 'sha2-256' } },
    })
  })

  it('of an update which fields changed, from what to what', async () => {
    const { id } = await cloud.make(policies, 'ikepolicy', { name: 'one', lifetime: { value: 7200 } })
    await cloud.put(`${policies}/${id}`, { ikepolicy: { name: 'two', lifetime: { value: 600 } } })
    await cloud.put(`${policies}/${id}`, { ikepolicy: { name: 'two' } })
    const [nothing, update] = await events(`resource_id=${id}`)
    expect(update).toMatchObject({ action: 'update_ikepolicy', outcome: 'success', status: 200 })
    expect(update.changes).toEqual({
      name: { from: 'one', to: 'two' },
      lifetime: { from: { units: 'seconds', value: 7200 }, to: { units: 'seconds', value: 600 } },
    })
    expect(nothing).toMatchObject({ action: 'update_ikepolicy', changes: {} })
  })

  it('of a deletion what it was called', async () => {
    const { id } = await cloud.make(policies, 'ikepolicy', { name: 'gone' })
    await cloud.delete(`${policies}/${id}`)
    expect(await newest()).toMatchObject({
      action: 'delete_ikepolicy',
      resource_id: id,
      status: 204,
      changes: { name: { from: 'gone' } },
    })
  })

  it('of an operation that is none of these what came of it', async () => {
    const { router, subnet } = await aGround(cloud)
    const [added] = await events('action=add_router_interface')
    expect(added).toMatchObject({ resource_type: 'router', resource_id: router, outcome: 'success', status: 200 })
    expect(added.changes).toMatchObject({ subnet_id: { to: subnet }, port_id: { to: expect.any(String) } })
  })

  it('which flavour was spoken, in its words', async () => {
    await cloud.make('/openstack/v2.0/vpn/ikepolicies', 'ikepolicy', { auth_algorithm: 'sha256' })
    expect(await newest()).toMatchObject({ flavour: 'openstack', changes: { auth_algorithm: { to: 'sha256' } } })
  })

  it('nothing of reads', async () => {
    const before = (await events()).length
    await cloud.get(policies)
    await cloud.get(`${policies}/nothing`)
    expect(await events()).toHaveLength(before)
  })
})

describe('one event', () => {
  it('comes of a write that had to wait for an address, however often it was begun', async () => {
    const named = await TestCloud.open({ resolver: { resolve: async () => '198.51.100.9' } })
    try {
      const ground = await aGround(named, { v2: '/openstack/v2.0' })
      const request = { ...seedRequest(ground), peer_address: 'peer.example', peer_id: 'peer.example' }
      await named.make('/openstack/v2.0/vpn/ipsec-site-connections', 'ipsec_site_connection', request)
      const { body } = await named.get('/v2.0/audit-events?action=create_ipsec_site_connection')
      expect(body.audit_events).toHaveLength(1)
      expect(body.audit_events[0].changes.peer_address).toEqual({ to: '198.51.100.9' })
    } finally {
      await named.close()
    }
  })
})

describe('what was refused is recorded with the reason', () => {
  it.each([
    ['by a rule', 'POST', policies, { ikepolicy: { lifetime: 1 } }, 400, 'HTTPBadRequest'],
    ['as unknown', 'DELETE', `${policies}/b0b0b0b0-0000-4000-8000-000000000000`, undefined, 404, 'IKEPolicyNotFound'],
    ['as no JSON', 'POST', policies, '{', 400, 'MalformedRequestBody'],
    ['as too large', 'POST', policies, `"${'x'.repeat(1_100_000)}"`, 413, 'HTTPRequestEntityTooLarge'],
  ])('%s', async (_, method, path, body, status, problem) => {
    const answer = await cloud.request(method, path, body)
    expect(answer.status).toBe(status)
    const event = await newest()
    expect(event).toMatchObject({
      action: method === 'POST' ? 'create_ikepolicy' : 'delete_ikepolicy',
      resource_id: method === 'POST' ? null : 'b0b0b0b0-0000-4000-8000-000000000000',
      request_id: answer.headers['x-openstack-request-id'],
      user_name: 'admin',
      outcome: 'refused',
      status,
      problem,
      changes: {},
    })
    expect(event.message).toBe(answer.body.NeutronError.message)
  })

  it('because something uses it', async () => {
    const { router } = await aGround(cloud)
    expect((await cloud.delete(`/v2.0/routers/${router}`)).status).toBe(409)
    expect(await newest()).toMatchObject({ action: 'delete_router', resource_id: router, status: 409 })
  })

  it('because the role does not allow it, in the project of who asked', async () => {
    const reader = await aMember(cloud, 'reader')
    expect((await reader.request('POST', policies, { ikepolicy: {} })).status).toBe(403)
    expect(await newest()).toMatchObject({
      tenant_id: reader.project,
      roles: ['reader'],
      outcome: 'refused',
      status: 403,
      problem: 'PolicyNotAuthorized',
    })
  })

  it('and what the service itself could not do has failed', async () => {
    await cloud.store.db.schema.alterTable('ikepolicy').renameTo('elsewhere').execute()
    expect((await cloud.post(policies, { ikepolicy: {} })).status).toBe(500)
    expect(await newest()).toMatchObject({ action: 'create_ikepolicy', outcome: 'failed', status: 500 })
  })

  it('and nothing is, where nobody is known to have asked', async () => {
    const before = (await events()).length
    await cloud.request('POST', policies, { ikepolicy: {} }, { 'x-auth-token': 'nonsense' })
    expect(await events()).toHaveLength(before)
  })
})

describe('the log', () => {
  const tokens = '/identity/v3/auth/tokens'
  const logIn = (password: string) => {
    const user = { name: 'admin', password, domain: { name: 'Default' } }
    const auth = { identity: { methods: ['password'], password: { user } } }
    return cloud.request('POST', tokens, { auth }, { 'x-auth-token': '' })
  }

  it('has log-ins and the end of tokens, by the id under which Keystone audits a token', async () => {
    const { body, headers } = await logIn('admin-password')
    const [auditId] = body.token.audit_ids
    await cloud.request('DELETE', tokens, undefined, { 'x-subject-token': String(headers['x-subject-token']) })
    const [revoked, made] = await events(`resource_id=${auditId}`)
    expect(made).toMatchObject({ action: 'log_in', user_name: 'admin', outcome: 'success', status: 201, flavour: null })
    expect(revoked).toMatchObject({ action: 'revoke_token', user_name: 'admin', outcome: 'success', status: 204 })
  })

  it('has those that failed, with the name that was claimed and without the password', async () => {
    expect((await logIn('a-wrong-password')).status).toBe(401)
    expect(await newest()).toMatchObject({
      action: 'log_in',
      user_name: 'admin',
      user_id: null,
      outcome: 'refused',
      status: 401,
    })
    expect(await everythingRecorded()).not.toContain('a-wrong-password')
  })
})

describe('a pre-shared key is in no event', () => {
  const connections = '/openstack/v2.0/vpn/ipsec-site-connections'
  const key = "hunter2's key"
  let ground: Ground
  beforeEach(async () => {
    ground = await aGround(cloud, { v2: '/openstack/v2.0' })
  })

  const looksFor = [key, 'hunter2', 'key"']
  const nowhere = async () => {
    const recorded = await everythingRecorded()
    expect(looksFor.filter((text) => recorded.includes(text))).toEqual([])
  }

  it('when a connection is made and its key changed', async () => {
    const request = { ...seedRequest(ground), psk: 'old-hunter2-one' }
    const { id } = await cloud.make(connections, 'ipsec_site_connection', request)
    expect((await newest(`resource_id=${id}`)).changes.psk).toEqual({ to: '[secret]' })
    await cloud.store.db.updateTable('ipsec_site_connection').set({ status: 'DOWN' }).execute()
    const change = (psk: string) =>
      cloud.put(`${connections}/${id}`, { ipsec_site_connection: { psk, name: 'renamed' } })
    expect((await change(key)).status).toBe(200)
    expect((await newest(`resource_id=${id}`)).changes).toEqual({
      name: { from: 'vpnconnection1', to: 'renamed' },
      psk: { from: '[secret]', to: '[secret]' },
    })
    await nowhere()
  })

  it.each([
    ['of a key that is not good', { psk: `${key}\u0000` }],
    ['of a key that is too long', { psk: key.repeat(100) }],
    ['of a key in an object', { psk: { a: key } }],
    ['of a key in a list', { psk: [key] }],
    ['of a key in another attribute', { psk: key, mtu: key }],
    ['of a key in an object in another attribute', { mtu: { psk: key } }],
    ['of a key in an object beside an odd one', { psk: `${key}\n`, mtu: { a: `${key}\n` } }],
    ['of a key under an unknown name', { presharedkey: key, shared_secret: key, note: key }],
  ])('after a refusal %s', async (_, attributes) => {
    const body = { ipsec_site_connection: { ...seedRequest(ground), ...attributes } }
    expect((await cloud.post(connections, body)).status).toBe(400)
    expect(await newest()).toMatchObject({ action: 'create_ipsec_site_connection', outcome: 'refused', status: 400 })
    await nowhere()
  })

  it('nor where an operation ignored it', async () => {
    const path = `/v2.0/routers/${ground.router}`
    const body = { subnet_id: ground.subnet, psk: key, note: key }
    await cloud.put(`${path}/remove_router_interface`, body)
    await cloud.put(`${path}/add_router_interface`, body)
    await nowhere()
  })

  it('and words of a refusal that repeat no secret stay', async () => {
    const body = { ipsec_site_connection: { ...seedRequest(ground), mtu: 'large' } }
    const { NeutronError } = (await cloud.post(connections, body)).body
    expect(await newest()).toMatchObject({ problem: 'InvalidInput', message: NeutronError.message })
    expect(NeutronError.message).toContain('large')
  })
})

describe('events can be read', () => {
  it('by administrators all, by members those of their own project', async () => {
    const [one, other] = [await aMember(cloud), await aMember(cloud)]
    const made = await one.request('POST', policies, { ikepolicy: { name: 'theirs' } })
    const { id } = made.body.ikepolicy
    await cloud.put(`${policies}/${id}`, { ikepolicy: { name: 'changed by the administrator' } })
    const actions = (list: Event[]) => list.map(({ action }) => action)
    expect(actions(await events('', one.get))).toEqual(['update_ikepolicy', 'create_ikepolicy', 'log_in'])
    expect(actions(await events('', other.get))).toEqual(['log_in'])
    const event = (await events(`resource_id=${id}`))[0]
    expect((await cloud.get(`/v2.0/audit-events/${event.id}`)).body.audit_event).toEqual(event)
    expect((await one.get(`/v2.0/audit-events/${event.id}`)).status).toBe(200)
    expect((await other.get(`/v2.0/audit-events/${event.id}`)).status).toBe(404)
    expect(await events(`resource_id=${id}`, other.get)).toEqual([])
  })

  it('and not written', async () => {
    const { id } = await newest()
    expect((await cloud.post('/v2.0/audit-events', { audit_event: {} })).status).toBe(405)
    expect((await cloud.put(`/v2.0/audit-events/${id}`, { audit_event: { action: 'x' } })).status).toBe(405)
    expect((await cloud.delete(`/v2.0/audit-events/${id}`)).status).toBe(405)
  })

  it('newest first or oldest first, filtered, narrowed, and by pages', async () => {
    for (const name of ['a', 'b', 'c']) await cloud.make(policies, 'ikepolicy', { name })
    await cloud.post(policies, { ikepolicy: { nonsense: 1 } })
    const narrow = 'action=create_ikepolicy&outcome=success&fields=changes'
    const names = (list: Event[]) => list.map(({ changes }) => changes.name.to)
    expect(names(await events(narrow))).toEqual(['c', 'b', 'a'])
    expect(names(await events(`${narrow}&sort_key=time&sort_dir=asc`))).toEqual(['a', 'b', 'c'])
    expect(await events('outcome=refused&fields=status')).toEqual([{ status: 400 }])

    const seen = (await allEvents('action=create_ikepolicy&limit=3')).map(({ id }) => id)
    expect(seen).toEqual((await events('action=create_ikepolicy')).map(({ id }) => id))
    expect(seen).toHaveLength(4)
  })
})

describe('the record is bounded', () => {
  it('in what it keeps of one request', async () => {
    const endpoints = Array.from({ length: 500 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`)
    const headers = { 'user-agent': 'x'.repeat(5_000), 'x-forwarded-for': 'y'.repeat(5_000) }
    const body = { endpoint_group: { type: 'cidr', endpoints } }
    expect((await cloud.request('POST', '/openstack/v2.0/vpn/endpoint-groups', body, headers)).status).toBe(201)
    const event = await newest()
    expect(event.changes.endpoints.to).toMatch(/^\["10\.0\.0\.0\/24",.*…$/)
    expect(event.user_agent).toMatch(/^x+…$/)
    expect(JSON.stringify(event).length).toBeLessThan(3_000)
    await cloud.post(policies, { ikepolicy: { ['n'.repeat(500_000)]: 1 } })
    expect((await newest()).message.length).toBeLessThanOrEqual(1_000)
  })

  it('in how many refusals wait, and tells how many were dropped', async () => {
    const before = (await events()).length
    for (let count = 0; count < 520; count += 1) await cloud.delete(`${policies}/${count}`)
    const after = await allEvents()
    expect(after[0]).toMatchObject({
      action: 'drop_audit_events',
      outcome: 'failed',
      message: '20 refused requests were not recorded: too many came at once',
      changes: { dropped: { to: 20 } },
    })
    expect(after).toHaveLength(before + 501)
  })

  it('in time: events go when they are older than they are kept', async () => {
    for (let count = 0; count < 260; count += 1) {
      const { id } = await cloud.make(policies, 'ikepolicy', {})
      await cloud.delete(`${policies}/${id}`)
    }
    const { clock, keeper } = keep({ from: Date.now() + 29 * dayMs, retentionDays: 30 })
    await clock.advance(3_600_000)
    expect(await allEvents()).toHaveLength(521)
    expect(await events()).toHaveLength(500)
    await clock.advance(dayMs)
    // They go in parts, with pauses between.
    const gone = async () => {
      await clock.advance(1_000)
      return (await events()).length === 0
    }
    await until(gone, { what: 'an empty record' })
    await keeper.close()
  })

  it('but not in time where that is what was asked for', async () => {
    const { clock, keeper } = keep({ from: Date.now() + 36_500 * dayMs, retentionDays: 0 })
    await clock.advance(dayMs)
    expect(await events()).toHaveLength(1)
    await keeper.close()
  })

  it('and refusals are written soon, and the last ones at the end', async () => {
    const { clock, keeper } = keep({ from: Date.now(), retentionDays: 90 })
    const recorded = async () => (await cloud.get('/v2.0/audit-events?outcome=refused')).body.audit_events.length
    await cloud.delete(`${policies}/one`)
    await clock.advance(2_000)
    await until(async () => (await recorded()) === 1, { what: 'a refusal on record' })
    await cloud.delete(`${policies}/two`)
    expect(await recorded()).toBe(1)
    await keeper.close()
    expect(await recorded()).toBe(2)
  })

  function keep({ from, retentionDays }: { from: number; retentionDays: number }) {
    const { store, server } = cloud
    const clock = new VirtualClock(from)
    const log = new QuietLog()
    return { clock, keeper: startAuditKeeper({ store, clock, refusals: server.refusals, retentionDays, log }) }
  }
})
