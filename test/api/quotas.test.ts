import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, aGround, type CloudOptions, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'

/** How many objects a project may have: what holds, who may change it, and what is said to one who asks for too many. */

const otc = '/otc/v2.0'
const openstack = '/openstack/v2.0'
const everything = {
  network: -1,
  subnet: -1,
  router: -1,
  port: -1,
  vpnservice: -1,
  ikepolicy: -1,
  ipsecpolicy: -1,
  ipsec_site_connection: -1,
  endpoint_group: -1,
}

let cloud: TestCloud
let project: string
const start = async (options: CloudOptions = {}) => {
  cloud = await TestCloud.open(options)
  project = (await cloud.get(`${openstack}/quotas/tenant`)).body.tenant.tenant_id
}
beforeEach(() => start())
afterEach(() => cloud.close())

async function restart(options: CloudOptions): Promise<void> {
  await cloud.close()
  await start(options)
}

function setQuota(numbers: object, v2 = openstack): Promise<Answer> {
  return cloud.put(`${v2}/quotas/${project}`, { quota: numbers })
}

describe.each([
  { name: 'otc', v2: otc, defaults: { ...everything, vpnservice: 2, ipsec_site_connection: 12 } },
  { name: 'openstack', v2: openstack, defaults: everything },
])('administration of quotas, $name', ({ v2, defaults, name }) => {
  it('shows a project its defaults, and what is used of them', async () => {
    expect((await cloud.get(`${v2}/quotas/${project}`)).body).toEqual({ quota: defaults })
    expect((await cloud.get(`${v2}/quotas/${project}/default`)).body).toEqual({ quota: defaults })
    await cloud.make(`${v2}/vpn/ikepolicies`, 'ikepolicy', {})
    const { status, body } = await cloud.get(`${v2}/quotas/${project}/details`)
    expect(status).toBe(200)
    expect(Object.keys(body.quota)).toEqual(Object.keys(defaults))
    expect(body.quota).toMatchObject({
      ikepolicy: { limit: -1, used: 1, reserved: 0 },
      ipsec_site_connection: { limit: defaults.ipsec_site_connection, used: 0, reserved: 0 },
    })
  })

  it('an administrator sets single numbers, which the other flavour shows too, and takes them back', async () => {
    const set = await setQuota({ ipsec_site_connection: 50, network: '7' }, v2)
    const now = { ...defaults, ipsec_site_connection: 50, network: 7 }
    expect([set.status, set.body]).toEqual([200, { quota: now }])
    expect((await cloud.get(`${v2}/quotas/${project}`)).body.quota).toEqual(now)
    for (const other of [otc, openstack]) {
      const { quota } = (await cloud.get(`${other}/quotas/${project}`)).body
      expect(quota).toMatchObject({ ipsec_site_connection: 50, network: 7 })
    }
    expect((await cloud.get(`${v2}/quotas/${project}/default`)).body.quota).toEqual(defaults)
    const owner = name === 'otc' ? { tenant_id: project } : { tenant_id: project, project_id: project }
    expect((await cloud.get(`${v2}/quotas`)).body).toEqual({ quotas: [{ ...now, ...owner }] })

    const deleted = await cloud.delete(`${v2}/quotas/${project}`)
    expect([deleted.status, deleted.body]).toEqual([204, undefined])
    expect((await cloud.get(`${v2}/quotas/${project}`)).body.quota).toEqual(defaults)
    expect((await cloud.get(`${v2}/quotas`)).body).toEqual({ quotas: [] })
    const again = await cloud.delete(`${v2}/quotas/${project}`)
    expect(again.status).toBe(404)
    expect(again.body.NeutronError.message).toBe(`Quota for tenant ${project} could not be found.`)
  })

  it.each([
    [{ vpnservice: -2 }, "Invalid input for vpnservice. Reason: '-2' is too small - must be at least '-1'."],
    [{ vpnservice: 'many' }, "Invalid input for operation: 'many' is not an integer."],
    [{ spaceship: 1 }, "Unrecognized attribute(s) 'spaceship'"],
  ])('refuses %o', async (numbers, words) => {
    const { status, body } = await setQuota(numbers, v2)
    expect([status, body.NeutronError.message]).toEqual([400, words])
    expect((await cloud.get(`${v2}/quotas/${project}`)).body.quota).toEqual(defaults)
  })

  it('a member reads its own only, and changes none', async () => {
    const member = await aMember(cloud)
    const own = `${v2}/quotas/${member.project}`
    for (const path of ['', '/default', '/details']) {
      expect((await member.get(`${own}${path}`)).status).toBe(200)
      const foreign = await member.get(`${v2}/quotas/${project}${path}`)
      expect([foreign.status, foreign.body.NeutronError.message]).toEqual([
        403,
        'rule:get_quota is disallowed by policy',
      ])
    }
    expect((await member.get(`${v2}/quotas/tenant`)).body).toEqual({ tenant: { tenant_id: member.project } })
    expect((await member.get(`${v2}/quotas/project`)).body).toEqual({ project: { project_id: member.project } })
    expect((await member.get(`${v2}/quotas`)).status).toBe(403)
    const changed = await member.request('PUT', own, { quota: { vpnservice: -1 } })
    expect([changed.status, changed.body.NeutronError.type]).toEqual([403, 'PolicyNotAuthorized'])
    expect((await member.request('DELETE', own)).status).toBe(403)
    expect((await (await aMember(cloud, 'reader')).get(`${v2}/quotas/tenant`)).status).toBe(403)
  })

  it('does not know a project whose id can be none', async () => {
    for (const odd of ['%00', '%20', '%F0%9F%98%80', 'x'.repeat(256)]) {
      expect((await cloud.get(`${v2}/quotas/${odd}`)).status).toBe(404)
      expect((await cloud.put(`${v2}/quotas/${odd}`, { quota: { network: 1 } })).status).toBe(404)
    }
    expect((await cloud.get(`${v2}/quotas`)).body).toEqual({ quotas: [] })
  })

  it('is announced', async () => {
    expect((await cloud.get(`${v2}/extensions/quotas`)).status).toBe(200)
  })
})

