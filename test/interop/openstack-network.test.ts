import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '../support/client.ts'
import { OpenstackCommand } from '../support/openstack-command.ts'
import { OpenstackShell } from '../support/openstack-shell.ts'
import { Service } from '../support/service.ts'

/** `openstack network …`, `subnet`, `router`, `port` and their like (`client-traffic.md` §3), in both flavours. */

let service: Service
beforeAll(async () => {
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated' } })
})
afterAll(() => service?.close())

const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
const namesOf = (list: readonly Json[]): readonly string[] => list.map(({ Name }) => Name)

describe.each(['RegionOne', 'eu-de'])('in region %s', (region) => {
  let shell: OpenstackShell
  beforeAll(async () => {
    shell = await OpenstackShell.open(service, region)
  })
  afterAll(() => shell?.close())

  /** Each has names of its own, so that none is in another's way. */
  const of = (name: string) => `${name}-${region}`.toLowerCase()

  it('a network is made, listed, shown, changed and deleted, by name and by id', async () => {
    const name = of('net')
    const made = await shell.json(`network create ${name}`)
    expect(made).toMatchObject({
      id,
      name,
      admin_state_up: true,
      status: 'ACTIVE',
      'router:external': false,
      mtu: 1500,
    })
    expect(await shell.json('network list')).toContainEqual({ ID: made.id, Name: name, Subnets: [] })
    expect(await shell.json('network list --long')).toContainEqual(
      expect.objectContaining({ ID: made.id, Status: 'ACTIVE', 'Router Type': false, Shared: false }),
    )
    expect(namesOf(await shell.json('network list --external'))).toEqual(['public'])
    expect(namesOf(await shell.json(`network list --internal --name ${name}`))).toEqual([name])
    await shell.done(`network set --name ${name}-b --description changed ${name}`)
    await shell.done(`network set --disable ${made.id}`)
    for (const asked of [`${name}-b`, made.id]) {
      expect(await shell.json(`network show ${asked}`)).toMatchObject({
        name: `${name}-b`,
        description: 'changed',
        admin_state_up: false,
      })
    }
    await shell.done(`network delete ${name}-b`)
    expect(await shell.refusal(`network show ${made.id}`)).toContain(`No Network found for ${made.id}`)
  })

  it('a network is told by its tags', async () => {
    const name = of('tagged')
    await shell.json(`network create --tag red --tag blue ${name}`)
    expect((await shell.json(`network show ${name}`)).tags.sort()).toEqual(['blue', 'red'])
    expect(namesOf(await shell.json(`network list --tags red,blue --name ${name}`))).toEqual([name])
    expect(namesOf(await shell.json('network list --tags red,green'))).toEqual([])
    await shell.done(`network unset --tag red ${name}`)
    expect((await shell.json(`network show ${name}`)).tags).toEqual(['blue'])
    await shell.done(`network set --no-tag ${name}`)
    expect((await shell.json(`network show ${name}`)).tags).toEqual([])
  })

  it('a subnet is made, listed, shown, changed and deleted, by name and by id', async () => {
    const name = of('sub')
    const network = (await shell.json(`network create ${name}-net`)).id
    const range = '--subnet-range 10.41.0.0/24 --gateway 10.41.0.254 --dns-nameserver 192.0.2.53'
    const pool = '--allocation-pool start=10.41.0.10,end=10.41.0.20'
    const made = await shell.json(`subnet create --network ${name}-net ${range} ${pool} ${name}`)
    expect(made).toMatchObject({
      id,
      name,
      network_id: network,
      ip_version: 4,
      cidr: '10.41.0.0/24',
      gateway_ip: '10.41.0.254',
      enable_dhcp: expect.any(Boolean),
      allocation_pools: [{ start: '10.41.0.10', end: '10.41.0.20' }],
      dns_nameservers: ['192.0.2.53'],
    })
    expect(await shell.json(`subnet list --network ${name}-net`)).toEqual([
      { ID: made.id, Name: name, Network: network, Subnet: '10.41.0.0/24' },
    ])
    expect(namesOf(await shell.json('subnet list --long --ip-version 4'))).toContain(name)
    await shell.done(`subnet set --name ${name}-b --description changed ${name}`)
    await shell.done(`subnet set --dns-nameserver 192.0.2.54 ${made.id}`)
    expect(await shell.json(`subnet show ${name}-b`)).toMatchObject({
      description: 'changed',
      dns_nameservers: expect.arrayContaining(['192.0.2.53', '192.0.2.54']),
    })
    await shell.done(`subnet unset --dns-nameserver 192.0.2.53 ${name}-b`)
    expect((await shell.json(`subnet show ${made.id}`)).dns_nameservers).toEqual(['192.0.2.54'])
    expect((await shell.json(`network show ${name}-net`)).subnets).toEqual([made.id])
    await shell.done(`subnet delete ${made.id}`)
    expect(await shell.refusal(`subnet show ${name}-b`)).toContain(`No Subnet found for ${name}-b`)
  })

  it('a subnet without a gateway, and one of IPv6, are made', async () => {
    const name = of('kinds')
    await shell.json(`network create ${name}`)
    const closed = await shell.json(
      `subnet create --network ${name} --subnet-range 10.42.0.0/24 --gateway none ${name}-4`,
    )
    expect(closed.gateway_ip).toBeNull()
    const six = `--ip-version 6 --subnet-range 2001:db8:42::/64`
    expect(await shell.json(`subnet create --network ${name} ${six} ${name}-6`)).toMatchObject({
      ip_version: 6,
      cidr: '2001:db8:42::/64',
      gateway_ip: '2001:db8:42::1',
    })
    const overlapping = `subnet create --network ${name} --subnet-range 10.42.0.128/25 ${name}-again`
    expect(await shell.refusal(overlapping)).toMatch(/10\.42\.0\.128\/25.*overlaps with another subnet/)
  })

  it('a router is made, connected, listed, shown, changed, disconnected and deleted', async () => {
    const name = of('router')
    await shell.json(`network create ${name}-net`)
    const subnet = await shell.json(`subnet create --network ${name}-net --subnet-range 10.43.0.0/24 ${name}-sub`)
    const made = await shell.json(`router create ${name}`)
    expect(made).toMatchObject({ id, name, status: 'ACTIVE', admin_state_up: true, external_gateway_info: null })
    await shell.done(`router set --external-gateway public ${name}`)
    await shell.done(`router add subnet ${name} ${name}-sub`)
    const shown = await shell.json(`router show ${name}`)
    expect(shown.external_gateway_info.external_fixed_ips).toEqual([
      { subnet_id: id, ip_address: expect.stringMatching(/^172\.24\.4\.\d+$/) },
    ])
    expect(shown.interfaces_info).toEqual([{ port_id: id, subnet_id: subnet.id, ip_address: '10.43.0.1' }])
    expect(await shell.json('router list')).toContainEqual(
      expect.objectContaining({ ID: made.id, Name: name, Status: 'ACTIVE', State: true }),
    )
    expect(namesOf(await shell.json('router list --long'))).toContain(name)

    await shell.done(`router set --name ${name}-b --description changed --disable ${name}`)
    expect(await shell.json(`router show ${made.id}`)).toMatchObject({ name: `${name}-b`, admin_state_up: false })
    expect(await shell.refusal(`router delete ${made.id}`)).toContain('still has ports')
    await shell.done(`router remove subnet ${name}-b ${name}-sub`)
    await shell.done(`router unset --external-gateway ${name}-b`)
    expect((await shell.json(`router show ${name}-b`)).external_gateway_info).toBeNull()
    await shell.done(`router delete ${name}-b`)
    expect(await shell.refusal(`router show ${made.id}`)).toContain('No Router found')
  })

  it('a router is made with its gateway, at an address that was chosen', async () => {
    const name = of('chosen')
    const address = region === 'eu-de' ? '172.24.4.201' : '172.24.4.200'
    const [{ Subnets }] = await shell.json('network list --external')
    const fixed = `--enable-snat --fixed-ip subnet=${Subnets[0]},ip-address=${address}`
    const made = await shell.json(`router create --external-gateway public ${fixed} ${name}`)
    expect(made.external_gateway_info).toMatchObject({
      enable_snat: true,
      external_fixed_ips: [{ subnet_id: Subnets[0], ip_address: address }],
    })
    const again = await shell.refusal(`router create --external-gateway public ${fixed} ${name}-again`)
    expect(again).toContain(address)
  })

  it('two subnets that overlap are not connected to one router', async () => {
    const name = of('overlap')
    await shell.json(`router create ${name}`)
    for (const each of ['a', 'b']) {
      await shell.json(`network create ${name}-${each}`)
      await shell.json(`subnet create --network ${name}-${each} --subnet-range 10.44.0.0/24 ${name}-${each}`)
    }
    await shell.done(`router add subnet ${name} ${name}-a`)
    const said = await shell.refusal(`router add subnet ${name} ${name}-b`)
    expect(said).toMatch(/Cidr 10\.44\.0\.0\/24 of subnet .* overlaps with cidr 10\.44\.0\.0\/24 of subnet/)
  })

  it('the ports of a router are listed, by router and by subnet, and shown', async () => {
    const name = of('ports')
    // The regions see each other's ports, and one address is asked for.
    const block = region === 'eu-de' ? 46 : 45
    await shell.json(`network create ${name}`)
    const subnet = (await shell.json(`subnet create --network ${name} --subnet-range 10.${block}.0.0/24 ${name}`)).id
    await shell.json(`router create --external-gateway public ${name}`)
    await shell.done(`router add subnet ${name} ${name}`)
    const ports: readonly Json[] = await shell.json(`port list --router ${name}`)
    expect(ports).toHaveLength(2)
    const inside = {
      ID: id,
      Name: '',
      'MAC Address': expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
      'Fixed IP Addresses': [{ subnet_id: subnet, ip_address: `10.${block}.0.1` }],
      Status: 'ACTIVE',
    }
    expect(ports).toContainEqual(inside)
    expect(await shell.json(`port list --fixed-ip subnet=${name}`)).toEqual([inside])
    expect(await shell.json(`port list --fixed-ip ip-address=10.${block}.0.1`)).toEqual([inside])
    const [{ ID }] = await shell.json(`port list --fixed-ip subnet=${name}`)
    const shown = await shell.json(`port show ${ID}`)
    expect(shown).toMatchObject({ device_owner: 'network:router_interface', status: 'ACTIVE' })
    expect(await shell.json(`port list --network ${name} --long`)).toEqual([
      expect.objectContaining({ ID, 'Device Owner': 'network:router_interface' }),
    ])
  })

  it.each(['network agent list', 'address scope list', 'subnet pool list', 'floating ip list', 'security group list'])(
    '%s is answered, with nothing in it',
    async (command) => {
      expect(await shell.json(command)).toEqual([])
    },
  )

  it('the availability zones are listed, or the command says that there are none', async () => {
    const openstack = await OpenstackCommand.open(service)
    const command = ['availability', 'zone', 'list', '--network', '-f', 'json']
    const { code, output } = await openstack.run(command, { env: { OS_REGION_NAME: region } })
    await openstack.close()
    expect([code, JSON.parse(output)]).toEqual([0, expect.any(Array)])
  })

  it('the extensions are listed, and shown one by one', async () => {
    const extensions: readonly Json[] = await shell.json('extension list --network')
    const aliases = extensions.map(({ Alias }) => Alias)
    expect(aliases).toEqual(expect.arrayContaining(['vpnaas', 'vpn-endpoint-groups', 'router', 'quotas']))
    for (const alias of aliases) expect(await shell.json(`extension show ${alias}`)).toMatchObject({ alias })
    expect(await shell.refusal('extension show nothing')).toContain('nothing')
  })

  it.each([
    ['network', 'Network'],
    ['subnet', 'Subnet'],
    ['router', 'Router'],
  ])('%s: a name or an id that nothing has is said to be unknown', async (command, kind) => {
    for (const asked of ['nowhere', '00000000-0000-4000-8000-00000000dead']) {
      expect(await shell.refusal(`${command} show ${asked}`)).toContain(`No ${kind} found for ${asked}`)
      expect(await shell.refusal(`${command} set --name new ${asked}`)).toContain(asked)
      expect(await shell.refusal(`${command} delete ${asked}`)).toContain(`1 of 1 ${command}s failed to delete`)
    }
  })
})
