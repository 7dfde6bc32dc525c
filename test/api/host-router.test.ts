import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GatewayId } from '../../src/model/ids.ts'
import { TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'

const v2 = '/openstack/v2.0'
const onHost = { 'provider:network_type': 'flat', 'provider:physical_network': 'host' }

describe('the router that is the host itself', () => {
  let cloud: TestCloud
  let [uplink, office, lan, router, service] = ['', '', '', '', '']

  const network = async (attributes: object) => (await cloud.make(`${v2}/networks`, 'network', attributes)).id
  const subnet = async (network_id: string, cidr: string, further: object = {}) =>
    (await cloud.make(`${v2}/subnets`, 'subnet', { network_id, ip_version: 4, cidr, ...further })).id
  const refused = async (method: string, path: string, body: object) => {
    const answer = await cloud.request(method, v2 + path, body)
    return [answer.status, answer.body.NeutronError.type, answer.body.NeutronError.message]
  }

  beforeAll(async () => {
    cloud = await TestCloud.open({ capabilities: { physicalNetworks: ['trunk', 'host'] } })
    uplink = await network({ name: 'uplink', 'router:external': true, ...onHost })
    await subnet(uplink, '198.51.100.0/24', {
      ...{ gateway_ip: '198.51.100.1', allocation_pools: [{ start: '198.51.100.7', end: '198.51.100.7' }] },
    })
    // As many as the host is in, where any other physical network has one without a tag.
    office = await network({ name: 'office', ...onHost })
    lan = await subnet(office, '10.1.0.0/24')
    const wanted = { name: 'host', external_gateway_info: { network_id: uplink } }
    router = (await cloud.make(`${v2}/routers`, 'router', wanted)).id
    await cloud.put(`${v2}/routers/${router}/add_router_interface`, { subnet_id: lan })
    service = (await cloud.make(`${v2}/vpn/vpnservices`, 'vpnservice', { router_id: router })).id
  })
  afterAll(() => cloud.close())

  it("has the host's address, and the agent is told that it is the host, without next hops or networks to make", async () => {
    const shown = await cloud.get(`${v2}/vpn/vpnservices/${service}`)
    expect(shown.body.vpnservice.external_v4_ip).toBe('198.51.100.7')
    const { controlPlane } = cloud.server
    expect(await controlPlane.desired(router as GatewayId)).toMatchObject({
      ...{ present: true, onHost: true, nextHops: [] },
      attachments: expect.arrayContaining([
        expect.objectContaining({ side: 'external', network: uplink, addresses: ['198.51.100.7/24'] }),
        expect.objectContaining({ side: 'internal', network: office, addresses: ['10.1.0.1/24'] }),
      ]),
    })
    const made = (await controlPlane.desiredHost()).networks.map(({ id }) => id)
    expect(made).not.toContain(uplink)
    expect(made).not.toContain(office)
  })

  it('is one: a second router is refused the gateway', async () => {
    const { id } = await cloud.make(`${v2}/routers`, 'router', { name: 'second' })
    const info = { external_gateway_info: { network_id: uplink } }
    expect(await refused('PUT', `/routers/${id}`, { router: info })).toEqual([
      ...[409, 'HostRouterTaken'],
      `Router ${router} is this host already, and a host can be one router: network ${uplink} takes no other gateway.`,
    ])
    await cloud.delete(`${v2}/routers/${id}`)
  })

  it("has interfaces in the host's own networks only, and other routers have none there", async () => {
    const plain = await network({ name: 'plain' })
    const elsewhere = await subnet(plain, '10.9.0.0/24')
    expect(await refused('PUT', `/routers/${router}/add_router_interface`, { subnet_id: elsewhere })).toEqual([
      ...[400, 'InvalidInput'],
      `Invalid input for operation: router ${router} is this host itself, and network ${plain} is none of its own; its ` +
        "interfaces can be in networks with provider:physical_network 'host'.",
    ])
    const other = await cloud.make(`${v2}/routers`, 'router', { name: 'other' })
    expect(await refused('PUT', `/routers/${other.id}/add_router_interface`, { subnet_id: lan })).toEqual([
      ...[400, 'InvalidInput'],
      `Invalid input for operation: network ${office} is one that this host is in by itself, and only the router whose ` +
        `gateway has provider:physical_network 'host' can be in it; router ${other.id} is another.`,
    ])
    await cloud.put(`${v2}/routers/${other.id}/add_router_interface`, { subnet_id: elsewhere })
    await cloud.put(`${v2}/routers/${other.id}/remove_router_interface`, { subnet_id: elsewhere })
    await cloud.delete(`${v2}/routers/${other.id}`)
  })

  it('cannot become the host while it has interfaces elsewhere', async () => {
    const free = await TestCloud.open({ capabilities: { physicalNetworks: ['host'] } })
    const wan = await free.make(`${v2}/networks`, 'network', { 'router:external': true, ...onHost })
    await free.make(`${v2}/subnets`, 'subnet', { network_id: wan.id, ip_version: 4, cidr: '198.51.100.0/24' })
    const plain = await free.make(`${v2}/networks`, 'network', {})
    const { id } = await free.make(`${v2}/subnets`, 'subnet', {
      network_id: plain.id,
      ip_version: 4,
      cidr: '10.1.0.0/24',
    })
    const edge = await free.make(`${v2}/routers`, 'router', {})
    await free.put(`${v2}/routers/${edge.id}/add_router_interface`, { subnet_id: id })
    const info = { external_gateway_info: { network_id: wan.id } }
    const { status, body } = await free.put(`${v2}/routers/${edge.id}`, { router: info })
    expect([status, body.NeutronError.message]).toEqual([400, expect.stringContaining('is this host itself')])
    expect((await free.get(`${v2}/routers/${edge.id}`)).body.router.external_gateway_info).toBeNull()
    await free.close()
  })

  it('is for administrators', async () => {
    const member = await aMember(cloud)
    const info = { external_gateway_info: { network_id: uplink } }
    const { status, body } = await member.request('POST', `${v2}/routers`, { router: info })
    expect([status, body.NeutronError.type]).toEqual([403, 'PolicyNotAuthorized'])
  })

  it('has no VLANs', async () => {
    const vlan = { ...onHost, 'provider:network_type': 'vlan', 'provider:segmentation_id': 5 }
    expect(await refused('POST', '/networks', { network: vlan })).toEqual([
      ...[400, 'InvalidInput'],
      "Invalid input for operation: physical_network 'host' unknown for VLAN provider network; " +
        "provider:physical_network can be 'trunk'.",
    ])
  })

  it('keeps its uplink and its peers outside of tunnels', async () => {
    const ike = await cloud.make(`${v2}/vpn/ikepolicies`, 'ikepolicy', {})
    const ipsec = await cloud.make(`${v2}/vpn/ipsecpolicies`, 'ipsecpolicy', {})
    const group = async (type: string, endpoint: string) =>
      (await cloud.make(`${v2}/vpn/endpoint-groups`, 'endpoint_group', { type, endpoints: [endpoint] })).id
    const connection = {
      ...{ vpnservice_id: service, ikepolicy_id: ike.id, ipsecpolicy_id: ipsec.id, psk: 'secret' },
      ...{ peer_address: '203.0.113.9', peer_id: '203.0.113.9', local_ep_group_id: await group('subnet', lan) },
    }
    for (const [cidr, what] of [
      ['0.0.0.0/0', '198.51.100.0/24'],
      ['198.51.100.128/25', '198.51.100.0/24'],
      ['203.0.113.0/24', '203.0.113.9'],
    ] as const) {
      const wanted = { ...connection, peer_ep_group_id: await group('cidr', cidr) }
      expect(await refused('POST', '/vpn/ipsec-site-connections', { ipsec_site_connection: wanted })).toEqual([
        ...[400, 'InvalidInput'],
        `Invalid input for operation: peer network ${cidr} reaches over ${what}, which this router, being the host ` +
          'itself, needs outside of any tunnel; peer networks can be anything beside that.',
      ])
    }
    const wanted = { ...connection, peer_ep_group_id: await group('cidr', '10.2.0.0/24') }
    const { id } = await cloud.make(`${v2}/vpn/ipsec-site-connections`, 'ipsec_site_connection', wanted)
    const moved = { ipsec_site_connection: { peer_address: '10.2.0.9' } }
    const [status, , words] = await refused('PUT', `/vpn/ipsec-site-connections/${id}`, moved)
    expect([status, words]).toEqual([400, expect.stringContaining('peer network 10.2.0.0/24 reaches over 10.2.0.9')])
  })
})
