import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { until } from '../support/until.ts'

/** Create, show, list, update, delete of every resource, in both flavours, and what stands in each one's way. */

const flavours = [
  { name: 'otc', v2: '/otc/v2.0', sha256: 'sha2-256', foreign: 'sha256' },
  { name: 'openstack', v2: '/openstack/v2.0', sha256: 'sha256', foreign: 'sha2-256' },
] as const

let cloud: TestCloud
beforeEach(async () => {
  cloud = await TestCloud.open()
})
afterEach(() => cloud.close())

describe.each(flavours)('IKE and IPsec policies, $name', ({ name, v2, sha256, foreign }) => {
  it.each([
    ['ikepolicy', 'ikepolicies', 'IKEPolicyNotFound'],
    ['ipsecpolicy', 'ipsecpolicies', 'IPsecPolicyNotFound'],
  ])('%s: made with defaults, shown, listed, changed in part, deleted', async (singular, plural, notFound) => {
    const path = `${v2}/vpn/${plural}`
    const made = await cloud.make(path, singular, { name: 'first' })
    expect(made).toMatchObject({
      name: 'first',
      description: '',
      auth_algorithm: 'sha1',
      encryption_algorithm: 'aes-128',
      pfs: 'group5',
      lifetime: { units: 'seconds', value: 3600 },
    })
    expect('project_id' in made).toBe(name === 'openstack')
    expect((await cloud.get(`${path}/${made.id}`)).body).toEqual({ [singular]: made })
    expect((await cloud.get(path)).body).toEqual({ [plural]: [made] })

    const changed = await cloud.put(`${path}/${made.id}`, {
      [singular]: { lifetime: { value: 7200 }, auth_algorithm: sha256 },
    })
    expect(changed.status).toBe(200)
    expect(changed.body[singular]).toMatchObject({
      name: 'first',
      auth_algorithm: sha256,
      lifetime: { units: 'seconds', value: 7200 },
    })

    expect((await cloud.delete(`${path}/${made.id}`)).status).toBe(204)
    const gone = await cloud.get(`${path}/${made.id}`)
    expect(gone.status).toBe(404)
    expect(gone.body.NeutronError).toMatchObject({ type: notFound, detail: '' })
  })

  it('knows only its own spelling of an algorithm', async () => {
    const answer = await cloud.post(`${v2}/vpn/ikepolicies`, { ikepolicy: { auth_algorithm: foreign } })
    expect(answer.status).toBe(400)
    expect(answer.body.NeutronError.message).toBe(
      `Invalid input for auth_algorithm. Reason: ${foreign} is not in valid_values.`,
    )
  })

  it('shows an algorithm stored in the other flavour in its own words', async () => {
    const other = flavours.find((each) => each.name !== name)
    const made = await cloud.make(`${other?.v2}/vpn/ikepolicies`, 'ikepolicy', { auth_algorithm: other?.sha256 })
    expect((await cloud.get(`${v2}/vpn/ikepolicies/${made.id}`)).body.ikepolicy.auth_algorithm).toBe(sha256)
  })
})

