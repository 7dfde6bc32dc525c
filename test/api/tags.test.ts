import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionId, GatewayId } from '../../src/model/ids.ts'
import type { ConnectionReport } from '../../src/model/tunnel.ts'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'

/** Tags of connections: a part of the API that Open Telekom Cloud's flavour has alone (`classic-api.md` §7). */

const connections = '/v2.0/vpn/ipsec-site-connections'
const absent = '00000000-0000-4000-8000-00000000dead'

let cloud: TestCloud
let ground: Ground
/** Path of the tag API in the project of the connections. */
let api: string
let id: string

beforeEach(async () => {
  cloud = await TestCloud.open()
  ground = await aGround(cloud)
  const made = await aConnection('to-branch', 233)
  id = made.id
  api = `/v2.0/${made.tenant_id}/ipsec-site-connections`
})
afterEach(() => cloud.close())

/** Each to its own peer and networks, so that none is in another's way. */
async function aConnection(name: string, host: number) {
  const peer = await cloud.make('/v2.0/vpn/endpoint-groups', 'endpoint_group', {
    type: 'cidr',
    endpoints: [`10.2.${host}.0/24`],
  })
  const peer_address = `172.24.4.${host}`
  const request = { ...seedRequest(ground), name, peer_address, peer_ep_group_id: peer.id }
  return cloud.make(connections, 'ipsec_site_connection', request)
}

function act(action: string, tags: unknown, connection = id): Promise<Answer> {
  return cloud.post(`${api}/${connection}/tags/action`, { action, tags })
}

/** What the gateway's agent would say. */
async function report(states: readonly ConnectionReport[]): Promise<void> {
  const gateway = ground.router as GatewayId
  const { revision } = await cloud.server.controlPlane.desired(gateway)
  await cloud.server.controlPlane.report({ gateway, revision, connections: states })
}

async function tagsOf(connection = id): Promise<{ key: string; value: string }[]> {
  const { status, body } = await cloud.get(`${api}/${connection}/tags`)
  expect(status).toBe(200)
  return body.tags
}

/** Refused in form A, and nothing changed. */
async function expectRefused(answer: Answer, words: string | RegExp, status = 400): Promise<void> {
  expect(answer.status).toBe(status)
  expect(answer.body).toEqual({ code: 'VPC.1001', message: expect.stringMatching(words) })
  expect(await tagsOf()).toEqual([])
}

