import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aGround, type Ground, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'

/** VPCs, as the vendor's tools see routers and subnets, and their ids in the VPN API (`flavours.md` §2 rows 38 and 39). */

let cloud: TestCloud
let ground: Ground
let project: string
/** Path of the VPC API in the project. */
let api: string

beforeEach(async () => {
  cloud = await TestCloud.open()
  ground = await aGround(cloud)
  project = (await cloud.get('/v2.0/quotas/tenant')).body.tenant.tenant_id
  api = `/v1/${project}`
})
afterEach(() => cloud.close())

/** A further subnet in a network, behind the router or not. */
async function aSubnet(network: string, cidr: string, attributes: object = {}): Promise<string> {
  const request = { network_id: network, ip_version: cidr.includes(':') ? 6 : 4, cidr, ...attributes }
  return (await cloud.make('/v2.0/subnets', 'subnet', request)).id
}

async function attach(subnet_id: string): Promise<void> {
  const answer = await cloud.put(`/v2.0/routers/${ground.router}/add_router_interface`, { subnet_id })
  expect(answer.status).toBe(200)
}

describe('VPCs', () => {
  it('are the routers, under the same ids', async () => {
    const vpc = {
      id: ground.router,
      name: 'edge',
      description: '',
      cidr: '',
      status: 'OK',
      routes: [],
      enable_shared_snat: false,
    }
    expect((await cloud.get(`${api}/vpcs`)).body).toEqual({ vpcs: [vpc] })
    for (const prefix of ['', '/otc']) {
      const { status, body } = await cloud.get(`${prefix}${api}/vpcs/${vpc.id}`)
      expect([status, body]).toEqual([200, { vpc }])
    }
    expect((await cloud.get(`/v2.0/routers/${vpc.id}`)).body.router.id).toBe(vpc.id)
  })

  it('their subnets have the network’s id, and say which subnet the VPN API means', async () => {
    const id = await aSubnet((await cloud.make('/v2.0/networks', 'network', {})).id, '10.7.0.0/24', {
      name: 'with-names',
      dns_nameservers: ['192.0.2.1', '192.0.2.2'],
    })
    await attach(id)
    const subnet = (await cloud.get(`${api}/subnets?name=with-names`)).body.subnets[0]
    expect(subnet).toEqual({
      id: subnet.neutron_network_id,
      name: 'with-names',
      description: '',
      cidr: '10.7.0.0/24',
      gateway_ip: '10.7.0.1',
      dhcp_enable: true,
      primary_dns: '192.0.2.1',
      secondary_dns: '192.0.2.2',
      dnsList: ['192.0.2.1', '192.0.2.2'],
      status: 'ACTIVE',
      vpc_id: ground.router,
      neutron_network_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      neutron_subnet_id: id,
    })
    expect((await cloud.get(`${api}/subnets/${subnet.id}`)).body).toEqual({ subnet })
    expect((await cloud.get(`${api}/subnets/${id}`)).body).toEqual({ subnet })
  })

  it('list in parts and by what they are', async () => {
    const ids = [ground.router]
    for (const name of ['b', 'c']) ids.push((await cloud.make('/v2.0/routers', 'router', { name })).id)
    ids.sort()
    const listed = async (query: string) =>
      (await cloud.get(`${api}/vpcs?${query}`)).body.vpcs.map(({ id }: { id: string }) => id)
    expect(await listed('')).toEqual(ids)
    expect(await listed('limit=2')).toEqual(ids.slice(0, 2))
    expect(await listed(`limit=2&marker=${ids[1]}`)).toEqual(ids.slice(2))
    expect(await listed(`marker=${ids[2]}`)).toEqual([])
    expect(await listed('name=edge')).toEqual([ground.router])
    expect(await listed(`name=edge&id=${ids.find((id) => id !== ground.router)}`)).toEqual([])
    const subnets = async (query: string) => (await cloud.get(`${api}/subnets?${query}`)).body.subnets.length
    expect(await subnets(`vpc_id=${ground.router}`)).toBe(1)
    expect(await subnets(`vpc_id=${ids.find((id) => id !== ground.router)}`)).toBe(0)
    expect((await cloud.get(`${api}/vpcs?limit=many`)).status).toBe(400)
  })

  it('a network of several subnets has each under its own id, and one that no router reaches is in no VPC', async () => {
    const second = await aSubnet(ground.network, '10.1.1.0/24')
    await attach(second)
    await aSubnet((await cloud.make('/v2.0/networks', 'network', {})).id, '10.8.0.0/24')
    const { subnets } = (await cloud.get(`${api}/subnets`)).body
    expect(subnets.map(({ id }: { id: string }) => id).sort()).toEqual([ground.subnet, second].sort())
  })

  it('refuse in the vendor’s form what is not there, is somebody else’s, or cannot be done here', async () => {
    const absent = '00000000-0000-4000-8000-00000000dead'
    for (const path of ['vpcs', 'subnets']) {
      const unknown = await cloud.get(`${api}/${path}/${absent}`)
      expect([unknown.status, unknown.body]).toEqual([
        404,
        { code: 'VPC.1001', message: expect.stringContaining(absent) },
      ])
      expect((await cloud.post(`${api}/${path}`, {})).status).toBe(405)
    }
    const member = await aMember(cloud)
    const foreign = await member.get(`${api}/vpcs`)
    expect([foreign.status, foreign.body.code]).toEqual([403, 'VPC.1017'])
    expect((await member.get(`/v1/${member.project}/vpcs`)).body).toEqual({ vpcs: [] })
    expect((await member.get(`/v1/${member.project}/vpcs/${ground.router}`)).status).toBe(404)
    expect((await cloud.get(`/v1/${member.project}/vpcs/${ground.router}`)).status).toBe(404)
    const reader = await aMember(cloud, 'reader')
    expect((await reader.get(`/v1/${reader.project}/vpcs`)).status).toBe(403)
    expect((await cloud.request('GET', `${api}/vpcs`, undefined, { 'x-auth-token': '' })).status).toBe(401)
  })

  it('are not of OpenStack’s flavour', async () => {
    expect((await cloud.get(`/openstack${api}/vpcs`)).status).toBe(404)
  })
})

describe('an endpoint group of subnets', () => {
  const group = (endpoints: readonly string[], v2 = '/v2.0') =>
    cloud.post(`${v2}/vpn/endpoint-groups`, { endpoint_group: { type: 'subnet', endpoints } })

  it('takes the id of a network with one subnet for that subnet’s', async () => {
    const { status, body } = await group([ground.network])
    expect([status, body.endpoint_group.endpoints]).toEqual([201, [ground.subnet]])
  })

  it('does not take a network with several subnets, nor the same subnet twice', async () => {
    const twice = await group([ground.network, ground.subnet])
    expect([twice.status, twice.body.message]).toEqual([400, expect.stringContaining('Endpoints have to be unique')])
    await aSubnet(ground.network, '10.1.1.0/24')
    const several = await group([ground.network])
    expect([several.status, several.body.NeutronError.type]).toEqual([400, 'NonExistingSubnetInEndpointGroup'])
  })

  it('takes no network of another project, and none in OpenStack’s flavour', async () => {
    const member = await aMember(cloud)
    const request = { endpoint_group: { type: 'subnet', endpoints: [ground.network] } }
    expect((await member.request('POST', '/v2.0/vpn/endpoint-groups', request)).status).toBe(400)
    expect((await group([ground.network], '/openstack/v2.0')).status).toBe(400)
  })
})
