import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayFiles } from '../../src/agent/drivers/strongswan/files.ts'
import { bridgeName, hardwareAddress } from '../../src/agent/drivers/strongswan/names.ts'
import { aLanHost, captureWire, type LanHost, mirrorOf, ping, startPing, until } from '../support/lab.ts'
import { aDesiredConnection, aDesiredGateway, newNetwork, newPort, takePlan, untilUp } from '../support/tunnel-site.ts'
import { aTunnelWorld, type TunnelWorld } from '../support/tunnel-world.ts'

const noSignal = new AbortController().signal
const privateNetworks = ['10.0.0.0/8', '2001:db8:1::/48', '2001:db8:2::/48']

/** Peer networks as wide as they can be, in both families: whatever leaves the LAN leaves through the tunnel or not at all. */
describe('a gateway whose peer network is everything', () => {
  const connection = aDesiredConnection({
    localCidrs: ['10.1.0.0/24', '2001:db8:1::/64'],
    peerCidrs: ['0.0.0.0/0', '::/0'],
  })
  let world: TunnelWorld
  /** A machine on the internet that is no peer of ours. */
  let stranger: LanHost

  beforeAll(async () => {
    world = await aTunnelWorld({
      name: 'fail',
      peerAddresses: ['203.0.113.2/24', '2001:db8::2/64'],
      peerLan: [
        { gateway: '10.2.0.1/24', host: '10.2.0.10/24' },
        { gateway: '2001:db8:2::1/64', host: '2001:db8:2::10/64' },
      ],
      hostAddresses: ['10.1.0.10/24', '2001:db8:1::10/64'],
      hostGateways: ['10.1.0.1', '2001:db8:1::1'],
    })
    stranger = await aLanHost({
      name: 'fail-x',
      bridge: world.internet,
      addresses: ['203.0.113.254/24', '2001:db8::254/64'],
      gateways: ['203.0.113.1', '2001:db8::1'],
    })
    await world.peer.configure(mirrorOf(connection))
  })

  afterAll(async () => {
    await stranger?.close()
    await world?.close()
  })

  it('lets packets to the peer through the tunnel only, with and without a daemon', async () => {
    const { driver, networks, host, peer, stateDir } = world
    const base = aDesiredGateway(networks, [connection])
    const [external, internal] = base.attachments
    if (external === undefined || internal === undefined) throw new Error('a gateway has two legs')
    const desired = {
      ...base,
      attachments: [
        { ...external, addresses: ['203.0.113.1/24', '2001:db8::1/64'] },
        { ...internal, addresses: ['10.1.0.1/24', '2001:db8:1::1/64'] },
      ],
      nextHops: ['203.0.113.254', '2001:db8::254'],
    }
    // The peer takes out of the tunnel what is for others on the internet, and these answer as they please.
    const wire = await captureWire(world.internet, privateNetworks, hardwareAddress(external.port))
    const far = ['10.2.0.10', '2001:db8:2::10', '203.0.113.254', '203.0.113.2', '2001:db8::254', '2001:db8::2']
    const tryAll = () => Promise.all(far.map((to) => ping({ from: host.namespace, to, count: 2 })))
    const near = () =>
      Promise.all(['10.1.0.1', '2001:db8:1::1'].map((to) => ping({ from: host.namespace, to, count: 1 })))

    await takePlan(driver, { ...desired, connections: [] })
    expect((await tryAll()).map(({ received }) => received)).toEqual([0, 0, 0, 0, 0, 0])
    expect(await wire.counts()).toMatchObject({ plain: 0, esp: 0 })

    await takePlan(driver, desired)
    const actual = await untilUp(driver, desired.gateway, connection)
    expect(actual.protectedCidrs.toSorted()).toEqual(['0.0.0.0/0', '::/0'])
    const [toPeerV4, toPeerV6] = await tryAll()
    expect([toPeerV4, toPeerV6].map((result) => result?.received)).toEqual([2, 2])
    expect((await near()).map(({ received }) => received)).toEqual([1, 1])
    expect(await peer.pingFrom('10.1.0.10', 2)).toEqual({ sent: 2, received: 2 })
    const during = await wire.counts()
    expect(during.plain).toBe(0)
    expect(during.esp).toBeGreaterThanOrEqual(12)

    process.kill(Number(await readFile(gatewayFiles(stateDir, desired.gateway).pidFile, 'utf8')), 'SIGKILL')
    await until(async () => (await driver.observe(desired.gateway)).daemon === undefined)
    // The kernel goes on with the SAs it has; in user space they died with the daemon.
    const reached = (await tryAll()).map((result) => result.received)
    if (driver.capabilities.backend === 'kernel') expect(reached.slice(0, 2)).toEqual([2, 2])
    else expect(reached).toEqual([0, 0, 0, 0, 0, 0])
    expect((await near()).map((result) => result.received)).toEqual([1, 1])

    await takePlan(driver, desired)
    await untilUp(driver, desired.gateway, connection)
    await until(async () => (await ping({ from: host.namespace, to: '10.2.0.10', count: 1 })).received === 1)
    expect(await wire.stop()).toMatchObject({ plain: 0 })
  })
})