describe('tags of one connection', () => {
  it('a new connection has none', async () => {
    expect((await cloud.get(`${api}/${id}/tags`)).body).toEqual({ tags: [] })
  })

  it('one is created with 204 and no body, and a second time under its key has another value', async () => {
    const { status, body } = await cloud.post(`${api}/${id}/tags`, { tag: { key: 'env', value: 'lab' } })
    expect([status, body]).toEqual([204, undefined])
    expect((await cloud.post(`${api}/${id}/tags`, { tag: { key: 'env', value: 'live' } })).status).toBe(204)
    expect(await tagsOf()).toEqual([{ key: 'env', value: 'live' }])
  })

  it('several are created at once, again, and with other values; they come in the order of their keys', async () => {
    const created = await act('create', [
      { key: 'owner', value: 'net' },
      { key: 'env', value: 'lab' },
    ])
    expect([created.status, created.body]).toEqual([204, undefined])
    await act('create', [
      { key: 'env', value: '' },
      { key: 'Team_1', value: 'a-B' },
    ])
    expect(await tagsOf()).toEqual([
      { key: 'Team_1', value: 'a-B' },
      { key: 'env', value: '' },
      { key: 'owner', value: 'net' },
    ])
  })

  it('several are deleted at once, whatever value is named, and those that are not there too', async () => {
    await act('create', [
      { key: 'env', value: 'lab' },
      { key: 'owner', value: 'net' },
    ])
    for (const _again of [1, 2]) {
      const { status } = await act('delete', [{ key: 'env', value: 'other' }, { key: 'nothing' }, { key: 'ä !' }])
      expect(status).toBe(204)
    }
    expect(await tagsOf()).toEqual([{ key: 'owner', value: 'net' }])
  })

  it('one is deleted by its key, also when that is a word of the path; a second time it is unknown', async () => {
    await act('create', [{ key: 'action', value: 'x' }])
    const deleted = await cloud.delete(`${api}/${id}/tags/action`)
    expect([deleted.status, deleted.body]).toEqual([204, undefined])
    const again = await cloud.delete(`${api}/${id}/tags/action`)
    expect(again.status).toBe(404)
    expect(again.body).toEqual({ code: 'VPC.1001', message: `Tag action of connection ${id} could not be found` })
  })

  it('refuses more than ten in a request, and more than twenty in all', async () => {
    const tags = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ key: `k${from + index}`, value: '' }))
    await expectRefused(await act('create', tags(0, 11)), 'it may have 10')
    await act('create', tags(0, 10))
    await act('create', tags(10, 10))
    const more = await act('create', tags(20, 1))
    expect([more.status, more.body.message]).toEqual([400, expect.stringContaining('it may have 20')])
    expect((await act('create', tags(19, 1))).status).toBe(204)
  })

  it.each([
    [{ key: '', value: 'x' }, 'shorter than the minimum length of 1'],
    [{ key: 'k'.repeat(37), value: 'x' }, 'exceeds maximum length of 36'],
    [{ key: 'k', value: 'v'.repeat(44) }, 'exceeds maximum length of 43'],
    [{ key: 'with space', value: 'x' }, 'has other characters'],
    [{ key: 'k', value: 'ä' }, 'has other characters'],
    [{ key: 'k' }, "Required attribute 'value' not specified"],
    [{ value: 'x' }, "Required attribute 'key' not specified"],
    [{ key: 1, value: 'x' }, "'1' is not a valid string"],
    [{ key: 'k', value: 'x', colour: 'red' }, "Unrecognized attribute.s. 'colour'"],
  ])('refuses %o', async (tag, words) => {
    await expectRefused(await cloud.post(`${api}/${id}/tags`, { tag }), words)
    await expectRefused(await act('create', [tag]), words)
  })

  it('accepts the longest key and value', async () => {
    expect((await act('create', [{ key: 'k'.repeat(36), value: 'v'.repeat(43) }])).status).toBe(204)
  })

  it('refuses bodies that say nothing', async () => {
    const repeated = [
      { key: 'k', value: '1' },
      { key: 'k', value: '2' },
    ]
    await expectRefused(await act('create', repeated), "Duplicate items in the list: 'k'")
    await expectRefused(await act('burn', []), 'burn is not in valid_values')
    await expectRefused(await act('delete', undefined), "Required attribute 'tags' not specified")
    await expectRefused(await act('delete', [{ key: '' }]), 'shorter than the minimum length')
    await expectRefused(await act('create', { key: 'k', value: 'v' }), 'is not a list')
    await expectRefused(await cloud.post(`${api}/${id}/tags`, {}), "Required attribute 'tag' not specified")
    await expectRefused(await cloud.post(`${api}/${id}/tags`, []), 'Body contains invalid data')
    await expectRefused(await cloud.request('POST', `${api}/${id}/tags`, '{'), 'Malformed request body')
    await expectRefused(await cloud.request('POST', `${api}/${id}/tags`), 'Resource body required')
  })

  it('does not know a connection that is not there', async () => {
    for (const answer of [
      await cloud.get(`${api}/${absent}/tags`),
      await act('create', [], absent),
      await act('delete', [], absent),
      await cloud.post(`${api}/${absent}/tags`, { tag: { key: 'k', value: 'v' } }),
      await cloud.delete(`${api}/${absent}/tags/k`),
    ]) {
      await expectRefused(answer, `ipsec_site_connection ${absent} not found`, 404)
    }
  })

  it('does not know odd keys and projects, whatever bytes they are', async () => {
    for (const odd of ['%00', '%F0%9F%98%80', '%20', "'%3B--", 'x'.repeat(300)]) {
      expect((await cloud.delete(`${api}/${id}/tags/${odd}`)).status).toBe(404)
      expect((await cloud.get(`/v2.0/${odd}/ipsec-site-connections/${id}/tags`)).status).toBe(404)
    }
    expect((await act('delete', [{ key: '\u0000' }, { key: '\ud800' }])).status).toBe(204)
    const search = { action: 'count', tags: [{ key: '\u0000', values: ['\ud800'] }] }
    expect((await cloud.post(`${api}/resource_instances/action`, search)).body).toEqual({ total_count: 0 })
  })

  it('refuses other methods in its own form', async () => {
    const { status, body } = await cloud.put(`${api}/${id}/tags`, {})
    expect([status, body]).toEqual([405, { code: 'VPC.1001', message: expect.stringContaining('PUT') }])
    expect((await cloud.get(`${api}/${id}/tags/action`)).status).toBe(405)
  })
})

