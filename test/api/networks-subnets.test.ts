import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aGround, TestCloud } from '../support/cloud.ts'
import { networkResources, refusal } from '../support/network-resources.ts'
import { flavours } from '../support/vpn-resources.ts'

/** Subnets: which addresses they have, for whom, and what may be changed while somebody stands on them. */

describe.each(flavours)('subnets, $name', ({ v2 }) => {
  let cloud: TestCloud
  let make: ReturnType<typeof networkResources>
  let network: string
  beforeAll(async () => {
    cloud = await TestCloud.open()
    make = networkResources(cloud, v2)
  })
  beforeEach(async () => {
    network = (await make.network()).id
  })
  afterAll(() => cloud.close())

  const create = (attributes: object) =>
    cloud.post(`${v2}/subnets`, { subnet: { network_id: network, ip_version: 4, cidr: '10.4.0.0/24', ...attributes } })
  const change = (id: string, subnet: object) => cloud.put(`${v2}/subnets/${id}`, { subnet })

  it('a subnet has the first address for its router and the others for ports, in network form', async () => {
    expect(await make.subnet(network, '10.4.0.77/24')).toMatchObject({
      cidr: '10.4.0.0/24',
      gateway_ip: '10.4.0.1',
      allocation_pools: [{ start: '10.4.0.2', end: '10.4.0.254' }],
    })
    expect(await make.subnet(network, '10.5.0.0/24', { gateway_ip: '10.5.0.100' })).toMatchObject({
      allocation_pools: [
        { start: '10.5.0.1', end: '10.5.0.99' },
        { start: '10.5.0.101', end: '10.5.0.254' },
      ],
    })
    expect(await make.subnet(network, '10.6.0.0/24', { gateway_ip: null })).toMatchObject({
      gateway_ip: null,
      allocation_pools: [{ start: '10.6.0.1', end: '10.6.0.254' }],
    })
    expect(await make.subnet(network, '2001:DB8:1:0::/64')).toMatchObject({
      cidr: '2001:db8:1::/64',
      gateway_ip: '2001:db8:1::1',
      allocation_pools: [{ start: '2001:db8:1::2', end: '2001:db8:1:0:ffff:ffff:ffff:ffff' }],
    })
  })

  it('several ranges are taken as they were given', async () => {
    const allocation_pools = [
      { start: '10.4.0.100', end: '10.4.0.120' },
      { start: '10.4.0.10', end: '10.4.0.20' },
    ]
    const { body } = await create({ allocation_pools })
    expect(body.subnet.allocation_pools).toEqual(allocation_pools)
    expect((await cloud.get(`${v2}/subnets/${body.subnet.id}`)).body.subnet.allocation_pools).toEqual(allocation_pools)
  })

  it.each([
    [
      { allocation_pools: [{ start: '10.4.0.10', end: '10.4.1.20' }] },
      400,
      'OutOfBoundsAllocationPool',
      'The allocation pool 10.4.0.10-10.4.1.20 spans beyond the subnet cidr 10.4.0.0/24.',
    ],
    [
      { allocation_pools: [{ start: '10.4.0.10', end: '10.4.0.255' }] },
      400,
      'OutOfBoundsAllocationPool',
      'The allocation pool 10.4.0.10-10.4.0.255 spans beyond the subnet cidr 10.4.0.0/24.',
    ],
    [
      { allocation_pools: [{ start: '10.4.0.20', end: '10.4.0.10' }] },
      400,
      'InvalidAllocationPool',
      'The allocation pool 10.4.0.20-10.4.0.10 is not valid.',
    ],
    [
      { allocation_pools: [{ start: '2001:db8::1', end: '2001:db8::9' }] },
      400,
      'InvalidAllocationPool',
      'The allocation pool 2001:db8::1-2001:db8::9 is not valid.',
    ],
    [
      {
        allocation_pools: [
          { start: '10.4.0.20', end: '10.4.0.30' },
          { start: '10.4.0.10', end: '10.4.0.20' },
        ],
      },
      409,
      'OverlappingAllocationPools',
      'Found overlapping allocation pools: 10.4.0.10-10.4.0.20 10.4.0.20-10.4.0.30 for subnet 10.4.0.0/24.',
    ],
    [
      { allocation_pools: [{ start: '10.4.0.1', end: '10.4.0.30' }] },
      409,
      'GatewayConflictWithAllocationPools',
      'Gateway ip 10.4.0.1 conflicts with allocation pool 10.4.0.1-10.4.0.30.',
    ],
    [
      { gateway_ip: '10.9.0.1' },
      400,
      'InvalidInput',
      "Invalid input for operation: Gateway '10.9.0.1' is not a host address of subnet '10.4.0.0/24'.",
    ],
    [
      { gateway_ip: '10.4.0.255' },
      400,
      'InvalidInput',
      "Invalid input for operation: Gateway '10.4.0.255' is not a host address of subnet '10.4.0.0/24'.",
    ],
    [
      { ip_version: 6 },
      400,
      'InvalidInput',
      "Invalid input for operation: cidr '10.4.0.0/24' does not match the ip_version '6'.",
    ],
    [
      { cidr: '0.0.0.0/0' },
      400,
      'InvalidInput',
      "Invalid input for operation: cidr '0.0.0.0/0' cannot be a subnet: 0 is not allowed as CIDR prefix length.",
    ],
    [
      { cidr: '127.0.0.0/24' },
      400,
      'InvalidInput',
      "Invalid input for operation: cidr '127.0.0.0/24' cannot be a subnet: its addresses are those of loopback.",
    ],
    [
      { dns_nameservers: ['ns.example.org'] },
      400,
      'HTTPBadRequest',
      "Invalid input for dns_nameservers. Reason: 'ns.example.org' is not a valid nameserver. 'ns.example.org' is not a valid IP address.",
    ],
    [
      { dns_nameservers: ['192.0.2.1', '192.0.2.1'] },
      400,
      'HTTPBadRequest',
      "Invalid input for dns_nameservers. Reason: Duplicate nameserver '192.0.2.1'.",
    ],
    [
      { ipv6_ra_mode: 'slaac' },
      400,
      'HTTPBadRequest',
      'Invalid input for ipv6_ra_mode. Reason: "slaac" is not possible, only null is: routers advertise nothing and nobody gives out addresses, so hosts get theirs by themselves.',
    ],
    [
      { host_routes: [{ destination: '10.8.0.0/16', nexthop: '10.4.0.9' }] },
      400,
      'HTTPBadRequest',
      'Invalid input for host_routes. Reason: [{"destination":"10.8.0.0/16","nexthop":"10.4.0.9"}] is not possible, only [] is: host routes are given out with addresses, which nobody does here.',
    ],
    [
      { subnetpool_id: '00000000-0000-4000-8000-00000000dead' },
      400,
      'HTTPBadRequest',
      'Invalid input for subnetpool_id. Reason: "00000000-0000-4000-8000-00000000dead" is not possible, only null is: subnet pools are not offered; give a cidr.',
    ],
    [
      { use_default_subnetpool: true },
      400,
      'HTTPBadRequest',
      'Invalid input for use_default_subnetpool. Reason: true is not possible, only false is: subnet pools are not offered; give a cidr.',
    ],
  ])('%j is refused, and nothing is made', async (attributes, status, type, message) => {
    expect(refusal(await create(attributes))).toEqual([status, type, message])
    expect((await cloud.get(`${v2}/subnets?network_id=${network}`)).body.subnets).toEqual([])
  })

  it('what clients say although it is the only way is accepted', async () => {
    const { status } = await create({
      enable_dhcp: 'True',
      host_routes: [],
      dns_nameservers: null,
      subnetpool_id: null,
      use_default_subnetpool: false,
      ipv6_ra_mode: null,
      ipv6_address_mode: null,
      service_types: [],
    })
    expect(status).toBe(201)
  })

  it('two subnets of a network do not overlap, those of two networks may', async () => {
    await make.subnet(network, '10.4.0.0/24')
    expect(refusal(await create({ cidr: '10.4.0.128/25' }))).toEqual([
      400,
      'InvalidInput',
      `Invalid input for operation: Requested subnet with cidr: 10.4.0.128/25 for network: ${network} overlaps with another subnet.`,
    ])
    await make.subnet((await make.network()).id, '10.4.0.128/25')
  })

  it('gateway and ranges can be changed while nobody stands at the gateway’s address', async () => {
    const { id } = await make.subnet(network, '10.4.0.0/24')
    const conflict = await change(id, { gateway_ip: '10.4.0.9' })
    expect(refusal(conflict)).toEqual([
      409,
      'GatewayConflictWithAllocationPools',
      'Gateway ip 10.4.0.9 conflicts with allocation pool 10.4.0.2-10.4.0.254.',
    ])
    const allocation_pools = [{ start: '10.4.0.20', end: '10.4.0.30' }]
    const moved = await change(id, { gateway_ip: '10.4.0.9', allocation_pools })
    expect(moved.body.subnet).toMatchObject({ gateway_ip: '10.4.0.9', allocation_pools })
    expect((await change(id, { gateway_ip: null })).body.subnet.gateway_ip).toBeNull()
    expect(refusal(await change(id, { cidr: '10.5.0.0/24' }))[2]).toBe('Cannot update read-only attribute cidr')
  })

  it('a router’s address in a subnet stays where it is', async () => {
    const router = await make.router()
    const subnet = await make.subnet(network, '10.4.0.0/24')
    const { port_id } = (await make.attach(router.id, { subnet_id: subnet.id })).body
    for (const gateway_ip of [null, '10.4.0.254']) {
      expect(refusal(await change(subnet.id, { gateway_ip, allocation_pools: [] }))).toEqual([
        409,
        'GatewayIpInUse',
        `Current gateway ip 10.4.0.1 already in use by port ${port_id}. Unable to update.`,
      ])
    }
    expect((await change(subnet.id, { gateway_ip: '10.4.0.1', name: 'same' })).status).toBe(200)
  })

  it('a subnet is not deleted while a port has an address in it', async () => {
    const router = await make.router()
    const subnet = await make.subnet(network, '10.4.0.0/24')
    await make.attach(router.id, { subnet_id: subnet.id })
    expect(refusal(await cloud.delete(`${v2}/subnets/${subnet.id}`))).toEqual([
      409,
      'SubnetInUse',
      `Unable to complete operation on subnet ${subnet.id}: One or more ports have an IP allocation from this subnet.`,
    ])
    await make.detach(router.id, { subnet_id: subnet.id })
    expect((await cloud.delete(`${v2}/subnets/${subnet.id}`)).status).toBe(204)
  })

  it('VPN gateways send what leaves to the external subnet’s gateway, also when that moves', async () => {
    const external = await make.external()
    const ground = await aGround(cloud, { v2 })
    const hops = async () => (await cloud.server.controlPlane.desired(ground.router as never)).nextHops
    expect(await hops()).toEqual(['172.24.4.1'])
    const { revision } = await cloud.server.controlPlane.desired(ground.router as never)
    const allocation_pools = [{ start: '172.24.4.2', end: '172.24.4.200' }]
    const moved = await change(external.subnets[0], { gateway_ip: '172.24.4.254', allocation_pools })
    expect(moved.status).toBe(200)
    expect(await hops()).toEqual(['172.24.4.254'])
    // A report made before the change says nothing about it.
    expect((await cloud.server.controlPlane.desired(ground.router as never)).revision).toBeGreaterThan(revision)
    // Nor can it move to where a router stands.
    expect(
      refusal(await change(external.subnets[0], { gateway_ip: '172.24.4.2', allocation_pools: [] })).slice(0, 2),
    ).toEqual([409, 'IpAddressInUse'])
  })
})
