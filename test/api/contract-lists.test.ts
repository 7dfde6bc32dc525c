import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { tokenOf } from '../support/people.ts'
import { flavours, vpnResources } from '../support/vpn-resources.ts'

/** What a list is asked by: `classic-api.md` §0.1 and §0.2. */

let cloud: TestCloud
const a = { id: 'aa000000000000000000000000000000', name: 'a' }
const b = { id: 'bb000000000000000000000000000000', name: 'b' }

describe.each(flavours)('lists, $name', ({ name, v2 }) => {
  const policies = `${v2}/vpn/ikepolicies`
  const groups = `${v2}/vpn/endpoint-groups`
  const connections = `${v2}/vpn/ipsec-site-connections`
  let ground: Ground
  let connection: { id: string; tenant_id: string }
  let member: string

  beforeAll(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
    connection = await cloud.make(connections, 'ipsec_site_connection', { ...seedRequest(ground), name: 'only' })
    member = await tokenOf(cloud, { name: 'a', project: a, roles: ['member'] })
    for (const [policy, tenant_id] of [
      ['one', a.id],
      ['two', b.id],
      ['One', b.id],
    ]) {
      await cloud.make(policies, 'ikepolicy', { name: policy, tenant_id })
    }
  })
  afterAll(() => cloud.close())

  async function names(path: string): Promise<string[]> {
    const { status, body } = await cloud.get(path)
    expect([status, body.NeutronError]).toEqual([200, undefined])
    const [list] = Object.values<{ name: string }[]>(body)
    return (list ?? []).map((each) => each.name).sort()
  }
  async function refused(path: string): Promise<readonly [string, string]> {
    const { status, body } = await cloud.get(path)
    expect(status).toBe(400)
    return [body.NeutronError.type, body.NeutronError.message]
  }

  it('one key twice is either, two keys are both, and case matters', async () => {
    expect(await names(`${policies}?name=one&name=two`)).toEqual(['one', 'two'])
    expect(await names(`${policies}?name=two&tenant_id=${a.id}`)).toEqual([])
    expect(await names(`${policies}?name=two&tenant_id=${b.id}`)).toEqual(['two'])
    expect(await names(`${policies}?name=ONE`)).toEqual([])
  })

  it('both names of the owner filter, and both together have to hold', async () => {
    expect(await names(`${policies}?tenant_id=${b.id}`)).toEqual(['One', 'two'])
    expect(await names(`${policies}?project_id=${b.id}`)).toEqual(['One', 'two'])
    expect(await names(`${policies}?project_id=${a.id}&tenant_id=${a.id}`)).toEqual(['one'])
    expect(await names(`${policies}?project_id=${a.id}&tenant_id=${b.id}`)).toEqual([])
  })

  it('a member sees its project, whatever it asks for', async () => {
    const { body } = await cloud.request('GET', `${policies}?project_id=${b.id}`, undefined, { 'x-auth-token': member })
    expect(body.ikepolicies).toEqual([])
    const all = await cloud.request('GET', `${policies}?fields=name`, undefined, { 'x-auth-token': member })
    expect(all.body.ikepolicies).toEqual([{ name: 'one' }])
  })

  it('unknown keys, empty values, and what cannot be compared are as if not asked', async () => {
    const all = await names(policies)
    for (const query of ['nonsense=1', 'name=', 'lifetime=60', 'description=&fields=name']) {
      expect(await names(`${policies}?${query}`)).toEqual(all)
    }
    expect(await names(`${groups}?endpoints=10.2.0.0/24`)).toEqual(await names(groups))
    for (const query of ['dpd=1', 'peer_cidrs=10.0.0.0/8']) {
      expect(await names(`${connections}?${query}`)).toEqual(['only'])
    }
  })

  it.each(vpnResources)('$plural are found by id', async ({ path, plural }) => {
    const [{ id }] = (await cloud.get(`${v2}${path}?limit=1&fields=id`)).body[plural]
    const { body } = await cloud.get(`${v2}${path}?id=${id}&fields=id&fields=nothing`)
    expect(body).toEqual({ [plural]: [{ id }] })
    expect((await cloud.get(`${v2}${path}?id=00000000-0000-4000-8000-00000000dead`)).body).toEqual({ [plural]: [] })
  })

  it('connections are found by any of their attributes, in the type of each', async () => {
    const found = [
      'admin_state_up=True',
      'admin_state_up=1',
      'mtu=1500',
      'auth_mode=psk',
      'route_mode=static',
      'initiator=bi-directional',
      'status=PENDING_CREATE',
      'peer_id=172.24.4.233',
      'peer_address=172.24.4.233',
      `vpnservice_id=${ground.vpnservice_id}`,
      `ikepolicy_id=${ground.ikepolicy_id}`,
      `ipsecpolicy_id=${ground.ipsecpolicy_id}`,
      `local_ep_group_id=${ground.local_ep_group_id}`,
      `peer_ep_group_id=${ground.peer_ep_group_id}`,
    ]
    for (const query of found) expect(await names(`${connections}?${query}`), query).toEqual(['only'])
    const not = ['admin_state_up=false', 'mtu=1400', 'status=ACTIVE', 'initiator=response-only']
    for (const query of not) expect(await names(`${connections}?${query}`), query).toEqual([])
    expect(await refused(`${connections}?mtu=many`)).toEqual([
      'InvalidInput',
      "Invalid input for operation: 'many' is not an integer.",
    ])
    expect(await refused(`${connections}?admin_state_up=perhaps`)).toEqual([
      'InvalidInput',
      "Invalid input for operation: 'perhaps' cannot be converted to boolean.",
    ])
  })

  it('services are found by router and state', async () => {
    const path = `${v2}/vpn/vpnservices`
    for (const query of [`router_id=${ground.router}`, 'admin_state_up=yes', 'external_v4_ip=172.24.4.2']) {
      expect((await cloud.get(`${path}?${query}&fields=id`)).body.vpnservices, query).toEqual([
        { id: ground.vpnservice_id },
      ])
    }
    expect((await cloud.get(`${path}?router_id=${ground.subnet}`)).body.vpnservices).toEqual([])
  })

  it('algorithms are asked for in the flavour’s words', async () => {
    const path = `${v2}/vpn/ipsecpolicies`
    const [own, foreign] = name === 'otc' ? ['sha2-384', 'sha384'] : ['sha384', 'sha2-384']
    await cloud.make(path, 'ipsecpolicy', { name: 'strong', auth_algorithm: own })
    expect(await names(`${path}?auth_algorithm=${own}`)).toEqual(['strong'])
    expect(await names(`${path}?auth_algorithm=${foreign}`)).toEqual([])
  })

  it('endpoint groups are found by type under both names that clients send', async () => {
    for (const key of ['endpoint_type', 'type']) {
      const { body } = await cloud.get(`${groups}?${key}=subnet&fields=id&fields=type`)
      expect(body.endpoint_groups).toEqual([{ id: ground.local_ep_group_id, type: 'subnet' }])
    }
  })

  it('an answer has the fields that are asked for and exist, of the owner too', async () => {
    const one = `${connections}/${connection.id}`
    const shown = async (query: string) => (await cloud.get(`${one}?${query}`)).body.ipsec_site_connection
    expect(await shown('fields=id&fields=name')).toEqual({ id: connection.id, name: 'only' })
    expect(await shown('fields=id,name')).toEqual({})
    expect(await shown('fields=nonsense')).toEqual({})
    expect(await shown('fields=tenant_id')).toEqual({ tenant_id: connection.tenant_id })
    expect(await shown('fields=project_id')).toEqual(name === 'openstack' ? { project_id: connection.tenant_id } : {})
    expect((await shown('fields=')).id).toBe(connection.id)
    expect((await shown('name=other')).id).toBe(connection.id)
  })

  it.each(vpnResources)('$plural are sorted by id, owner and name', async ({ path, plural }) => {
    for (const key of ['id', 'tenant_id', 'project_id', 'name']) {
      const { status } = await cloud.get(`${v2}${path}?sort_key=${key}&sort_dir=desc`)
      expect([key, status]).toEqual([key, 200])
    }
    const router = await cloud.get(`${v2}${path}?sort_key=router_id&sort_dir=asc`)
    expect(router.status).toBe(plural === 'vpnservices' ? 200 : 400)
    for (const key of ['description', 'status', 'type', 'nonsense', 'constructor']) {
      expect(await refused(`${v2}${path}?sort_key=${key}&sort_dir=asc`)).toEqual([
        'HTTPBadRequest',
        `['${key}'] is invalid attribute for sort_keys`,
      ])
    }
  })

  it('sorts by several keys, each with its direction', async () => {
    const { body } = await cloud.get(
      `${policies}?sort_key=tenant_id&sort_dir=desc&sort_key=name&sort_dir=asc&project_id=${a.id}&project_id=${b.id}&fields=name`,
    )
    expect(body.ikepolicies).toEqual([{ name: 'One' }, { name: 'two' }, { name: 'one' }])
  })

  it.each([
    ['limit=-1', 'BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not '-1'."],
    ['limit=x', 'BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not 'x'."],
    ['limit=1.5', 'BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not '1.5'."],
    ['sort_key=name', 'HTTPBadRequest', 'The number of sort_keys and sort_dirs must be same'],
    ['sort_dir=asc', 'HTTPBadRequest', 'The number of sort_keys and sort_dirs must be same'],
    [
      'sort_key=name&sort_dir=up',
      'HTTPBadRequest',
      "['up'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'",
    ],
  ])('%s is refused', async (query, type, message) => {
    for (const { path } of vpnResources) expect(await refused(`${v2}${path}?${query}`)).toEqual([type, message])
  })

  it('a limit of any size is one', async () => {
    expect(await names(`${policies}?limit=99999999999999999999`)).toEqual(await names(policies))
  })
})
