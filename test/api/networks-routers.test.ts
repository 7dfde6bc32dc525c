import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aGround, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'
import { networkResources, refusal } from '../support/network-resources.ts'
import { absent, flavours } from '../support/vpn-resources.ts'

/** Routers: their external gateway and its addresses, and their interfaces. */

describe.each(flavours)('routers, $name', ({ v2 }) => {
  let cloud: TestCloud
  let make: ReturnType<typeof networkResources>
  beforeAll(async () => {
    cloud = await TestCloud.open()
    make = networkResources(cloud, v2)
  })
  afterAll(() => cloud.close())

  const change = (id: string, router: object) => cloud.put(`${v2}/routers/${id}`, { router })

  describe('an external gateway', () => {
    let external: { id: string }
    let subnets: { readonly office: string; readonly lab: string; readonly six: string }
    beforeEach(async () => {
      external = await make.network({ name: 'isp', 'router:external': true })
      const pool = (start: string, end: string) => ({ allocation_pools: [{ start, end }] })
      subnets = {
        office: (await make.subnet(external.id, '198.51.100.0/25', pool('198.51.100.10', '198.51.100.20'))).id,
        lab: (await make.subnet(external.id, '198.51.100.128/25')).id,
        six: (await make.subnet(external.id, '2001:db8:7::/64')).id,
      }
    })

    const withAddresses = (external_fixed_ips: readonly object[], more: object = {}) =>
      cloud.post(`${v2}/routers`, {
        router: { external_gateway_info: { network_id: external.id, external_fixed_ips, ...more } },
      })
    const addressesOf = (router: { external_gateway_info: { external_fixed_ips: { ip_address: string }[] } }) =>
      router.external_gateway_info.external_fixed_ips.map(({ ip_address }) => ip_address).sort()

    it('has one address of each version out of the ranges, unless asked otherwise', async () => {
      const router = await make.router({ external_gateway_info: { network_id: external.id } })
      const [four = '', six] = addressesOf(router)
      expect(['198.51.100.10', '198.51.100.130']).toContain(four)
      expect(six).toBe('2001:db8:7::2')
      expect(router.external_gateway_info.enable_snat).toBe(true)
    })

    it.each([
      ['a subnet', () => [{ subnet_id: subnets.office }], ['198.51.100.10']],
      ['an address outside the ranges', () => [{ ip_address: '198.51.100.99' }], ['198.51.100.99']],
      [
        'both, several times',
        () => [
          { subnet_id: subnets.office, ip_address: '198.51.100.50' },
          { subnet_id: subnets.lab, ip_address: '198.51.100.200' },
          { subnet_id: subnets.six, ip_address: '2001:DB8:7:0::5' },
        ],
        ['198.51.100.200', '198.51.100.50', '2001:db8:7::5'],
      ],
    ])('asked for by %s', async (_, asked, expected) => {
      const { status, body } = await withAddresses(asked(), { enable_snat: false })
      expect([status, body.router && addressesOf(body.router)]).toEqual([201, expected])
      expect(body.router.external_gateway_info.enable_snat).toBe(false)
      const shown = (await cloud.get(`${v2}/routers/${body.router.id}`)).body.router
      expect(shown.external_gateway_info).toEqual(body.router.external_gateway_info)
    })

    it.each([
      [
        'an address that somebody has',
        () => [{ ip_address: '198.51.100.99' }],
        () => [
          409,
          'IpAddressInUse',
          `Unable to complete operation for network ${external.id}. The IP address 198.51.100.99 is in use.`,
        ],
      ],
      [
        'the address of the subnet’s own gateway',
        () => [{ ip_address: '198.51.100.1' }],
        () => [
          409,
          'IpAddressInUse',
          `Unable to complete operation for network ${external.id}. The IP address 198.51.100.1 is in use.`,
        ],
      ],
      [
        'an address of no subnet',
        () => [{ ip_address: '192.0.2.9' }],
        () => [
          400,
          'InvalidIpForNetwork',
          'IP address 192.0.2.9 is not a valid IP for any of the subnets on the specified network.',
        ],
      ],
      [
        'an address of another subnet',
        () => [{ subnet_id: subnets.lab, ip_address: '198.51.100.9' }],
        () => [400, 'InvalidIpForSubnet', 'IP address 198.51.100.9 is not a valid IP for the specified subnet.'],
      ],
      [
        'the broadcast address',
        () => [{ ip_address: '198.51.100.127' }],
        () => [400, 'InvalidIpForSubnet', 'IP address 198.51.100.127 is not a valid IP for the specified subnet.'],
      ],
      [
        'a subnet of another network',
        () => [{ subnet_id: absent }],
        () => [
          400,
          'InvalidInput',
          `Invalid input for operation: Failed to create port on network ${external.id}, because fixed_ips included invalid subnet ${absent}.`,
        ],
      ],
    ])('%s is refused, and no router made', async (_, asked, expected) => {
      await withAddresses([{ ip_address: '198.51.100.99' }])
      const { length } = (await cloud.get(`${v2}/routers`)).body.routers
      expect(refusal(await withAddresses(asked()))).toEqual(expected())
      expect((await cloud.get(`${v2}/routers`)).body.routers).toHaveLength(length)
    })

    it('its addresses are chosen by administrators only; members repeat what they read, and switch source NAT', async () => {
      const member = await aMember(cloud)
      const info = { network_id: external.id, external_fixed_ips: [{ subnet_id: subnets.office }] }
      const refused = await member.request('POST', `${v2}/routers`, { router: { external_gateway_info: info } })
      expect(refusal(refused)).toEqual([
        403,
        'PolicyNotAuthorized',
        'rule:create_router:external_gateway_info:external_fixed_ips is disallowed by policy',
      ])
      const made = await member.request('POST', `${v2}/routers`, {
        router: { external_gateway_info: { network_id: external.id } },
      })
      expect(made.status).toBe(201)
      const { id, external_gateway_info } = made.body.router
      const again = await member.request('PUT', `${v2}/routers/${id}`, {
        router: { external_gateway_info: { ...external_gateway_info, enable_snat: false } },
      })
      expect([again.status, again.body.router.external_gateway_info]).toEqual([
        200,
        { ...external_gateway_info, enable_snat: false },
      ])
    })

    it('is set, given other addresses, moved and cleared', async () => {
      const router = await make.router()
      const gateway = (info: object | null) => change(router.id, { external_gateway_info: info })
      const first = await gateway({ network_id: external.id, external_fixed_ips: [{ ip_address: '198.51.100.44' }] })
      expect(addressesOf(first.body.router)).toEqual(['198.51.100.44'])
      const second = await gateway({ network_id: external.id, external_fixed_ips: [{ ip_address: '198.51.100.45' }] })
      expect(addressesOf(second.body.router)).toEqual(['198.51.100.45'])
      const both = await gateway({
        network_id: external.id,
        external_fixed_ips: [{ ip_address: '198.51.100.45' }, { subnet_id: subnets.six }],
      })
      expect(addressesOf(both.body.router)).toEqual(['198.51.100.45', '2001:db8:7::2'])
      const elsewhere = (await cloud.get(`${v2}/networks?name=public`)).body.networks[0].id
      const moved = await gateway({ network_id: elsewhere })
      expect(addressesOf(moved.body.router)).toEqual([expect.stringMatching(/^172\.24\.4\.\d+$/)])
      const portsThere = async () => (await cloud.get(`${v2}/ports?device_id=${router.id}`)).body.ports
      expect(await portsThere()).toMatchObject([{ network_id: elsewhere, device_owner: 'network:router_gateway' }])
      for (const nothing of [{}, null]) {
        expect((await gateway(nothing)).body.router.external_gateway_info).toBeNull()
        expect(await portsThere()).toEqual([])
      }
      expect((await cloud.delete(`${v2}/networks/${external.id}`)).status).toBe(204)
    })

    it('is in an external network, which does not overlap what is behind the router', async () => {
      const inner = await make.network()
      const refused = await cloud.post(`${v2}/routers`, { router: { external_gateway_info: { network_id: inner.id } } })
      expect(refusal(refused)).toEqual([
        400,
        'BadRequest',
        `Bad router request: Network ${inner.id} is not an external network.`,
      ])
      const router = await make.router()
      const subnet = await make.subnet(inner.id, '198.51.100.0/24')
      await make.attach(router.id, { subnet_id: subnet.id })
      const [status, type, message] = refusal(
        await change(router.id, { external_gateway_info: { network_id: external.id } }),
      )
      expect([status, type]).toEqual([400, 'BadRequest'])
      expect(message).toMatch(
        /^Bad router request: Cidr 198\.51\.100\.\S+ of subnet \S+ overlaps with cidr 198.51.100.0/,
      )
    })
  })

  describe('an interface', () => {
    let router: { id: string }
    let subnet: { id: string; network_id: string }
    beforeEach(async () => {
      router = await make.router()
      subnet = await make.subnet((await make.network()).id, '10.4.0.0/24')
    })

    it('stands at the gateway address of its subnet, once', async () => {
      const { status, body } = await make.attach(router.id, { subnet_id: subnet.id })
      expect(status).toBe(200)
      expect(body).toMatchObject({ id: router.id, subnet_id: subnet.id, subnet_ids: [subnet.id] })
      const { port } = (await cloud.get(`${v2}/ports/${body.port_id}`)).body
      expect(port.fixed_ips).toEqual([{ subnet_id: subnet.id, ip_address: '10.4.0.1' }])
      expect(refusal(await make.attach(router.id, { subnet_id: subnet.id }))).toEqual([
        400,
        'BadRequest',
        `Bad router request: Router already has a port on subnet ${subnet.id}.`,
      ])
      const other = await make.router()
      expect(refusal(await make.attach(other.id, { subnet_id: subnet.id }))).toEqual([
        409,
        'IpAddressInUse',
        `Unable to complete operation for network ${subnet.network_id}. The IP address 10.4.0.1 is in use.`,
      ])
    })

    it('names a subnet that is there, that has a gateway, and is not external', async () => {
      const bare = await make.subnet(subnet.network_id, '10.5.0.0/24', { gateway_ip: null })
      const external = await make.external()
      const expected: readonly (readonly [object, readonly [number, string, string]])[] = [
        [{ subnet_id: absent }, [404, 'SubnetNotFound', `Subnet ${absent} could not be found.`]],
        [{ subnet_id: bare.id }, [400, 'BadRequest', `Bad router request: Subnet ${bare.id} must have a gateway IP.`]],
        [
          { subnet_id: external.subnets[0] },
          [
            400,
            'BadRequest',
            `Bad router request: Subnet ${external.subnets[0]} is of the external network ${external.id}; a router reaches it by its external gateway.`,
          ],
        ],
        [{}, [400, 'BadRequest', 'Bad router request: Either subnet_id or port_id must be specified.']],
        [
          { subnet_id: subnet.id, port_id: absent },
          [400, 'BadRequest', 'Bad router request: Cannot specify both subnet-id and port-id.'],
        ],
        [
          { subnet_id: 'office' },
          [400, 'HTTPBadRequest', "Invalid input for subnet_id. Reason: 'office' is not a valid UUID."],
        ],
        [{ port_id: absent }, [404, 'PortNotFound', `Port ${absent} could not be found.`]],
      ]
      for (const [target, told] of expected) expect(refusal(await make.attach(router.id, target))).toEqual(told)
    })

    it('cannot be made of a port, since every port is a router’s already', async () => {
      const { port_id } = (await make.attach(router.id, { subnet_id: subnet.id })).body
      const other = await make.router()
      expect(refusal(await make.attach(other.id, { port_id }))).toEqual([
        409,
        'PortInUse',
        `Unable to complete operation on port ${port_id} for network ${subnet.network_id}. Port already has an attached device ${router.id}.`,
      ])
    })

    it('does not overlap another, nor the external network', async () => {
      await make.attach(router.id, { subnet_id: subnet.id })
      const wide = await make.subnet((await make.network()).id, '10.4.0.0/16')
      expect(refusal(await make.attach(router.id, { subnet_id: wide.id }))).toEqual([
        400,
        'BadRequest',
        `Bad router request: Cidr 10.4.0.0/16 of subnet ${wide.id} overlaps with cidr 10.4.0.0/24 of subnet ${subnet.id}.`,
      ])
      const external = await make.external()
      await change(router.id, { external_gateway_info: { network_id: external.id } })
      const same = await make.subnet((await make.network()).id, '172.24.4.128/25')
      expect(refusal(await make.attach(router.id, { subnet_id: same.id }))).toEqual([
        400,
        'BadRequest',
        `Bad router request: Cidr 172.24.4.128/25 of subnet ${same.id} overlaps with cidr 172.24.4.0/24 of subnet ${external.subnets[0]}.`,
      ])
    })

    it('is removed by its subnet, by its port, or by both where they belong together', async () => {
      const second = await make.subnet(subnet.network_id, '10.5.0.0/24')
      for (const target of [
        ({ subnet_id }: { subnet_id: string }) => ({ subnet_id }),
        ({ port_id }: { port_id: string }) => ({ port_id }),
        ({ subnet_id, port_id }: { subnet_id: string; port_id: string }) => ({ subnet_id, port_id }),
      ]) {
        const { body } = await make.attach(router.id, { subnet_id: subnet.id })
        expect(refusal(await make.detach(router.id, { port_id: body.port_id, subnet_id: second.id }))).toEqual([
          400,
          'SubnetMismatchForPort',
          `Subnet on port ${body.port_id} does not match the requested subnet ${second.id}.`,
        ])
        const removed = await make.detach(router.id, target(body))
        expect([removed.status, removed.body]).toEqual([200, body])
        expect((await cloud.get(`${v2}/ports/${body.port_id}`)).status).toBe(404)
      }
      expect(refusal(await make.detach(router.id, { subnet_id: subnet.id }))).toEqual([
        404,
        'RouterInterfaceNotFoundForSubnet',
        `Router ${router.id} has no interface on subnet ${subnet.id}`,
      ])
      expect(refusal(await make.detach(router.id, { port_id: absent }))).toEqual([
        404,
        'RouterInterfaceNotFound',
        `Router ${router.id} does not have an interface with id ${absent}`,
      ])
      expect(refusal(await make.detach(router.id, {}))[0]).toBe(400)
    })

    it('keeps its router from being deleted', async () => {
      await make.attach(router.id, { subnet_id: subnet.id })
      expect(refusal(await cloud.delete(`${v2}/routers/${router.id}`))).toEqual([
        409,
        'RouterInUse',
        `Router ${router.id} still has ports`,
      ])
      await make.detach(router.id, { subnet_id: subnet.id })
      expect((await cloud.delete(`${v2}/routers/${router.id}`)).status).toBe(204)
    })

    it('is taken by a router that is switched off', async () => {
      await change(router.id, { admin_state_up: false })
      expect((await make.attach(router.id, { subnet_id: subnet.id })).status).toBe(200)
    })
  })

  it('what tempest sends when it cleans up is taken', async () => {
    const ground = await aGround(cloud, { v2 })
    const { router } = (await cloud.get(`${v2}/routers/${ground.router}`)).body
    await cloud.delete(`${v2}/vpn/vpnservices/${ground.vpnservice_id}`)
    const answer = await change(ground.router, {
      name: router.name,
      admin_state_up: false,
      external_gateway_info: { network_id: router.external_gateway_info.network_id },
      routes: null,
    })
    expect([answer.status, answer.body.router.routes]).toEqual([200, []])
    expect(answer.body.router.external_gateway_info).toEqual(router.external_gateway_info)
  })

  it.each([
    [
      { routes: [{ destination: '10.8.0.0/16', nexthop: '10.4.0.9' }] },
      'Invalid input for routes. Reason: static routes are not supported; only the empty list is.',
    ],
    [
      { distributed: true },
      'Invalid input for distributed. Reason: true is not possible, only false is: a router is in one place.',
    ],
    [
      { ha: 'yes' },
      'Invalid input for ha. Reason: "yes" is not possible, only false is: a router has one place at a time, and another gateway host takes it over by itself.',
    ],
    [
      { flavor_id: absent },
      `Invalid input for flavor_id. Reason: "${absent}" is not possible, only null is: flavors are not offered.`,
    ],
    [
      { availability_zone_hints: ['nova'] },
      'Invalid input for availability_zone_hints. Reason: ["nova"] is not possible, only [] is: there are no availability zones.',
    ],
  ])('%j is refused with what is possible', async (attributes, message) => {
    expect(refusal(await cloud.post(`${v2}/routers`, { router: attributes }))).toEqual([400, 'HTTPBadRequest', message])
  })
})