/** A gateway that has a way out, and a second network of its own that no tunnel is for. */
describe('a gateway with a network that has no part in the tunnel', () => {
  const connection = aDesiredConnection()
  const secondLan = newNetwork()
  let world: TunnelWorld
  let outsider: LanHost
  let stranger: LanHost

  beforeAll(async () => {
    world = await aTunnelWorld({ name: 'part' })
    await world.driver.applyHost({ do: 'make-network', network: { id: secondLan, hostAddresses: [] } }, noSignal)
    outsider = await aLanHost({
      name: 'part-o',
      bridge: bridgeName(secondLan),
      addresses: ['10.3.0.10/24'],
      gateways: ['10.3.0.1'],
    })
    // The next hop has to be there, or nothing could be seen to leave.
    stranger = await aLanHost({
      name: 'part-x',
      bridge: world.internet,
      addresses: ['203.0.113.254/24'],
      gateways: ['203.0.113.1'],
    })
    await world.peer.configure(mirrorOf(connection))
  })

  afterAll(async () => {
    await outsider?.close()
    await stranger?.close()
    await world?.close()
  })

  it('lets nothing of it out to the peer network, and nothing of the other while the tunnel comes and goes', async () => {
    const { driver, networks, host, peer, internet } = world
    const base = aDesiredGateway(networks, [connection])
    const port = newPort()
    const desired = {
      ...base,
      attachments: [
        ...base.attachments,
        { port, side: 'internal', network: secondLan, addresses: ['10.3.0.1/24'] } as const,
      ],
    }
    await takePlan(driver, desired)
    await untilUp(driver, desired.gateway, connection)
    const wire = await captureWire(internet, privateNetworks)
    expect(await ping({ from: outsider.namespace, to: host.address, count: 2 })).toEqual({ sent: 2, received: 2 })
    expect(await ping({ from: outsider.namespace, to: peer.hostAddress, count: 2 })).toEqual({ sent: 2, received: 0 })

    const pinging = startPing({ from: host.namespace, to: peer.hostAddress, intervalMs: 2 })
    const withoutTunnel = { ...desired, connections: [] }
    for (let round = 0; round < 3; round += 1) {
      await takePlan(driver, withoutTunnel)
      await until(async () => (await driver.observe(desired.gateway)).daemon?.tunnels.length === 0)
      await takePlan(driver, desired)
      await untilUp(driver, desired.gateway, connection)
    }
    // While these go through, some of the many that are on their way do too, however quick the rounds were.
    expect(await ping({ from: host.namespace, to: peer.hostAddress })).toEqual({ sent: 3, received: 3 })
    expect((await pinging.stop()).received).toBeGreaterThan(0)
    expect(await wire.stop()).toMatchObject({ plain: 0 })
  })
})
