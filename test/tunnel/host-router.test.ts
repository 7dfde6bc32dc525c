import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ip, ipBatch } from '../../src/linux/ip.ts'
import { addAddress, deleteAddress, readLinks, setUp } from '../../src/linux/links.ts'
import { run } from '../../src/linux/run.ts'
import { udpPortsInUse } from '../../src/linux/udp-ports.ts'
import type { ApiClient, Json } from '../support/client.ts'
import { aLanHost, type LanHost } from '../support/lan-host.ts'
import { aPeerSite, type PeerSite } from '../support/peer-site.ts'
import { anOperatorsBridge } from '../support/physical.ts'
import { ping, startPing } from '../support/ping.ts'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'
import { captureWire } from '../support/wire.ts'

/**
 * A box whose only public address is its own. The box is the network namespace of this suite: 203.0.113.7 on its uplink,
 * 10.84.1.1 on its office interface, and a default route that is not to be lost.
 */

const [uplink, office] = ['hr-uplink', 'hr-office']
/**
 * End of the peer's cable. On the uplink itself a kernel with ESP shows each packet that came in twice: as it came, and again
 * out of its ESP.
 */
const wireOfPeer = 'hr-peer-wan'
const [ourLan, peerLan] = ['10.84.1.0/24', '10.84.2.0/24']
const forwarding = '/proc/sys/net/ipv4/ip_forward'
const psk = 'correct-horse-battery'
const flat = { 'provider:network_type': 'flat', 'provider:physical_network': 'host' }

const closers: (() => Promise<void>)[] = []
let service: Service
let client: ApiClient
let peer: PeerSite
let host: LanHost
let made: Awaited<ReturnType<typeof makeObjects>>
let connection: Json
let before: readonly string[]
let id: string

/** All that the host would miss if it were changed, and all that must be gone afterwards. */
async function stateOfHost(): Promise<readonly string[]> {
  const shown = await Promise.all(
    [
      ['-o', '-4', 'address', 'show'],
      ['-4', 'route', 'show', 'table', 'all'],
      ['-4', 'rule', 'show'],
      ['-6', 'rule', 'show'],
    ].map((command) => run('ip', command)),
  )
  const settings = [forwarding, '/proc/sys/net/ipv4/conf/all/rp_filter', '/proc/sys/net/ipv6/conf/all/forwarding']
  const devices = (await readLinks()).map(({ name, alias }) => `${name} ${alias}`).toSorted()
  return [...shown, ...(await Promise.all(settings.map((path) => readFile(path, 'utf8')))), ...devices]
}