describe('tags in the answers of connections', () => {
  it('stand in show and list, not in the answers to POST and PUT', async () => {
    await act('create', [{ key: 'env', value: 'lab' }])
    const other = await aConnection('other', 10)
    expect(other).not.toHaveProperty('tags')
    expect((await cloud.get(`${connections}/${id}`)).body.ipsec_site_connection.tags).toEqual([
      { key: 'env', value: 'lab' },
    ])
    const { body } = await cloud.get(`${connections}?fields=id&fields=tags`)
    expect(body.ipsec_site_connections).toHaveLength(2)
    expect(body.ipsec_site_connections).toEqual(
      expect.arrayContaining([
        { id, tags: [{ key: 'env', value: 'lab' }] },
        { id: other.id, tags: [] },
      ]),
    )
    await report([{ connection: id as ConnectionId, state: 'up' }])
    const changed = await cloud.put(`${connections}/${id}`, { ipsec_site_connection: { name: 'changed' } })
    expect(changed.status).toBe(200)
    expect(changed.body.ipsec_site_connection).not.toHaveProperty('tags')
    expect((await cloud.put(`${connections}/${id}`, { ipsec_site_connection: { tags: [] } })).status).toBe(400)
  })

  it('services show an empty list', async () => {
    const service = `/v2.0/vpn/vpnservices/${ground.vpnservice_id}`
    expect((await cloud.get(service)).body.vpnservice.tags).toEqual([])
    expect((await cloud.get('/v2.0/vpn/vpnservices')).body.vpnservices[0].tags).toEqual([])
  })

  it('the other flavour shows none and has no tag API', async () => {
    await act('create', [{ key: 'env', value: 'lab' }])
    const { body } = await cloud.get(`/openstack/v2.0/vpn/ipsec-site-connections/${id}`)
    expect(body.ipsec_site_connection).not.toHaveProperty('tags')
    const { status } = await cloud.get(`/openstack${api}/${id}/tags`)
    expect(status).toBe(404)
  })

  it('go with the connection, at once or when its tunnel is reported gone', async () => {
    const other = await aConnection('other', 10)
    await act('create', [{ key: 'a', value: '1' }])
    await act('create', [{ key: 'b', value: '2' }], other.id)
    expect((await cloud.delete(`/openstack/v2.0/vpn/ipsec-site-connections/${other.id}`)).status).toBe(204)
    expect((await cloud.get(`${api}/tags`)).body).toEqual({ tags: [{ key: 'a', values: ['1'] }] })

    expect((await cloud.delete(`${connections}/${id}`)).status).toBe(204)
    expect((await cloud.get(`${connections}/${id}`)).body.ipsec_site_connection.status).toBe('PENDING_DELETE')
    await report([])
    expect((await cloud.get(`${connections}/${id}`)).status).toBe(404)
    expect((await cloud.get(`${api}/tags`)).body).toEqual({ tags: [] })
  })
})

