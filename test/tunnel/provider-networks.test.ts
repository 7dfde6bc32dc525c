import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ip } from '../../src/linux/ip.ts'
import { addAddress, clearMaster, deleteAddress, readLinks } from '../../src/linux/links.ts'
import type { Json } from '../support/client.ts'
import { aLanHost, type LanHost } from '../support/lan-host.ts'
import { anOperatorsBridge, stateOf } from '../support/physical.ts'
import { ping, startPing } from '../support/ping.ts'
import { aTwoSites, bridgeOf, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'
import { captureWire } from '../support/wire.ts'

/** Networks on devices of the operator: the uplink and the office are bridges of theirs, the floor is an interface. */

const [uplink, office, floor] = ['op-uplink', 'op-office', 'op-floor']
const flat = (name: string) => ({ 'provider:network_type': 'flat', 'provider:physical_network': name })
const subnets = ['10.81.1.0/24', '10.81.3.0/24']

const closers: (() => Promise<void>)[] = []
let sites: TwoSites
/** A machine at the other end of the interface's cable. */
let onFloor: LanHost
let floorNetwork: Json
let floorBefore: Json
let id: string

beforeAll(async () => {
  for (const name of [uplink, office]) closers.push((await anOperatorsBridge(name)).close)
  onFloor = await aLanHost({ name: floor, addresses: ['10.81.3.10/24'], gateways: ['10.81.3.1'] })
  closers.push(onFloor.close)
  floorBefore = await stateOf(floor)
  sites = await aTwoSites({
    name: 'prov',
    block: 81,
    env: { SALLYPORT_PHYSICAL_NETWORKS: `uplink=${uplink}, office=${office}, floor=${floor}, spare=op-spare` },
    uplink: { bridge: uplink, attributes: flat('uplink') },
    lan: { bridge: office, attributes: flat('office') },
  })
  closers.push(sites.close)
  const { client, made } = sites
  floorNetwork = await client.make('/networks', 'network', { name: 'floor', ...flat('floor') })
  const subnet = await client.make('/subnets', 'subnet', {
    network_id: floorNetwork.id,
    ip_version: 4,
    cidr: '10.81.3.0/24',
  })
  await client.put(`/routers/${made.router.id}/add_router_interface`, { subnet_id: subnet.id })
  const both = { type: 'subnet', endpoints: [made.lanSubnet.id, subnet.id] }
  const group = await client.make('/vpn/endpoint-groups', 'endpoint_group', both)
  await sites.peer.configure({
    ...sites.peerConnection,
    children: [{ local: [sites.networks[1]], remote: subnets }],
  })
  const wanted = { ...sites.connection, local_ep_group_id: group.id }
  id = (await client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', wanted)).id
  await client.untilStatus(id, 'ACTIVE')
})
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const pingFrom = (host: LanHost, count = 5) => ping({ from: host.namespace, to: sites.peer.hostAddress, count })
const untilPing = (host: LanHost) =>
  until(async () => (await pingFrom(host, 1)).received === 1, { what: `a ping from ${host.namespace}` })

describe('flat networks', () => {
  it('carry pings from behind a bridge and from behind an interface, over an uplink of the operator, in ESP only', async () => {
    const wire = await captureWire(uplink, [...subnets, sites.networks[1]])
    expect(await pingFrom(sites.host)).toEqual({ sent: 5, received: 5 })
    expect(await pingFrom(onFloor)).toEqual({ sent: 5, received: 5 })
    const seen = await wire.stop()
    expect(seen.esp).toBeGreaterThanOrEqual(20)
    expect(seen.plain).toBe(0)
  })

  it('plug cables into a bridge of the operator, and an interface into a bridge of ours', async () => {
    const links = await readLinks()
    expect(links.filter(({ master, name }) => master === office && name.startsWith('spv'))).toHaveLength(1)
    expect(links.find(({ name }) => name === bridgeOf(sites.made.lanNetwork))).toBeUndefined()
    expect(await stateOf(floor)).toMatchObject({ master: bridgeOf(floorNetwork), isUp: true })
  })

  it('give no device of the operator a name, an address or an alias', async () => {
    for (const device of [uplink, office, floor]) {
      expect(await stateOf(device)).toMatchObject({ name: device, addresses: [], alias: undefined })
    }
  })

  it.each([
    ['an interface that was unplugged', floor, () => onFloor],
    ['a cable that was pulled out of a bridge', '', () => sites.host],
  ])('are mended: %s', async (_, device, host) => {
    const links = await readLinks()
    const cable = links.find(({ master, name }) => master === office && name.startsWith('spv'))?.name ?? ''
    await ip(clearMaster(device || cable))
    expect((await pingFrom(host(), 1)).received).toBe(0)
    await until(async () => (await pingFrom(host(), 1)).received === 1, {
      what: 'a mended network',
      deadlineMs: 40_000,
    })
  })

  it('lose no ping when the server is killed and started again', async () => {
    const pinging = [sites.host, onFloor].map((host) =>
      startPing({ from: host.namespace, to: sites.peer.hostAddress, intervalMs: 20 }),
    )
    await sites.service.kill()
    await sites.service.start()
    await until(async () => (await sites.service.health()).ready, { what: 'readiness' })
    for (const one of pinging) {
      const { sent, received } = await one.stop()
      expect(sent - received).toBe(0)
    }
    expect(await stateOf(floor)).toMatchObject({ master: bridgeOf(floorNetwork), isUp: true })
  })
})

describe('an interface', () => {
  it('that is missing is waited for, while tunnels elsewhere go on', async () => {
    const client = await sites.service.client()
    const network = await client.make('/networks', 'network', { name: 'spare', ...flat('spare') })
    await until(() => sites.service.log.includes('op-spare, which physical network spare is, is not on this host'), {
      what: 'a line in the log',
    })
    expect(await pingFrom(onFloor, 1)).toEqual({ sent: 1, received: 1 })
    const late = await aLanHost({ name: 'op-spare', addresses: ['10.81.5.10/24'], gateways: [] })
    try {
      await until(async () => (await stateOf('op-spare')).master === bridgeOf(network), {
        what: 'the late interface in its bridge',
        deadlineMs: 40_000,
      })
      await client.delete(`/networks/${network.id}`)
      await until(async () => (await stateOf('op-spare')).master === undefined, { what: 'the interface unplugged' })
      await until(async () => !(await stateOf('op-spare')).isUp, { what: 'the interface down, as it was' })
    } finally {
      await late.close()
    }
  })

  it('that carries an address of the host is left alone, and what to do is said', async () => {
    const inUse = await aLanHost({ name: 'op-spare', addresses: ['192.0.2.10/24'], gateways: [] })
    try {
      await ip(['link', 'set', 'dev', 'op-spare', 'up'])
      await ip(addAddress('op-spare', '192.0.2.1/24'))
      const client = await sites.service.client()
      const network = await client.make('/networks', 'network', { name: 'spare', ...flat('spare') })
      await until(() => sites.service.log.includes('op-spare carries 192.0.2.1/24 of this host'), {
        what: 'a line in the log',
      })
      expect(await stateOf('op-spare')).toMatchObject({ master: undefined, isUp: true, addresses: ['192.0.2.1/24'] })
      expect(await ping({ from: 'op-spare', to: '192.0.2.1', count: 1 })).toEqual({ sent: 1, received: 1 })
      // The operator does as told.
      await ip(deleteAddress('op-spare', '192.0.2.1/24'))
      await until(async () => (await stateOf('op-spare')).master === bridgeOf(network), {
        what: 'the freed interface in its bridge',
        deadlineMs: 40_000,
      })
      await client.delete(`/networks/${network.id}`)
      await until(async () => (await stateOf('op-spare')).master === undefined, { what: 'the interface unplugged' })
      expect((await stateOf('op-spare')).isUp).toBe(true)
    } finally {
      await inUse.close()
    }
  })
})

describe('cleanup', () => {
  it('leaves bridges and interfaces of the operator as they were, and nothing of ours', async () => {
    await sites.service.kill()
    await sites.service.cleanUp()
    expect(await stateOf(floor)).toEqual(floorBefore)
    expect(await stateOf(uplink)).toMatchObject({ isUp: true, kind: 'bridge', addresses: [] })
    expect(await stateOf(office)).toMatchObject({ isUp: true, kind: 'bridge', addresses: [] })
    expect((await readLinks()).filter(({ name }) => /^sp[bveit][0-9a-f]/.test(name))).toEqual([])
  })

  it('is made good by the next start, which finds everything again', async () => {
    await sites.service.start()
    const client = await sites.service.client()
    await client.untilStatus(id, 'ACTIVE', 40_000)
    await untilPing(sites.host)
    await untilPing(onFloor)
  })
})