async function makeObjects() {
  const wan = await client.make('/networks', 'network', { name: 'uplink', 'router:external': true, ...flat })
  await client.make('/subnets', 'subnet', {
    ...{ network_id: wan.id, ip_version: 4, cidr: '203.0.113.0/24', gateway_ip: '203.0.113.1' },
    allocation_pools: [{ start: '203.0.113.7', end: '203.0.113.7' }],
  })
  const lan = await client.make('/networks', 'network', { name: 'office', ...flat })
  const subnet = await client.make('/subnets', 'subnet', { network_id: lan.id, ip_version: 4, cidr: ourLan })
  const router = await client.make('/routers', 'router', {
    name: 'host',
    external_gateway_info: { network_id: wan.id },
  })
  await client.put(`/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id })
  const vpnservice = await client.make('/vpn/vpnservices', 'vpnservice', { name: 'vpn', router_id: router.id })
  const algorithms = { auth_algorithm: 'sha256', encryption_algorithm: 'aes-256', pfs: 'group14' }
  const ikepolicy = await client.make('/vpn/ikepolicies', 'ikepolicy', { ike_version: 'v2', ...algorithms })
  const ipsecpolicy = await client.make('/vpn/ipsecpolicies', 'ipsecpolicy', algorithms)
  const group = (type: string, endpoint: string) =>
    client.make('/vpn/endpoint-groups', 'endpoint_group', { type, endpoints: [endpoint] })
  return {
    ...{ wan, lan, router, vpnservice, ikepolicy, ipsecpolicy },
    ...{ local: await group('subnet', subnet.id), remote: await group('cidr', peerLan) },
  }
}

beforeAll(async () => {
  closers.push((await anOperatorsBridge(uplink)).close)
  host = await aLanHost({ name: office, addresses: ['10.84.1.10/24'], gateways: ['10.84.1.1'] })
  closers.push(host.close)
  await ipBatch([
    ...[addAddress(uplink, '203.0.113.7/24'), addAddress(office, '10.84.1.1/24'), setUp(office)],
    ['route', 'add', 'default', 'via', '203.0.113.1'],
  ])
  closers.push(() => ip(['route', 'delete', 'default', 'via', '203.0.113.1']))
  await writeFile(forwarding, '0')
  closers.push(() => writeFile(forwarding, '0'))
  service = await Service.open({ env: { SALLYPORT_HOST_ROUTER: 'yes', SALLYPORT_FLAVOUR: 'openstack' } })
  closers.push(() => service.close())
  client = await service.client()
  const { backend } = await service.health()
  peer = await aPeerSite({
    ...{ name: 'hr-peer', bridge: uplink, publicAddresses: ['203.0.113.200/24'], backend },
    lan: [{ gateway: '10.84.2.1/24', host: '10.84.2.10/24' }],
  })
  closers.push(() => peer.close())
  // The bridge of the network `public`, which every installation begins with, is there already.
  await until(async () => (await service.health()).ready, { what: 'readiness' })
  before = await stateOfHost()
  made = await makeObjects()
  connection = {
    ...{ name: 'to-branch', psk, peer_address: peer.publicAddress, peer_id: peer.publicAddress },
    ...{ vpnservice_id: made.vpnservice.id, ikepolicy_id: made.ikepolicy.id, ipsecpolicy_id: made.ipsecpolicy.id },
    ...{ local_ep_group_id: made.local.id, peer_ep_group_id: made.remote.id },
  }
  await peer.configure({
    ...{ name: 'box', version: 2, psk, proposals: ['aes256-sha256-modp2048'] },
    ...{ localAddress: peer.publicAddress, remoteAddress: '203.0.113.7', espProposals: ['aes256-sha256-modp2048'] },
    ...{ localId: peer.publicAddress, remoteId: '203.0.113.7', children: [{ local: [peerLan], remote: [ourLan] }] },
  })
})
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const pingPeer = (count = 5) => ping({ from: host.namespace, to: peer.hostAddress, count })
const untilPing = () => until(async () => (await pingPeer(1)).received === 1, { what: 'a ping', deadlineMs: 40_000 })
/** Rather than when the agent would try again. */
const lookAtOnce = () => client.put(`/vpn/vpnservices/${made.vpnservice.id}`, { vpnservice: { name: 'looked-at' } })
const untilLogged = (words: string) => until(() => service.log.includes(words), { what: words, deadlineMs: 40_000 })

describe('a router that is the host itself', () => {
  it("has the host's address as its own", () => {
    expect(made.vpnservice.external_v4_ip).toBe('203.0.113.7')
  })

  it('waits for a host that forwards, and says how', async () => {
    await untilLogged('this host does not forward packets, so it cannot be a router: sysctl -w net.ipv4.ip_forward=1')
    expect(await stateOfHost()).toEqual(before)
  })

  it('waits until no other daemon has the ports, and says what to do', async () => {
    const other = ['-e', 'require("dgram").createSocket("udp4").bind(500).on("listening", () => console.log("up"))']
    const blocker = spawn(process.execPath, other, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await new Promise((resolve) => blocker.stdout.once('data', resolve))
      await writeFile(forwarding, '1')
      before = await stateOfHost()
      await lookAtOnce()
      await untilLogged('UDP port 500 of this host is in use, by another IPsec daemon perhaps: stop and disable that')
    } finally {
      blocker.kill('SIGKILL')
    }
  })

  it('becomes ACTIVE and carries pings both ways inside ESP, and nothing beside it', async () => {
    id = (await client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', connection)).id
    await client.untilStatus(id, 'ACTIVE', 60_000)
    const wire = await captureWire(wireOfPeer, [ourLan, peerLan])
    expect(await pingPeer()).toEqual({ sent: 5, received: 5 })
    expect(await peer.pingFrom(host.address, 5)).toEqual({ sent: 5, received: 5 })
    const seen = await wire.stop()
    expect(seen.esp).toBeGreaterThanOrEqual(20)
    expect(seen.plain).toBe(0)
  })

  it('leaves addresses, default route and settings of the host as they are', async () => {
    const { stdout } = await shown('address', 'show', 'dev', uplink)
    expect(stdout).toContain('203.0.113.7/24')
    expect((await shown('route', 'show', 'table', 'main')).stdout).toContain('default via 203.0.113.1')
    expect((await shown('route', 'show', 'table', 'main')).stdout).not.toContain('10.84.2')
    // What the host itself says to others goes where it went.
    expect((await shown('route', 'get', '198.51.100.1')).stdout).toContain('via 203.0.113.1')
  })

  it('refuses a peer network that reaches over what the host needs outside of the tunnel', async () => {
    for (const [cidr, what] of [
      ['0.0.0.0/0', '203.0.113.0/24'],
      ['203.0.113.128/25', '203.0.113.0/24'],
      ['198.51.100.0/24', '198.51.100.9'],
    ]) {
      const group = await client.make('/vpn/endpoint-groups', 'endpoint_group', { type: 'cidr', endpoints: [cidr] })
      const wanted = { ...connection, peer_ep_group_id: group.id, peer_address: '198.51.100.9' }
      const { status, body } = await client.request('POST', '/vpn/ipsec-site-connections', {
        ipsec_site_connection: wanted,
      })
      expect([status, body.NeutronError.message]).toEqual([
        400,
        expect.stringContaining(`peer network ${cidr} reaches over ${what}, which this router, being the host itself`),
      ])
    }
  })

  it('lets nothing out in the clear while its daemon is dead, and brings it back', async () => {
    const wire = await captureWire(wireOfPeer, [ourLan, peerLan])
    const pinging = startPing({ from: host.namespace, to: peer.hostAddress, intervalMs: 10 })
    peer.silence()
    await killCharonOf(made.router.id)
    await client.untilStatus(id, 'DOWN')
    peer.comeBack()
    await client.untilStatus(id, 'ACTIVE', 60_000)
    await untilPing()
    expect((await pinging.stop()).received).toBeGreaterThan(0)
    expect(await wire.stop()).toMatchObject({ plain: 0 })
  })

  it('loses no ping when the server is killed and started again', async () => {
    const pinging = startPing({ from: host.namespace, to: peer.hostAddress, intervalMs: 20 })
    await service.kill()
    await service.start()
    await until(async () => (await service.health()).ready, { what: 'readiness' })
    const { sent, received } = await pinging.stop()
    expect(sent - received).toBe(0)
    client = await service.client()
    expect(await client.connectionStatus(id)).toBe('ACTIVE')
  })

  it('has its rules mended', async () => {
    await ip(['rule', 'delete', 'priority', '221', 'from', ourLan])
    await until(async () => (await shown('rule', 'show')).stdout.includes(`from ${ourLan} lookup 221`), {
      what: 'the rule',
      deadlineMs: 40_000,
    })
  })

  it('is out of order while the host lacks its address, and says so', async () => {
    await ip(deleteAddress(office, '10.84.1.1/24'))
    await untilLogged(
      'this host has no address 10.84.1.1: a router that is the host has the addresses that the host has',
    )
    await ip(addAddress(office, '10.84.1.1/24'))
    await client.untilStatus(id, 'ACTIVE', 60_000)
    await untilPing()
  })

  it('leaves the host as it was when its service goes', async () => {
    await client.delete(`/vpn/ipsec-site-connections/${id}`)
    await until(async () => (await client.request('GET', `/vpn/ipsec-site-connections/${id}`)).status === 404)
    await client.delete(`/vpn/vpnservices/${made.vpnservice.id}`)
    await until(async () => JSON.stringify(await stateOfHost()) === JSON.stringify(before), {
      what: 'the host as it was',
    })
  })

  it('leaves the host as it was when it is cleaned up after a crash of everything', async () => {
    const { id: serviceId } = await client.make('/vpn/vpnservices', 'vpnservice', { router_id: made.router.id })
    const wanted = { ...connection, vpnservice_id: serviceId }
    const again = await client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', wanted)
    await client.untilStatus(again.id, 'ACTIVE', 60_000)
    await service.kill()
    await killCharonOf(made.router.id)
    const said = await service.cleanUp()
    expect(said).toContain('removed 1 gateways, 1 bridges')
    // But for the bridge of the network `public`, which went with the rest.
    const isOfPublic = (line: string) => /spb[0-9a-f-]{11}/.test(line)
    const beside = (state: readonly string[]) =>
      state
        .map((text) =>
          text
            .split('\n')
            .filter((line) => !isOfPublic(line))
            .join('\n'),
        )
        .filter((text) => text !== '')
    expect(beside(await stateOfHost())).toEqual(beside(before))
    expect(await ping({ from: host.namespace, to: '10.84.1.1', count: 1 })).toMatchObject({ received: 1 })
  })

  it('is found by name and ended when its state directory is lost, and nobody else on the host is', async () => {
    await service.start()
    client = await service.client()
    await until(async () => (await stateOfHost()).join().includes('lookup 220'), {
      what: 'the daemon',
      deadlineMs: 20_000,
    })
    const bystander = spawn('sleep', ['600'])
    try {
      await service.kill()
      await rm(`${service.stateDir}/gateways`, { recursive: true })
      const { code, said } = await service.command('cleanup', '--all')
      expect([code, said]).toEqual([0, expect.stringContaining('removed 1 gateways')])
      expect((await stateOfHost()).join()).not.toMatch(/lookup 22[01]/)
      expect(await udpPortsInUse()).not.toContain(500)
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull()
    } finally {
      bystander.kill('SIGKILL')
    }
  })
})

async function shown(...command: readonly string[]): Promise<{ readonly stdout: string }> {
  return { stdout: await run('ip', command) }
}

async function killCharonOf(router: string): Promise<void> {
  const pid = await readFile(`${service.stateDir}/gateways/${router}/run/charon.pid`, 'utf8')
  process.kill(Number(pid), 'SIGKILL')
}
