import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { aMember, type Member } from '../support/member.ts'
import { networkResources, refusal } from '../support/network-resources.ts'
import { flavours } from '../support/vpn-resources.ts'

/** Who sees which network, who may make it what, and what it says of itself. */

describe.each(flavours)('networks, $name', ({ v2 }) => {
  let cloud: TestCloud
  let make: ReturnType<typeof networkResources>
  let member: Member
  beforeAll(async () => {
    cloud = await TestCloud.open()
    make = networkResources(cloud, v2)
  })
  beforeEach(async () => {
    member = await aMember(cloud)
  })
  afterAll(() => cloud.close())

  const byMember = (method: string, path: string, body?: unknown) => member.request(method, `${v2}${path}`, body)

  it('a network of one’s own, an external and a shared one are there; another’s is not', async () => {
    const shared = await make.network({ name: 'shared', shared: true })
    const subnet = await make.subnet(shared.id, '10.4.0.0/24')
    const hidden = await make.network({ name: 'hidden' })
    const hiddenSubnet = await make.subnet(hidden.id, '10.5.0.0/24')
    await byMember('POST', '/networks', { network: { name: 'own' } })
    const names = (body: { networks: { name: string }[] }) => body.networks.map(({ name }) => name).sort()
    expect(names((await member.get(`${v2}/networks`)).body)).toEqual(['own', 'public', 'shared'])
    expect(names((await member.get(`${v2}/networks?shared=True`)).body)).toEqual(['shared'])
    expect(names((await member.get(`${v2}/networks?router%3Aexternal=True`)).body)).toEqual(['public'])
    expect((await member.get(`${v2}/subnets?network_id=${shared.id}&fields=id`)).body.subnets).toEqual([
      { id: subnet.id },
    ])
    expect((await member.get(`${v2}/networks/${hidden.id}`)).status).toBe(404)
    expect((await member.get(`${v2}/subnets/${hiddenSubnet.id}`)).status).toBe(404)
    expect((await byMember('DELETE', `/networks/${hidden.id}`)).status).toBe(404)
  })

  it('a shared or external network is used by everybody, and changed by its owner only', async () => {
    const shared = await make.network({ shared: true })
    const subnet = await make.subnet(shared.id, '10.4.0.0/24')
    const forbidden = (permission: string) => [403, 'PolicyNotAuthorized', `rule:${permission} is disallowed by policy`]
    expect(refusal(await byMember('PUT', `/networks/${shared.id}`, { network: { name: 'mine' } }))).toEqual(
      forbidden('update_network'),
    )
    expect(refusal(await byMember('DELETE', `/networks/${shared.id}`))).toEqual(forbidden('delete_network'))
    const request = { network_id: shared.id, ip_version: 4, cidr: '10.5.0.0/24' }
    expect(refusal(await byMember('POST', '/subnets', { subnet: request }))).toEqual(forbidden('create_subnet'))
    expect(refusal(await byMember('PUT', `/subnets/${subnet.id}`, { subnet: { name: 'mine' } }))).toEqual(
      forbidden('update_subnet'),
    )
    const router = (await byMember('POST', '/routers', { router: {} })).body.router
    const attached = await byMember('PUT', `/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id })
    expect(attached.status).toBe(200)
    // Whom others rely on does not become private under them.
    expect(refusal(await cloud.put(`${v2}/networks/${shared.id}`, { network: { shared: false } }))).toEqual([
      409,
      'InvalidSharedSetting',
      `Unable to reconfigure sharing settings for network ${shared.id}. Multiple tenants are using it.`,
    ])
    expect(refusal(await cloud.delete(`${v2}/networks/${shared.id}`))).toEqual([
      409,
      'NetworkInUse',
      `Unable to complete operation on network ${shared.id}. There are one or more ports still in use on the network.`,
    ])
    await byMember('PUT', `/routers/${router.id}/remove_router_interface`, { subnet_id: subnet.id })
    expect((await cloud.put(`${v2}/networks/${shared.id}`, { network: { shared: false } })).status).toBe(200)
    expect((await cloud.delete(`${v2}/networks/${shared.id}`)).status).toBe(204)
  })

  it('the owner of a shared network sees who is in it, and leaves them alone', async () => {
    const { id: network } = await make.network({ shared: true, tenant_id: member.project })
    const subnet = await make.subnet(network, '10.4.0.0/24')
    const router = await make.router()
    const { port_id } = (await make.attach(router.id, { subnet_id: subnet.id })).body
    expect((await member.get(`${v2}/ports?fields=id`)).body.ports).toEqual([{ id: port_id }])
    expect((await member.get(`${v2}/ports/${port_id}`)).body.port.device_id).toBe(router.id)
    expect(refusal(await byMember('PUT', `/ports/${port_id}/tags`, { tags: ['mine'] }))[0]).toBe(403)
    const stranger = await aMember(cloud)
    expect((await stranger.get(`${v2}/ports/${port_id}`)).status).toBe(404)
    expect((await stranger.get(`${v2}/ports`)).body.ports).toEqual([])
  })

  it('an external network stays one while routers have their gateway there', async () => {
    const external = await make.network({ 'router:external': true })
    const subnet = await make.subnet(external.id, '198.51.100.0/24')
    const inside = (id: string, isExternal: boolean) =>
      cloud.put(`${v2}/networks/${id}`, { network: { 'router:external': isExternal } })
    const router = await make.router({ external_gateway_info: { network_id: external.id } })
    expect(refusal(await inside(external.id, false))).toEqual([
      409,
      'ExternalNetworkInUse',
      `External network ${external.id} cannot be updated to be made non-external, since it has existing gateway ports.`,
    ])
    await cloud.delete(`${v2}/routers/${router.id}`)
    expect((await inside(external.id, false)).body.network['router:external']).toBe(false)
    const gone = await cloud.post(`${v2}/routers`, {
      router: { external_gateway_info: { network_id: external.id } },
    })
    expect(gone.status).toBe(400)
    const other = await make.router()
    await make.attach(other.id, { subnet_id: subnet.id })
    expect(refusal(await inside(external.id, true)).slice(0, 2)).toEqual([409, 'NetworkInUse'])
  })

  it.each([
    [{ 'router:external': true }, 'create_network:router:external'],
    [{ shared: true }, 'create_network:shared'],
    [{ 'provider:network_type': 'flat' }, 'create_network:provider:network_type'],
    [{ 'provider:physical_network': 'eth1' }, 'create_network:provider:physical_network'],
  ])('only an administrator makes a network that is %j', async (attributes, permission) => {
    expect(refusal(await byMember('POST', '/networks', { network: attributes }))).toEqual([
      403,
      'PolicyNotAuthorized',
      `rule:${permission} is disallowed by policy`,
    ])
    const usual = { 'router:external': false, shared: false, 'provider:network_type': 'local' }
    const own = await byMember('POST', '/networks', { network: usual })
    expect(own.status).toBe(201)
    const [name = '', value] = Object.entries(attributes)[0] ?? []
    if (name.startsWith('provider:')) return
    const changed = await byMember('PUT', `/networks/${own.body.network.id}`, { network: { [name]: value } })
    expect(refusal(changed)[2]).toBe(`rule:${permission.replace('create', 'update')} is disallowed by policy`)
    const same = await byMember('PUT', `/networks/${own.body.network.id}`, { network: { [name]: false, name: 'x' } })
    expect(same.status).toBe(200)
  })

  it('what a network is on the host, and how a router is spread, is shown to administrators only', async () => {
    const reserved = ['provider:network_type', 'provider:physical_network']
    const made = (await byMember('POST', '/networks', { network: {} })).body.network
    const shown = (await member.get(`${v2}/networks/${made.id}`)).body.network
    const [listed] = (await member.get(`${v2}/networks?id=${made.id}`)).body.networks
    for (const network of [made, shown, listed]) {
      expect(Object.keys(network).filter((name) => reserved.includes(name))).toEqual([])
    }
    expect((await member.get(`${v2}/networks/${made.id}?fields=provider:network_type`)).body).toEqual({ network: {} })
    const toAdmin = (await cloud.get(`${v2}/networks/${made.id}`)).body.network
    expect(Object.keys(toAdmin)).toEqual(expect.arrayContaining(reserved))
    const router = (await byMember('POST', '/routers', { router: {} })).body.router
    expect([router.distributed, router.ha]).toEqual([undefined, undefined])
    expect((await cloud.get(`${v2}/routers/${router.id}`)).body.router).toMatchObject({ distributed: false, ha: false })
  })
})

describe.each(flavours)('what network resources say of themselves, $name', ({ v2 }) => {
  let cloud: TestCloud
  let make: ReturnType<typeof networkResources>
  beforeAll(async () => {
    cloud = await TestCloud.open()
    make = networkResources(cloud, v2)
  })
  afterAll(() => cloud.close())

  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const standard = { tags: [], created_at: time, updated_at: time, revision_number: expect.any(Number) }

  it('is the full set that clients read, right after it is made and ever after', async () => {
    const network = await make.network({ name: 'office' })
    expect(network).toMatchObject({
      ...standard,
      name: 'office',
      description: '',
      admin_state_up: true,
      status: 'ACTIVE',
      shared: false,
      'router:external': false,
      subnets: [],
      mtu: 1500,
      port_security_enabled: true,
      availability_zone_hints: [],
      availability_zones: [],
      ipv4_address_scope: null,
      ipv6_address_scope: null,
      is_default: false,
    })
    const subnet = await make.subnet(network.id, '10.4.0.0/24')
    expect(subnet).toMatchObject({
      ...standard,
      enable_dhcp: true,
      dns_nameservers: [],
      host_routes: [],
      ipv6_address_mode: null,
      ipv6_ra_mode: null,
      subnetpool_id: null,
      service_types: [],
    })
    const router = await make.router()
    expect(router).toMatchObject({
      ...standard,
      external_gateway_info: null,
      routes: [],
      distributed: false,
      ha: false,
      availability_zone_hints: [],
      availability_zones: [],
      flavor_id: null,
    })
    const shown = (await cloud.get(`${v2}/networks/${network.id}`)).body.network
    expect({ ...shown, ...pick(network) }).toEqual({ ...network, subnets: [subnet.id] })
    expect((await cloud.get(`${v2}/subnets/${subnet.id}`)).body.subnet).toEqual(subnet)
    expect((await cloud.get(`${v2}/routers/${router.id}`)).body.router).toEqual(router)
  })

  it('counts every change: of the object itself, of what is in it, and of what hangs on it', async () => {
    const revisions = async (plural: string, id: string) => {
      const { body } = await cloud.get(`${v2}/${plural}/${id}?fields=revision_number`)
      return Object.values<{ revision_number: number }>(body)[0]?.revision_number ?? Number.NaN
    }
    const grows = async (plural: string, id: string, change: () => Promise<unknown>) => {
      const before = await revisions(plural, id)
      await change()
      expect(await revisions(plural, id)).toBeGreaterThan(before)
    }
    const { id: network } = await make.network()
    const { id: router } = await make.router()
    const external = await make.external()
    const rename = (plural: string, singular: string, id: string) => () =>
      cloud.put(`${v2}/${plural}/${id}`, { [singular]: { name: 'renamed' } })
    await grows('networks', network, rename('networks', 'network', network))
    let subnet = ''
    await grows('networks', network, async () => {
      subnet = (await make.subnet(network, '10.4.0.0/24')).id
    })
    await grows('subnets', subnet, rename('subnets', 'subnet', subnet))
    await grows('routers', router, rename('routers', 'router', router))
    await grows('routers', router, () => make.attach(router, { subnet_id: subnet }))
    await grows('routers', router, () => make.detach(router, { subnet_id: subnet }))
    const gateway = (info: object) => () =>
      cloud.put(`${v2}/routers/${router}`, { router: { external_gateway_info: info } })
    await grows('routers', router, gateway({ network_id: external.id }))
    await grows('routers', router, gateway({}))
    await grows('networks', network, () => cloud.delete(`${v2}/subnets/${subnet}`))
    // Looking changes nothing, nor does a change that is refused.
    const before = await revisions('networks', network)
    await cloud.put(`${v2}/networks/${network}`, { network: { mtu: 1 } })
    expect(await revisions('networks', network)).toBe(before)
  })

  it.each([
    ['networks', 'network', { port_security_enabled: false }, 'port_security_enabled', 'only true is'],
    ['networks', 'network', { is_default: true }, 'is_default', 'only false is'],
    ['networks', 'network', { availability_zone_hints: ['nova'] }, 'availability_zone_hints', 'only [] is'],
  ])('%s: %s %j is refused with what is possible', async (plural, singular, attributes, name, possible) => {
    const [status, , message] = refusal(await cloud.post(`${v2}/${plural}`, { [singular]: attributes }))
    expect(status).toBe(400)
    expect(message).toContain(`Invalid input for ${name}. Reason: ${JSON.stringify(Object.values(attributes)[0])}`)
    expect(message).toContain(possible)
  })

  it('may be sent back as it was read, where a request may have it at all', async () => {
    const network = await make.network()
    const { port_security_enabled, is_default, shared, mtu, name, description, admin_state_up } = network
    const again = { port_security_enabled, is_default, shared, mtu, name, description, admin_state_up }
    expect((await cloud.put(`${v2}/networks/${network.id}`, { network: again })).status).toBe(200)
    const { distributed, ha, routes } = await make.router()
    expect((await cloud.post(`${v2}/routers`, { router: { distributed, ha, routes } })).status).toBe(201)
  })
})

/** What a network's later look may differ in: its subnets came, which is a change. */
function pick({ updated_at, revision_number }: { updated_at: string; revision_number: number }) {
  return { updated_at, revision_number }
}