it('a number below what there is already is taken, and refused when that was asked for', async () => {
  await cloud.make(`${openstack}/vpn/ikepolicies`, 'ikepolicy', {})
  const checked = await setQuota({ ikepolicy: 0, check_limit: true })
  expect([checked.status, checked.body.NeutronError.message]).toEqual([
    400,
    'Quota limit 0 for ikepolicy must be greater than or equal to already used 1',
  ])
  expect((await setQuota({ ikepolicy: 0, force: true })).status).toBe(200)
  expect((await cloud.get(`${openstack}/vpn/ikepolicies`)).body.ikepolicies).toHaveLength(1)
})

describe('a project that has as many as it may', () => {
  let ground: Ground
  beforeEach(async () => {
    ground = await aGround(cloud, { v2: openstack })
  })

  const requests = (): [resource: string, path: string, body: object][] => [
    ['network', '/networks', {}],
    ['subnet', '/subnets', { network_id: ground.network, ip_version: 4, cidr: '10.9.0.0/24' }],
    ['router', '/routers', {}],
    ['vpnservice', '/vpn/vpnservices', { router_id: ground.router }],
    ['ikepolicy', '/vpn/ikepolicies', {}],
    ['ipsecpolicy', '/vpn/ipsecpolicies', {}],
    ['endpoint_group', '/vpn/endpoint-groups', { type: 'cidr', endpoints: ['10.9.0.0/24'] }],
    ['ipsec_site_connection', '/vpn/ipsec-site-connections', seedRequest(ground)],
  ]

  it('is refused one more of each, and given it again when one may be more', async () => {
    for (const [resource, path, attributes] of requests()) {
      const used = (await cloud.get(`${openstack}/quotas/${project}/details`)).body.quota[resource].used
      await setQuota({ [resource]: used })
      const refused = await cloud.post(`${openstack}${path}`, { [resource]: attributes })
      expect([refused.status, refused.body.NeutronError]).toEqual([
        409,
        { type: 'OverQuota', message: `Quota exceeded for resources: ['${resource}'].`, detail: '' },
      ])
      await setQuota({ [resource]: used + 1 })
      expect((await cloud.post(`${openstack}${path}`, { [resource]: attributes })).status, resource).toBe(201)
      const { quota } = (await cloud.get(`${openstack}/quotas/${project}/details`)).body
      expect(quota[resource]).toEqual({ limit: used + 1, used: used + 1, reserved: 0 })
    }
  })

  it('is refused a router’s leg in another network', async () => {
    await setQuota({ port: 2 })
    const network = await cloud.make(`${openstack}/networks`, 'network', {})
    const request = { network_id: network.id, ip_version: 4, cidr: '10.9.0.0/24' }
    const subnet = await cloud.make(`${openstack}/subnets`, 'subnet', request)
    const answer = await cloud.put(`${openstack}/routers/${ground.router}/add_router_interface`, {
      subnet_id: subnet.id,
    })
    expect([answer.status, answer.body.NeutronError.type]).toEqual([409, 'OverQuota'])
    expect((await cloud.get(`${openstack}/ports?network_id=${network.id}`)).body.ports).toEqual([])
  })

  it('OpenStack looks at the quota before the rules, and after the attributes', async () => {
    await setQuota({ ipsec_site_connection: 0, vpnservice: 0 })
    const absent = '00000000-0000-4000-8000-00000000dead'
    const connections = `${openstack}/vpn/ipsec-site-connections`
    const unknown = { ...seedRequest(ground), vpnservice_id: absent }
    expect((await cloud.post(connections, { ipsec_site_connection: unknown })).body.NeutronError.type).toBe('OverQuota')
    const wrong = { ...unknown, mtu: 'many' }
    expect((await cloud.post(connections, { ipsec_site_connection: wrong })).body.NeutronError.type).toBe(
      'InvalidInput',
    )
    const service = { vpnservice: { router_id: absent } }
    expect((await cloud.post(`${openstack}/vpn/vpnservices`, service)).body.NeutronError.type).toBe('OverQuota')
  })

  it('Open Telekom Cloud looks at it last, but before the one service of a router', async () => {
    await setQuota({ ipsec_site_connection: 0, vpnservice: 0 })
    const connections = `${otc}/vpn/ipsec-site-connections`
    const unknown = { ...seedRequest(ground), vpnservice_id: '00000000-0000-4000-8000-00000000dead' }
    expect((await cloud.post(connections, { ipsec_site_connection: unknown })).status).toBe(404)
    const refused = await cloud.post(connections, { ipsec_site_connection: seedRequest(ground) })
    expect([refused.status, refused.body.code, refused.body.message]).toEqual([
      400,
      'VPC.1003',
      "Quota exceeded for resources: ['ipsec_site_connection'].",
    ])
    const service = { vpnservice: { router_id: ground.router } }
    expect((await cloud.post(`${otc}/vpn/vpnservices`, service)).body.code).toBe('VPC.1003')
    await setQuota({ vpnservice: -1 })
    expect((await cloud.post(`${otc}/vpn/vpnservices`, service)).body.code).toBe('VPC.1026')
  })

  it('counts a connection that only waits for its tunnel to go no more', async () => {
    await setQuota({ ipsec_site_connection: 1 })
    const connections = `${otc}/vpn/ipsec-site-connections`
    const first = await cloud.make(connections, 'ipsec_site_connection', seedRequest(ground))
    expect((await cloud.delete(`${connections}/${first.id}`)).status).toBe(204)
    expect((await cloud.get(`${connections}/${first.id}`)).body.ipsec_site_connection.status).toBe('PENDING_DELETE')
    await cloud.make(connections, 'ipsec_site_connection', seedRequest(ground))
  })
})