describe.each(flavours)('what a connection stands on, $name', ({ name, v2 }) => {
  let ground: Ground
  let connection: { id: string }
  const connections = `${v2}/vpn/ipsec-site-connections`
  beforeEach(async () => {
    ground = await aGround(cloud, { v2 })
    connection = await cloud.make(connections, 'ipsec_site_connection', seedRequest(ground))
  })

  it.each([
    ['vpnservices', 'vpnservice_id', 'VPNServiceInUse'],
    ['ikepolicies', 'ikepolicy_id', 'IKEPolicyInUse'],
    ['ipsecpolicies', 'ipsecpolicy_id', 'IPsecPolicyInUse'],
    ['endpoint-groups', 'local_ep_group_id', 'EndpointGroupInUse'],
    ['endpoint-groups', 'peer_ep_group_id', 'EndpointGroupInUse'],
  ] as const)(
    '%s cannot be deleted while a connection names it as %s, and can right after',
    async (plural, key, type) => {
      const refused = await cloud.delete(`${v2}/vpn/${plural}/${ground[key]}`)
      expect(refused.status).toBe(409)
      expect(refused.body.NeutronError.type).toBe(type)
      expect((await cloud.delete(`${connections}/${connection.id}`)).status).toBe(204)
      expect((await cloud.delete(`${v2}/vpn/${plural}/${ground[key]}`)).status).toBe(204)
      expect((await cloud.get(`${connections}/${connection.id}`)).status).toBe(404)
    },
  )

  it('the router keeps its gateway and interface while a service and a connection use them', async () => {
    const cleared = await cloud.put(`${v2}/routers/${ground.router}`, { router: { external_gateway_info: null } })
    expect([cleared.status, cleared.body.NeutronError.type]).toEqual([409, 'RouterInUse'])
    expect((await cloud.delete(`${v2}/routers/${ground.router}`)).status).toBe(409)
    const detached = await cloud.put(`${v2}/routers/${ground.router}/remove_router_interface`, {
      subnet_id: ground.subnet,
    })
    expect([detached.status, detached.body.NeutronError.type]).toEqual([409, 'SubnetInUseByIPsecSiteConnection'])
    const deleted = await cloud.delete(`${v2}/subnets/${ground.subnet}`)
    expect([deleted.status, deleted.body.NeutronError.type]).toEqual([409, 'SubnetInUseByEndpointGroup'])
  })

  it('a connection that is being set up is not changed, but bad values are refused first', async () => {
    const path = `${connections}/${connection.id}`
    const invalid = await cloud.put(path, { ipsec_site_connection: { mtu: 'many' } })
    expect(invalid.body.NeutronError.type).toBe('InvalidInput')
    const pending = await cloud.put(path, { ipsec_site_connection: { name: 'other' } })
    expect([pending.status, pending.body.NeutronError.type]).toEqual([400, 'VPNStateInvalidToUpdate'])
  })

  it('changes what it may and refuses the rest', async () => {
    await settle(ground)
    const path = `${connections}/${connection.id}`
    const changed = await cloud.put(path, { ipsec_site_connection: { name: 'renamed', psk: 'another-key' } })
    expect(changed.status).toBe(200)
    expect(changed.body.ipsec_site_connection).toMatchObject({ name: 'renamed', psk: 'another-key', status: 'DOWN' })
    const fixed = await cloud.put(path, { ipsec_site_connection: { vpnservice_id: ground.vpnservice_id } })
    expect(fixed.body.NeutronError.message).toBe('Cannot update read-only attribute vpnservice_id')
  })

  it('a policy in use: changed at will in the OTC flavour, in the OpenStack flavour not at all', async () => {
    await settle(ground)
    const changed = await cloud.put(`${v2}/vpn/ikepolicies/${ground.ikepolicy_id}`, { ikepolicy: { pfs: 'group15' } })
    expect(changed.status).toBe(name === 'otc' ? 200 : 409)
    const group = async () =>
      (await cloud.server.controlPlane.desired(ground.router as never)).connections[0]?.ike.group
    // The running tunnel keeps what it was made with until its connection is changed.
    expect(await group()).toBe('group14')
    await cloud.put(`${connections}/${connection.id}`, { ipsec_site_connection: { name: 'taken up' } })
    expect(await group()).toBe(name === 'otc' ? 'group15' : 'group14')
  })

  async function settle({ router }: Ground): Promise<void> {
    const { revision } = await cloud.server.controlPlane.desired(router as never)
    await cloud.server.controlPlane.report({
      gateway: router as never,
      revision,
      connections: [{ connection: connection.id as never, state: 'down' }],
    })
  }
})

describe('networks', () => {
  it('gives a gateway the lowest free address of the external network, and no address twice', async () => {
    const [external] = (await cloud.get('/v2.0/networks?router:external=True')).body.networks
    const gateway = { external_gateway_info: { network_id: external.id } }
    const one = await cloud.make('/v2.0/routers', 'router', gateway)
    const two = await cloud.make('/v2.0/routers', 'router', gateway)
    const addresses = [one, two].map((router) => router.external_gateway_info.external_fixed_ips[0].ip_address)
    expect(addresses).toEqual(['172.24.4.2', '172.24.4.3'])
  })

  it('knows an IPv6 address however it is written', async () => {
    const network = await cloud.make('/v2.0/networks', 'network', { 'router:external': true })
    const subnet = { network_id: network.id, ip_version: 6, cidr: '2001:db8:9::/64', gateway_ip: '2001:DB8:9:0::1' }
    expect((await cloud.make('/v2.0/subnets', 'subnet', subnet)).gateway_ip).toBe('2001:db8:9::1')
    const router = (ip_address: string) =>
      cloud.post('/v2.0/routers', {
        router: { external_gateway_info: { network_id: network.id, external_fixed_ips: [{ ip_address }] } },
      })
    expect((await router('2001:db8:9::5')).status).toBe(201)
    expect((await router('2001:DB8:9:0:0::5')).status).toBe(409)
    expect((await router('2001:DB8:9::1')).status).toBe(409)
  })

  it('answers an interface with its port, which is listed', async () => {
    const ground = await aGround(cloud)
    const { ports } = (await cloud.get(`/v2.0/ports?device_id=${ground.router}`)).body
    expect(ports.map((port: { device_owner: string }) => port.device_owner).sort()).toEqual([
      'network:router_gateway',
      'network:router_interface',
    ])
    const inner = ports.find((port: { device_owner: string }) => port.device_owner === 'network:router_interface')
    expect(inner.fixed_ips).toEqual([{ subnet_id: ground.subnet, ip_address: '10.1.0.1' }])
  })

  it('refuses two subnets on one router that overlap', async () => {
    const ground = await aGround(cloud)
    const network = await cloud.make('/v2.0/networks', 'network', {})
    const subnet = await cloud.make('/v2.0/subnets', 'subnet', {
      network_id: network.id,
      ip_version: 4,
      cidr: '10.1.0.0/16',
    })
    const answer = await cloud.put(`/v2.0/routers/${ground.router}/add_router_interface`, { subnet_id: subnet.id })
    expect(answer.status).toBe(400)
    expect(answer.body.NeutronError.message).toContain('overlaps with cidr 10.1.0.0/24')
  })

  it('refuses what this host cannot make', async () => {
    const answer = await cloud.post('/v2.0/networks', { network: { 'provider:network_type': 'vxlan' } })
    expect(answer.status).toBe(400)
    expect(answer.body.NeutronError.message).toContain(
      "network_type value 'vxlan' not supported; provider:network_type can be 'local'",
    )
  })
})

