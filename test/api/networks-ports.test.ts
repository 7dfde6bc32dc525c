import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aGround, type Ground, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'
import { refusal } from '../support/network-resources.ts'
import { absent, flavours } from '../support/vpn-resources.ts'

/** Ports, which routers make: how they are found, and what is said to somebody who wants to make or change one. */

describe.each(flavours)('ports, $name', ({ v2 }) => {
  let cloud: TestCloud
  let ground: Ground
  let inner: { id: string; mac_address: string; network_id: string }
  let outer: { id: string; fixed_ips: { subnet_id: string; ip_address: string }[] }
  beforeAll(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
    const { ports } = (await cloud.get(`${v2}/ports?device_id=${ground.router}&sort_key=name&sort_dir=asc`)).body
    const owned = (by: string) => ports.find(({ device_owner }: { device_owner: string }) => device_owner === by)
    inner = owned('network:router_interface')
    outer = owned('network:router_gateway')
  })
  afterAll(() => cloud.close())

  it('have all the attributes that clients read', () => {
    expect(inner).toMatchObject({
      name: '',
      description: '',
      network_id: ground.network,
      device_id: ground.router,
      fixed_ips: [{ subnet_id: ground.subnet, ip_address: '10.1.0.1' }],
      mac_address: expect.stringMatching(/^fa:16:3e(:[0-9a-f]{2}){3}$/),
      status: 'ACTIVE',
      admin_state_up: true,
      security_groups: [],
      port_security_enabled: false,
      allowed_address_pairs: [],
      extra_dhcp_opts: [],
      tags: [],
      revision_number: 0,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
  })

  it('are found by what clients ask for', async () => {
    const found = async (query: string) =>
      (await cloud.get(`${v2}/ports?${query}&fields=id`)).body.ports.map(({ id }: { id: string }) => id).sort()
    const both = [inner.id, outer.id].sort()
    const [{ subnet_id, ip_address } = { subnet_id: '', ip_address: '' }] = outer.fixed_ips
    expect(await found(`device_id=${ground.router}`)).toEqual(both)
    expect(await found('device_owner=network:router_interface')).toEqual([inner.id])
    expect(await found('device_owner=network%3Arouter_gateway')).toEqual([outer.id])
    expect(await found(`network_id=${ground.network}`)).toEqual([inner.id])
    expect(await found(`mac_address=${inner.mac_address}`)).toEqual([inner.id])
    expect(await found('status=ACTIVE')).toEqual(both)
    expect(await found('status=DOWN')).toEqual([])
    expect(await found(`fixed_ips=subnet_id%3D${ground.subnet}`)).toEqual([inner.id])
    expect(await found(`fixed_ips=ip_address%3D${ip_address}`)).toEqual([outer.id])
    expect(await found(`fixed_ips=subnet_id%3D${ground.subnet}&fixed_ips=subnet_id%3D${subnet_id}`)).toEqual(both)
    expect(await found(`fixed_ips=ip_address%3D${ip_address}&fixed_ips=subnet_id%3D${subnet_id}`)).toEqual([outer.id])
    expect(await found(`fixed_ips=ip_address%3D${ip_address}&fixed_ips=subnet_id%3D${ground.subnet}`)).toEqual([])
    expect(await found(`fixed_ips=subnet_id%3D${absent}`)).toEqual([])
    expect(refusal(await cloud.get(`${v2}/ports?fixed_ips=ip_address_substr%3D10.1`))).toEqual([
      400,
      'InvalidInput',
      "Invalid input for operation: 'ip_address_substr=10.1' is no filter of fixed_ips; subnet_id=(id) and ip_address=(address) are.",
    ])
  })

  it('are listed with the fields that the command line asks for', async () => {
    const fields = ['id', 'name', 'mac_address', 'fixed_ips', 'status']
    const query = fields.map((field) => `fields=${field}`).join('&')
    const { ports } = (await cloud.get(`${v2}/ports?device_id=${ground.router}&${query}`)).body
    for (const port of ports) expect(Object.keys(port).sort()).toEqual([...fields].sort())
  })

  it('are neither made, changed nor deleted by hand, and whoever tries is told how it goes', async () => {
    const made = await cloud.post(`${v2}/ports`, { port: { network_id: ground.network } })
    expect(refusal(made)).toEqual([
      403,
      'OperationNotSupported',
      'Ports are made and removed by routers only: give a router an interface with PUT /v2.0/routers/(id)/add_router_interface.',
    ])
    const changed = await cloud.put(`${v2}/ports/${inner.id}`, { port: { name: 'mine' } })
    expect(refusal(changed)).toEqual([
      403,
      'OperationNotSupported',
      `Port ${inner.id} is its router’s and cannot be changed; its tags can.`,
    ])
    expect(refusal(await cloud.delete(`${v2}/ports/${inner.id}`))).toEqual([
      409,
      'ServicePortInUse',
      `Port ${inner.id} cannot be deleted directly via the port API: has device owner network:router_interface.`,
    ])
    expect((await cloud.get(`${v2}/ports/${inner.id}`)).body.port).toEqual(inner)
    await cloud.server.refusals.flush()
    const refusals = (await cloud.get(`${v2}/audit-events?resource_type=port&outcome=refused`)).body.audit_events
    expect(refusals.map(({ action }: { action: string }) => action).sort()).toEqual([
      'create_port',
      'delete_port',
      'update_port',
    ])
  })

  it('of others do not exist', async () => {
    const member = await aMember(cloud)
    for (const [method, id] of [
      ['GET', inner.id],
      ['PUT', inner.id],
      ['DELETE', inner.id],
    ] as const) {
      const answer = await member.request(method, `${v2}/ports/${id}`, method === 'PUT' ? { port: {} } : undefined)
      expect(refusal(answer)).toEqual([404, 'PortNotFound', `Port ${id} could not be found.`])
    }
    expect((await member.get(`${v2}/ports`)).body.ports).toEqual([])
    expect(refusal(await cloud.delete(`${v2}/ports/${absent}`))[0]).toBe(404)
  })
})
