import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, driverContract } from '../../../../test/driver/contract.ts'
import {
  aConnectionId,
  aDesired,
  aDesiredConnection,
  aDesiredHost,
  aNetworkId,
} from '../../../../test/support/desired.ts'
import { systemClock } from '../../../../test/support/system-clock.ts'
import { VirtualClock } from '../../../../test/support/virtual-clock.ts'
import type { Desired } from '../../../model/tunnel.ts'
import { isUp } from '../../expectation.ts'
import { unpaced } from '../../pacing.ts'
import { plan } from '../../plan.ts'
import { SimulatedDriver } from './driver.ts'
import { SimulatedHost } from './host.ts'

async function openSimulated(): Promise<Bench> {
  const clock = systemClock
  const host = new SimulatedHost(clock)
  const driver = new SimulatedDriver({ clock, host })
  const desired = aDesired()
  const peer = driver.peer(aDesiredConnection().peerAddress)
  const onWire = { id: aNetworkId('wire'), hostAddresses: [], segment: { physicalNetwork: 'trunk', vlan: 100 } }
  return {
    driver,
    desired,
    host: aDesiredHost({ networks: [...aDesiredHost().networks, onWire] }),
    reopen: async () => new SimulatedDriver({ clock, host }),
    peer: {
      mirror: async (connection, but) => peer.mirror(connection, but),
      silence: async () => peer.silence(),
      comeBack: async () => peer.comeBack(),
    },
    killDaemon: async (gateway) => host.killDaemon(gateway),
    close: () => driver.close(),
  }
}

driverContract('the simulated driver', openSimulated)

describe('a simulated peer', () => {
  const forever = new AbortController().signal
  let clock: VirtualClock
  let host: SimulatedHost
  let driver: SimulatedDriver

  beforeEach(async () => {
    clock = new VirtualClock()
    host = new SimulatedHost(clock)
    driver = new SimulatedDriver({ clock, host })
    for (const network of aDesiredHost().networks) await driver.applyHost({ do: 'make-network', network }, forever)
  })
  afterEach(() => driver.close())

  const take = async (desired: Desired) => {
    for (const step of plan(desired, await driver.observe(desired.gateway), unpaced)) {
      await driver.apply(desired.gateway, step, forever)
    }
  }
  const tunnels = async () => (await driver.observe(aDesired().gateway)).daemon?.tunnels ?? []
  const peer = () => driver.peer(aDesiredConnection().peerAddress)

  it('answers after its time', async () => {
    peer().answersAfterMs = 40
    await take(aDesired())
    await clock.advance(39)
    expect(await tunnels()).toMatchObject([{ state: 'connecting', ageSeconds: 0 }])
    await clock.advance(1)
    expect(isUp(aDesiredConnection(), await tunnels())).toBe(true)
    await clock.advance(7_300)
    expect(await tunnels()).toMatchObject([{ state: 'established', ageSeconds: 7, initiatedBy: 'us' }])
  })

  it.each([
    ['secret', 0],
    ['proposal', 0],
    ['child', 1],
  ] as const)('refuses for its %s, which leaves %i tunnels without a child', async (what, left) => {
    peer().refuse(what)
    await take(aDesired())
    await clock.advance(5)
    expect((await tunnels()).map(({ children }) => children)).toEqual(Array.from({ length: left }, () => []))
  })

  it('refuses what differs from what it was told to mirror', async () => {
    const connection = aDesiredConnection()
    peer().mirror({ ...connection, peerCidrs: ['10.3.0.0/24'] })
    await take(aDesired())
    await clock.advance(5)
    expect(await tunnels()).toMatchObject([{ state: 'established', children: [] }])
  })

  it('is missed by dead peer detection when it is silent for long', async () => {
    await take(aDesired())
    await clock.advance(5)
    peer().silence()
    await clock.advance(119_000)
    expect(await tunnels()).toHaveLength(1)
    await clock.advance(1_000)
    expect(await tunnels()).toEqual([])
  })

  it('keeps its tunnels through a short silence', async () => {
    await take(aDesired())
    await clock.advance(5)
    peer().silence()
    await clock.advance(60_000)
    peer().comeBack()
    await clock.advance(300_000)
    expect(isUp(aDesiredConnection(), await tunnels())).toBe(true)
  })

  it('answers what it was asked during a silence, unless the daemon gave up', async () => {
    peer().silence()
    await take(aDesired())
    await clock.advance(60_000)
    expect(await tunnels()).toMatchObject([{ state: 'connecting' }])
    peer().comeBack()
    await clock.advance(5)
    expect(isUp(aDesiredConnection(), await tunnels())).toBe(true)
    await take({ ...aDesired(), connections: [] })
    peer().silence()
    await take(aDesired())
    await clock.advance(165_000)
    expect(await tunnels()).toEqual([])
  })

  it('hangs up', async () => {
    await take(aDesired())
    await clock.advance(5)
    peer().hangUp()
    expect(await tunnels()).toEqual([])
  })

  it('dials where we only wait', async () => {
    const connection = aDesiredConnection({ initiate: false })
    await take({ ...aDesired(), connections: [connection] })
    await clock.advance(5)
    expect(await tunnels()).toMatchObject([{ initiatedBy: 'peer', children: [{ state: 'installed' }] }])
    expect(isUp(connection, await tunnels())).toBe(true)
  })

  it('can dial beside us', async () => {
    await take(aDesired())
    await clock.advance(5)
    peer().dial(aConnectionId('site-a'))
    expect(await tunnels()).toHaveLength(2)
  })

  it('is still talked to when one driver closed and another opened on the host', async () => {
    await take(aDesired())
    await driver.close()
    await clock.advance(1_000)
    expect(await tunnels()).toMatchObject([{ state: 'connecting' }])
    driver = new SimulatedDriver({ clock, host })
    await clock.advance(1)
    expect(isUp(aDesiredConnection(), await tunnels())).toBe(true)
  })
})