describe('back-end', () => {
  it('refuses what it cannot carry when it is asked for, with field and value', async () => {
    await cloud.close()
    cloud = await TestCloud.open({ capabilities: { backend: 'user-space', protocols: ['esp'], modes: ['tunnel'] } })
    const v2 = '/openstack/v2.0'
    const ground = await aGround(cloud, { v2 })
    const create = async (policy: object) => {
      const { id } = await cloud.make(`${v2}/vpn/ipsecpolicies`, 'ipsecpolicy', policy)
      const request = { ...seedRequest(ground), ipsecpolicy_id: id }
      return cloud.post(`${v2}/vpn/ipsec-site-connections`, { ipsec_site_connection: request })
    }
    for (const [attribute, value] of [
      ['transform_protocol', 'ah'],
      ['transform_protocol', 'ah-esp'],
      ['encapsulation_mode', 'transport'],
    ]) {
      const { status, body } = await create({ [String(attribute)]: value })
      expect([status, body.NeutronError.type]).toEqual([400, 'IpsecValidationFailure'])
      expect(body.NeutronError.message).toBe(
        `IPSec does not support IPsec Policy attribute ${attribute} with value '${value}'`,
      )
    }
  })
})

describe('a peer given by name, OpenStack flavour', () => {
  const v2 = '/openstack/v2.0'
  const connections = `${v2}/vpn/ipsec-site-connections`

  it('is resolved when asked and stored as the address, and nobody waits for the answer but who asked', async () => {
    await cloud.close()
    const answers: ((address: string) => void)[] = []
    const resolve = () => new Promise<string>((given) => answers.push(given))
    cloud = await TestCloud.open({ resolver: { resolve } })
    const request = { ...seedRequest(await aGround(cloud, { v2 })), peer_address: 'branch.example.org' }
    const creating = cloud.post(connections, { ipsec_site_connection: request })
    const answer = await until(() => answers[0], { what: 'the question' })
    // The database is free meanwhile, for reading and for writing.
    expect((await cloud.get(connections)).body.ipsec_site_connections).toEqual([])
    await cloud.make(`${v2}/vpn/ikepolicies`, 'ikepolicy', {})
    answer('203.0.113.7')
    const { status, body } = await creating
    expect([status, body.ipsec_site_connection.peer_address]).toEqual([201, '203.0.113.7'])
  })

  it('that nobody knows is refused', async () => {
    const request = { ...seedRequest(await aGround(cloud, { v2 })), peer_address: 'nobody.example.org' }
    const { status, body } = await cloud.post(connections, { ipsec_site_connection: request })
    expect([status, body.NeutronError.type]).toEqual([400, 'VPNPeerAddressNotResolved'])
    expect((await cloud.get(connections)).body.ipsec_site_connections).toEqual([])
  })
})

describe('lists', () => {
  it('filter by any attribute, repeated values meaning any of them, and narrow to fields', async () => {
    for (const name of ['one', 'two', 'three']) await cloud.make('/v2.0/vpn/ikepolicies', 'ikepolicy', { name })
    const answer = await cloud.get('/v2.0/vpn/ikepolicies?name=one&name=three&fields=name&fields=nothing')
    expect(
      answer.body.ikepolicies.sort((a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)),
    ).toEqual([{ name: 'one' }, { name: 'three' }])
    expect((await cloud.get('/v2.0/vpn/ikepolicies?name=four')).body).toEqual({ ikepolicies: [] })
  })
})

describe('an object that was made in the other flavour', () => {
  it('is shown as it is, also where the flavour that shows it is stricter', async () => {
    const ground = await aGround(cloud, { v2: '/openstack/v2.0' })
    const service = await cloud.make('/openstack/v2.0/vpn/vpnservices', 'vpnservice', {
      router_id: ground.router,
      subnet_id: ground.subnet,
    })
    const { local_ep_group_id: _local, peer_ep_group_id: _peer, ...request } = seedRequest(ground)
    const made = await cloud.make('/openstack/v2.0/vpn/ipsec-site-connections', 'ipsec_site_connection', {
      ...request,
      vpnservice_id: service.id,
      peer_cidrs: ['10.3.0.0/24'],
      mtu: 1400,
    })
    const { body } = await cloud.get(`/otc/v2.0/vpn/ipsec-site-connections/${made.id}`)
    expect(body.ipsec_site_connection).toMatchObject({ local_ep_group_id: null, peer_ep_group_id: null, mtu: 1400 })
  })
})