describe('defaults', () => {
  it('of Open Telekom Cloud allow two services, counting those of the other flavour, until an administrator raises them', async () => {
    const ground = await aGround(cloud, { v2: openstack })
    await cloud.make(`${openstack}/vpn/vpnservices`, 'vpnservice', { router_id: ground.router })
    const external = (await cloud.get(`${otc}/networks?router:external=true`)).body.networks[0].id
    const router = await cloud.make(`${otc}/routers`, 'router', { external_gateway_info: { network_id: external } })
    const third = { vpnservice: { router_id: router.id } }
    expect((await cloud.post(`${otc}/vpn/vpnservices`, third)).body.code).toBe('VPC.1003')
    await setQuota({ vpnservice: 3 }, otc)
    expect((await cloud.post(`${otc}/vpn/vpnservices`, third)).status).toBe(201)
  })

  it('of both flavours can be chosen by the operator', async () => {
    await restart({
      switches: { otc: { quotas: { vpnservice: 5, ikepolicy: 1 } }, openstack: { quotas: { network: 0 } } },
    })
    expect((await cloud.get(`${otc}/quotas/${project}`)).body.quota).toEqual({
      ...everything,
      vpnservice: 5,
      ipsec_site_connection: 12,
      ikepolicy: 1,
    })
    expect((await cloud.get(`${openstack}/quotas/${project}`)).body.quota).toEqual({ ...everything, network: 0 })
    expect((await cloud.post(`${openstack}/networks`, { network: {} })).status).toBe(409)
    await cloud.make(`${otc}/vpn/ikepolicies`, 'ikepolicy', {})
    const second = await cloud.post(`${otc}/vpn/ikepolicies`, { ikepolicy: {} })
    expect([second.status, second.body.code]).toEqual([400, 'VPC.1003'])
  })
})

it('many at once get exactly as many as there may be', async () => {
  await setQuota({ ikepolicy: 3 })
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => cloud.post(`${openstack}/vpn/ikepolicies`, { ikepolicy: {} })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(3).fill(201), ...Array(7).fill(409)])
})