describe('tags of a project', () => {
  let other: string
  beforeEach(async () => {
    other = (await aConnection('to-headquarters', 10)).id
    await act('create', [
      { key: 'env', value: 'lab' },
      { key: 'owner', value: 'net' },
    ])
    await act('create', [{ key: 'env', value: 'live' }], other)
  })

  const search = (body: object) => cloud.post(`${api}/resource_instances/action`, body)
  const found = async (body: object) => {
    const answer = await search({ action: 'filter', ...body })
    expect(answer.status).toBe(200)
    return answer.body.resources.map((each: { resource_id: string }) => each.resource_id)
  }

  it('lists each key with its distinct values', async () => {
    await aConnection('third', 11).then((third) => act('create', [{ key: 'env', value: 'lab' }], third.id))
    const { status, body } = await cloud.get(`${api}/tags`)
    expect(status).toBe(200)
    expect(body).toEqual({
      tags: [
        { key: 'env', values: ['lab', 'live'] },
        { key: 'owner', values: ['net'] },
      ],
    })
  })

  it('finds connections, with limit and offset as numbers or texts', async () => {
    const { status, body } = await search({
      action: 'filter',
      limit: '100',
      offset: '0',
      tags: [{ key: 'env', values: ['lab'] }],
      matches: [{ key: 'resource_name', value: 'branch' }],
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      resources: [
        {
          resource_id: id,
          resource_name: 'to-branch',
          resource_detail: null,
          tags: [
            { key: 'env', value: 'lab' },
            { key: 'owner', value: 'net' },
          ],
        },
      ],
      total_count: 1,
    })
    const page = await search({ action: 'filter', limit: 1, offset: 1 })
    expect(page.body).toMatchObject({ resources: [{ resource_id: other }], total_count: 2 })
  })

  it('takes any of the values and all of the keys; no value means any, a leading * any beginning', async () => {
    expect(await found({})).toEqual([id, other])
    expect(await found({ tags: [{ key: 'env', values: ['lab', 'live'] }] })).toEqual([id, other])
    expect(await found({ tags: [{ key: 'env', values: [] }] })).toEqual([id, other])
    expect(await found({ tags: [{ key: 'owner', values: [] }] })).toEqual([id])
    expect(await found({ tags: [{ key: 'env', values: ['*ve'] }] })).toEqual([other])
    expect(await found({ tags: [{ key: 'env', values: ['ve'] }] })).toEqual([])
    const both = [
      { key: 'env', values: ['live'] },
      { key: 'owner', values: [] },
    ]
    expect(await found({ tags: both })).toEqual([])
    expect(await found({ matches: [{ key: 'resource_name', value: 'quarters' }] })).toEqual([other])
  })

  it('counts', async () => {
    const { status, body } = await search({ action: 'count', tags: [{ key: 'env', values: [] }] })
    expect([status, body]).toEqual([200, { total_count: 2 }])
  })

  it.each([
    [{ tags: [] }, "Required attribute 'action'"],
    [{ action: 'find' }, 'find is not in valid_values'],
    [{ action: 'filter', limit: 0 }, 'is too small'],
    [{ action: 'filter', limit: 1001 }, 'is too large'],
    [{ action: 'filter', offset: -1 }, 'is too small'],
    [{ action: 'filter', limit: 'many' }, 'is not an integer'],
    [{ action: 'filter', tags: [{ key: 'env' }] }, "Required attribute 'values'"],
    [{ action: 'filter', tags: [{ key: '', values: [] }] }, 'minimum length'],
    [{ action: 'filter', tags: [{ key: 'k'.repeat(128), values: [] }] }, 'maximum length of 127'],
    [{ action: 'filter', tags: [{ key: 'k', values: ['v'.repeat(256)] }] }, 'maximum length of 255'],
    [{ action: 'filter', tags: [{ key: 'k', values: ['v', 'v'] }] }, 'Duplicate items'],
    [{ action: 'filter', tags: Array.from({ length: 11 }, (_, n) => ({ key: `k${n}`, values: [] })) }, 'may have 10'],
    [{ action: 'filter', matches: [{ key: 'colour', value: 'x' }] }, 'colour is not in valid_values'],
    [{ action: 'filter', not_tags: [] }, "Unrecognized attribute.s. 'not_tags'"],
  ])('refuses to search for %o', async (body, words) => {
    const answer = await search(body)
    expect([answer.status, answer.body]).toEqual([400, { code: 'VPC.1001', message: expect.stringMatching(words) }])
  })
})

describe('the project in the path', () => {
  it('has to be the member’s own; an administrator may name any', async () => {
    const member = await aMember(cloud)
    const foreign = [
      await member.get(`${api}/${id}/tags`),
      await member.get(`${api}/tags`),
      await member.request('POST', `${api}/${id}/tags`, { tag: { key: 'k', value: 'v' } }),
      await member.request('POST', `${api}/resource_instances/action`, { action: 'count' }),
      await member.request('DELETE', `${api}/${id}/tags/k`),
    ]
    for (const { status, body } of foreign) {
      expect([status, body]).toEqual([403, { code: 'VPC.1017', message: expect.stringContaining('project') }])
    }
    const own = `/v2.0/${member.project}/ipsec-site-connections`
    expect((await member.get(`${own}/tags`)).body).toEqual({ tags: [] })
    expect((await member.get(`${own}/${id}/tags`)).status).toBe(404)
    expect((await cloud.get(`${own}/tags`)).body).toEqual({ tags: [] })
    expect((await cloud.get(`${own}/${id}/tags`)).status).toBe(404)
  })

  it('gives a reader nothing', async () => {
    const reader = await aMember(cloud, 'reader')
    const { status, body } = await reader.get(`/v2.0/${reader.project}/ipsec-site-connections/tags`)
    expect([status, body.code]).toEqual([403, 'VPC.1017'])
  })
})

it('the tags of a long list are read in one statement', async () => {
  const counted = countStatements()
  const short = await counted(() => cloud.get(connections))
  for (let more = 0; more < 30; more++) {
    await cloud.make(`/openstack${connections}`, 'ipsec_site_connection', seedRequest(ground))
  }
  await act('create', [{ key: 'env', value: 'lab' }])
  const long = await counted(() => cloud.get(connections))
  expect(long.answer.body.ipsec_site_connections).toHaveLength(31)
  expect(long.statements).toBe(short.statements)
  expect(long.statements).toBeGreaterThan(1)
})

/** Runs a request and says how many statements it took. */
function countStatements() {
  let statements = 0
  const db = cloud.store.db.withPlugin({
    transformQuery: ({ node }) => {
      statements++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  Object.assign(cloud.store, { db })
  return async (request: () => Promise<Answer>) => {
    const before = statements
    const answer = await request()
    return { answer, statements: statements - before }
  }
}
