import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What may not be taken from under a VPN: `semantics.md` §3, with its types and words. */

describe.each(flavours)('$name', ({ name, v2 }) => {
  let cloud: TestCloud
  let ground: Ground
  beforeEach(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
  })
  afterEach(() => cloud.close())

  function conflict({ status, body }: Answer): readonly [number, string, string] {
    return [status, body.NeutronError.type, body.NeutronError.message]
  }
  const router = () => `${v2}/routers/${ground.router}`
  const detach = () => cloud.put(`${router()}/remove_router_interface`, { subnet_id: ground.subnet })
  const removeAll = async (...paths: string[]) => {
    for (const path of paths) expect((await cloud.delete(`${v2}/vpn/${path}`)).status).toBe(204)
  }

  it('a router’s gateway is neither cleared nor moved, and the router not deleted, while services use it', async () => {
    const inUse = [
      409,
      'RouterInUse',
      `Router ${ground.router} is currently used by VPN service(s) (${ground.vpnservice_id})`,
    ]
    const other = await cloud.make(`${v2}/networks`, 'network', { 'router:external': true })
    for (const external_gateway_info of [null, {}, { network_id: other.id }]) {
      expect(conflict(await cloud.put(router(), { router: { external_gateway_info } }))).toEqual(inUse)
    }
    expect(conflict(await cloud.delete(router()))).toEqual(inUse)
    await removeAll(`vpnservices/${ground.vpnservice_id}`)
    expect((await cloud.put(router(), { router: { external_gateway_info: {} } })).status).toBe(200)
  })

  it('every service of a router is named', async () => {
    const second = await cloud.post(`${v2}/vpn/vpnservices`, { vpnservice: { router_id: ground.router } })
    // In the OTC flavour a router carries one.
    const services = [ground.vpnservice_id, ...(name === 'openstack' ? [second.body.vpnservice.id] : [])]
    const [, , message] = conflict(await cloud.delete(router()))
    for (const id of services) expect(message).toContain(id)
  })

  it('a service’s subnet stays on the router', async () => {
    await removeAll(`vpnservices/${ground.vpnservice_id}`)
    const { id } = await cloud.make(`${v2}/vpn/vpnservices`, 'vpnservice', {
      router_id: ground.router,
      subnet_id: ground.subnet,
    })
    expect(conflict(await detach())).toEqual([
      409,
      'SubnetInUseByVPNService',
      `Subnet ${ground.subnet} is used by VPNService ${id}`,
    ])
    await removeAll(`vpnservices/${id}`)
    expect((await detach()).status).toBe(200)
  })

  it('a subnet of a connection’s local group stays on the router, by subnet and by port', async () => {
    const connection = await cloud.make(
      `${v2}/vpn/ipsec-site-connections`,
      'ipsec_site_connection',
      seedRequest(ground),
    )
    const inUse = [
      409,
      'SubnetInUseByIPsecSiteConnection',
      `Subnet ${ground.subnet} is used by ipsec site connection ${connection.id}`,
    ]
    expect(conflict(await detach())).toEqual(inUse)
    const { ports } = (await cloud.get(`${v2}/ports?device_owner=network:router_interface`)).body
    const byPort = await cloud.put(`${router()}/remove_router_interface`, { port_id: ports[0].id })
    expect(conflict(byPort)).toEqual(inUse)
    await removeAll(`ipsec-site-connections/${connection.id}`)
    expect((await detach()).status).toBe(200)
  })

  it('a subnet in an endpoint group stays, whether the group is used or not, and so does its network', async () => {
    expect((await detach()).status).toBe(200)
    const inUse = [
      409,
      'SubnetInUseByEndpointGroup',
      `Subnet ${ground.subnet} is used by endpoint group ${ground.local_ep_group_id}`,
    ]
    expect(conflict(await cloud.delete(`${v2}/subnets/${ground.subnet}`))).toEqual(inUse)
    expect(conflict(await cloud.delete(`${v2}/networks/${ground.network}`))).toEqual(inUse)
    await removeAll(`endpoint-groups/${ground.local_ep_group_id}`)
    expect((await cloud.delete(`${v2}/subnets/${ground.subnet}`)).status).toBe(204)
  })

  it('a service needs a router that is there, has a gateway, and its subnet', async () => {
    const create = (vpnservice: object) => cloud.post(`${v2}/vpn/vpnservices`, { vpnservice })
    const absent = '00000000-0000-4000-8000-00000000dead'
    expect(conflict(await create({ router_id: absent }))).toEqual([
      404,
      'RouterNotFound',
      `Router ${absent} could not be found`,
    ])
    const inner = await cloud.make(`${v2}/routers`, 'router', {})
    expect(conflict(await create({ router_id: inner.id, subnet_id: absent }))).toEqual([
      400,
      'RouterIsNotExternal',
      `Router ${inner.id} has no external network gateway set`,
    ])
    await removeAll(`vpnservices/${ground.vpnservice_id}`)
    expect(conflict(await create({ router_id: ground.router, subnet_id: absent }))).toEqual([
      400,
      'SubnetIsNotConnectedToRouter',
      `Subnet ${absent} is not connected to Router ${ground.router}`,
    ])
  })

  it('a connection needs local subnets on its router, of one IP version', async () => {
    const subnet = async (cidr: string, ip_version: number) =>
      (await cloud.make(`${v2}/subnets`, 'subnet', { network_id: ground.network, ip_version, cidr })).id
    const [loose, six] = [await subnet('10.9.0.0/24', 4), await subnet('2001:db8:9::/64', 6)]
    await cloud.put(`${router()}/add_router_interface`, { subnet_id: six })
    const group = async (type: string, endpoints: readonly string[]) =>
      (await cloud.make(`${v2}/vpn/endpoint-groups`, 'endpoint_group', { type, endpoints })).id
    const create = (changes: object) =>
      cloud.post(`${v2}/vpn/ipsec-site-connections`, {
        ipsec_site_connection: { ...seedRequest(ground), ...changes },
      })
    expect(conflict(await create({ local_ep_group_id: await group('subnet', [ground.subnet, loose]) }))).toEqual([
      400,
      'SubnetIsNotConnectedToRouter',
      `Subnet ${loose} is not connected to Router ${ground.router}`,
    ])
    const mixed = await group('subnet', [ground.subnet, six])
    const several = (id: string) =>
      `Endpoints in group ${id} do not have the same IP version, as required for IPSec site-to-site connection`
    expect(conflict(await create({ local_ep_group_id: mixed }))).toEqual([
      400,
      'MixedIPVersionsForIPSecEndpoints',
      several(mixed),
    ])
    const peers = await group('cidr', ['10.2.0.0/24', '2001:db8:8::/64'])
    expect(conflict(await create({ peer_ep_group_id: peers }))).toEqual([
      400,
      'MixedIPVersionsForIPSecEndpoints',
      several(peers),
    ])
    expect(conflict(await create({ local_ep_group_id: await group('subnet', [six]) }))).toEqual([
      400,
      'MixedIPVersionsForIPSecConnection',
      'IP versions are not compatible between peer and local endpoints',
    ])
    expect(conflict(await create({ local_ep_group_id: ground.peer_ep_group_id }))).toEqual([
      400,
      'WrongEndpointGroupType',
      `Endpoint group ${ground.peer_ep_group_id} type is 'cidr' and should be 'subnet'`,
    ])
    expect(conflict(await create({ peer_ep_group_id: ground.local_ep_group_id }))).toEqual([
      400,
      'WrongEndpointGroupType',
      `Endpoint group ${ground.local_ep_group_id} type is 'subnet' and should be 'cidr'`,
    ])
    expect(conflict(await create({ peer_address: '2001:db8::9' }))).toEqual([
      400,
      'ExternalNetworkHasNoSubnet',
      `Router's ${ground.router} external network has no IPv6 subnet`,
    ])
  })
})
