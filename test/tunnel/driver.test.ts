import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUpHost } from '../../src/agent/drivers/strongswan/cleanup.ts'
import { StrongswanDriver } from '../../src/agent/drivers/strongswan/driver.ts'
import { gatewayFiles } from '../../src/agent/drivers/strongswan/files.ts'
import { bridgeName } from '../../src/agent/drivers/strongswan/names.ts'
import { unpaced } from '../../src/agent/pacing.ts'
import { plan } from '../../src/agent/plan.ts'
import type { Log } from '../../src/model/log.ts'
import {
  aLanHost,
  aPeerSite,
  captureWire,
  type LanHost,
  mirrorOf,
  type PeerSite,
  ping,
  startPing,
  systemClock,
  until,
} from '../support/lab.ts'
import {
  aDesiredConnection,
  aDesiredGateway,
  installedChildren,
  newNetwork,
  takePlan,
  untilUp,
} from '../support/tunnel-site.ts'

const noSignal = new AbortController().signal
const quiet: Log = { debug() {}, info() {}, warn() {}, error: (fields, event) => console.error(event, fields) }

describe('the strongSwan driver', () => {
  const networks = { internet: newNetwork(), lan: newNetwork() }
  const connection = aDesiredConnection()
  const desired = aDesiredGateway(networks, [connection])
  const { gateway } = desired
  let stateDir: string
  let driver: StrongswanDriver
  let peer: PeerSite
  let host: LanHost

  const open = () => StrongswanDriver.open({ stateDir, clock: systemClock, log: quiet })
  const charonPid = async () => Number(await readFile(gatewayFiles(stateDir, gateway).pidFile, 'utf8'))

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'sallyport-'))
    driver = await open()
    for (const id of Object.values(networks)) {
      const step = { do: 'make-network', network: { id, hostAddresses: [] } } as const
      await driver.applyHost(step, noSignal)
      await driver.applyHost(step, noSignal)
    }
    peer = await aPeerSite({
      name: 'tpeer',
      bridge: bridgeName(networks.internet),
      publicAddresses: ['203.0.113.2/24'],
      lan: [{ gateway: '10.2.0.1/24', host: '10.2.0.10/24' }],
      backend: driver.capabilities.backend,
    })
    host = await aLanHost({
      name: 'tlan',
      bridge: bridgeName(networks.lan),
      addresses: ['10.1.0.10/24'],
      gateways: ['10.1.0.1'],
    })
    await peer.configure(mirrorOf(connection))
  })

  afterAll(async () => {
    await peer?.close()
    await host?.close()
    await driver?.close()
    await cleanUpHost({ stateDir, clock: systemClock, log: quiet })
    await rm(stateDir, { recursive: true, force: true })
  })

  it('makes the networks of the host', async () => {
    const { networks: made } = await driver.observeHost()
    expect(made.map(({ id }) => id).toSorted()).toEqual(Object.values(networks).toSorted())
  })

  it('shows nothing of a gateway that is not there', async () => {
    expect(await driver.observe(gateway)).toMatchObject({ present: false, attachments: [], daemon: undefined })
  })

  it('takes every step of a plan twice, and then there is nothing left to plan', async () => {
    for (const step of plan(desired, await driver.observe(gateway), unpaced)) {
      await driver.apply(gateway, step, noSignal)
      await driver.apply(gateway, step, noSignal)
    }
    const actual = await untilUp(driver, gateway, connection)
    expect(actual).toMatchObject({
      present: true,
      attachments: expect.arrayContaining([...desired.attachments]),
      nextHops: desired.nextHops,
      protectedCidrs: desired.protectedCidrs,
    })
    expect(plan(desired, actual, unpaced)).toEqual([])
  })

  it('carries packets from LAN to LAN inside ESP and nothing beside it', async () => {
    const wire = await captureWire(bridgeName(networks.internet), ['10.0.0.0/8'])
    expect(await ping({ from: host.namespace, to: peer.hostAddress, count: 5 })).toEqual({ sent: 5, received: 5 })
    expect(await peer.pingFrom(host.address, 5)).toEqual({ sent: 5, received: 5 })
    expect(await wire.stop()).toMatchObject({ esp: 20, plain: 0 })
    const [child] = installedChildren(await driver.observe(gateway), connection)
    expect(child).toMatchObject({
      packetsIn: 10,
      packetsOut: 10,
      localCidrs: ['10.1.0.0/24'],
      peerCidrs: ['10.2.0.0/24'],
    })
  })

  it('is taken over by a second driver without a packet lost', async () => {
    const before = await driver.observe(gateway)
    const pinging = startPing({ from: host.namespace, to: peer.hostAddress })
    await driver.close()
    driver = await open()
    const after = await driver.observe(gateway)
    expect(after.daemon?.tunnels.map(({ ikeSa }) => ikeSa)).toEqual(before.daemon?.tunnels.map(({ ikeSa }) => ikeSa))
    expect(plan(desired, after, unpaced)).toEqual([])
    const { sent, received } = await pinging.stop()
    expect(received).toBe(sent)
  })

  it('tells of a tunnel that the peer closed', async () => {
    const stop = new AbortController()
    const hints = driver.changes(stop.signal)[Symbol.asyncIterator]()
    await peer.terminate(mirrorOf(connection).name)
    expect(await hints.next()).toEqual({ done: false, value: gateway })
    await until(async () => installedChildren(await driver.observe(gateway), connection).length === 0)
    stop.abort()
    await takePlan(driver, desired)
    await untilUp(driver, gateway, connection)
  })

  it('sees at once that the daemon died, and lets nothing out until it is back', async () => {
    const stop = new AbortController()
    const hints = driver.changes(stop.signal)[Symbol.asyncIterator]()
    const wire = await captureWire(bridgeName(networks.internet), ['10.0.0.0/8'])
    process.kill(await charonPid(), 'SIGKILL')
    expect(await hints.next()).toEqual({ done: false, value: gateway })
    expect((await driver.observe(gateway)).daemon).toBeUndefined()
    // The kernel goes on with the SAs it has; in user space they died with the daemon.
    const received = driver.capabilities.backend === 'kernel' ? 5 : 0
    expect(await ping({ from: host.namespace, to: peer.hostAddress, count: 5 })).toEqual({ sent: 5, received })
    stop.abort()

    await takePlan(driver, desired)
    await untilUp(driver, gateway, connection)
    await until(async () => (await ping({ from: host.namespace, to: peer.hostAddress, count: 1 })).received === 1)
    expect(await wire.stop()).toMatchObject({ plain: 0 })
  })

  it('refuses in the words of the daemon, and names the connection', async () => {
    const impossible = aDesiredConnection({ localIdentity: 'bücher.example' })
    const refused = driver.apply(gateway, { do: 'load-connection', connection: impossible }, noSignal)
    await expect(refused).rejects.toMatchObject({
      name: 'StepRefused',
      connection: impossible.id,
      message: expect.stringContaining('invalid value for: id'),
    })
  })

  it('leaves nothing behind when it cleans up', async () => {
    await driver.close()
    const removed = await cleanUpHost({ stateDir, clock: systemClock, log: quiet })
    expect(removed.gateways).toEqual([gateway])
    expect(removed.bridges).toHaveLength(2)
    driver = await open()
    expect(await driver.observeHost()).toEqual({ networks: [], gateways: [] })
    expect(await driver.observe(gateway)).toMatchObject({ present: false })
  })
})
