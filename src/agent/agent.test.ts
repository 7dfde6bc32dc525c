import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlPlaneByHand } from '../../test/support/control-plane-by-hand.ts'
import {
  aConnectionId,
  aDesired,
  aDesiredConnection,
  aDesiredHost,
  aGatewayId,
  nothingDesired,
} from '../../test/support/desired.ts'
import { QuietLog } from '../../test/support/quiet-log.ts'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { Secret } from '../model/secret.ts'
import type { ActualTunnel, DesiredConnection } from '../model/tunnel.ts'
import { type Agent, startAgent } from './agent.ts'
import { StepRefused } from './driver.ts'
import { SimulatedDriver } from './drivers/simulated/driver.ts'
import { SimulatedHost } from './drivers/simulated/host.ts'
import type { Step } from './step.ts'

/** The simulated driver with a grain of sand in it. */
class FussyDriver extends SimulatedDriver {
  readonly applied: Step['do'][] = []
  refuse: (step: Step) => void = () => {}

  override async apply(...[gateway, step, signal]: Parameters<SimulatedDriver['apply']>): Promise<void> {
    this.refuse(step)
    await super.apply(gateway, step, signal)
    this.applied.push(step.do)
  }
}

const desired = aDesired()
const { gateway } = desired
const connection = aDesiredConnection()
const site = connection.id

let clock: VirtualClock
let host: SimulatedHost
let driver: FussyDriver
let controlPlane: ControlPlaneByHand
let log: QuietLog
let agent: Agent

const start = () => startAgent({ driver, controlPlane, clock, random: () => 0, log })
const tunnels = async (): Promise<readonly ActualTunnel[]> => (await driver.observe(gateway)).daemon?.tunnels ?? []
const want = (...connections: DesiredConnection[]) => controlPlane.want({ ...desired, revision: 2, connections })
const peer = () => driver.peer(connection.peerAddress)

beforeEach(() => {
  clock = new VirtualClock()
  host = new SimulatedHost(clock)
  driver = new FussyDriver({ clock, host })
  controlPlane = new ControlPlaneByHand()
  log = new QuietLog()
  agent = start()
})

afterEach(async () => {
  await agent.close()
  await driver.close()
})

describe('an agent', () => {
  it('brings a gateway up when it is wanted, and reports that', async () => {
    await clock.advance(1)
    controlPlane.wantHost(aDesiredHost())
    controlPlane.want(desired)
    await clock.advance(100)
    await agent.settled()
    expect(controlPlane.reports).toEqual([
      { gateway, revision: 1, connections: [{ connection: site, state: 'down' }] },
      { gateway, revision: 1, connections: [{ connection: site, state: 'up' }] },
    ])
  })

  it('finds at its start what is wanted already', async () => {
    await agent.close()
    controlPlane.want(desired, { quietly: true })
    agent = start()
    await clock.advance(100)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
  })

  it('says nothing twice, but all of it again after a restart, without touching a tunnel', async () => {
    controlPlane.want(desired)
    await clock.advance(60_000)
    expect(controlPlane.reports).toHaveLength(2)
    const before = await tunnels()
    await agent.close()
    await driver.close()
    driver = new FussyDriver({ clock, host })
    agent = start()
    await clock.advance(60_000)
    expect(driver.applied).toEqual([])
    expect((await tunnels()).map(({ ikeSa }) => ikeSa)).toEqual(before.map(({ ikeSa }) => ikeSa))
    expect(controlPlane.reports).toHaveLength(3)
  })

  it('reports a new revision although nothing else changed', async () => {
    controlPlane.want(desired)
    await clock.advance(100)
    controlPlane.want({ ...desired, revision: 5 })
    await clock.advance(100)
    expect(controlPlane.reports.at(-1)?.revision).toBe(5)
  })

  it('does without the watch and the hints, an interval later', async () => {
    await clock.advance(1)
    controlPlane.want(desired, { quietly: true })
    await clock.advance(10_100)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
  })

  it('brings a tunnel back at once when it is lost, and says so in between', async () => {
    controlPlane.want(desired)
    await clock.advance(5_000)
    controlPlane.reports.length = 0
    peer().hangUp()
    await clock.advance(50)
    expect(controlPlane.reports.map(({ connections }) => connections[0]?.state)).toEqual(['down', 'up'])
  })

  it('brings all back at once when the daemon dies', async () => {
    controlPlane.want(desired)
    await clock.advance(500)
    for (let deaths = 0; deaths < 2; deaths++) {
      host.killDaemon(gateway)
      await clock.advance(100)
      expect(controlPlane.lastOf(site)?.state).toBe('up')
      await clock.advance(15_000)
    }
  })

  it('comes up when the peer is mended, hours later, without any call', async () => {
    peer().refuse('secret')
    controlPlane.want(desired)
    await clock.advance(3 * 3_600_000)
    expect(controlPlane.lastOf(site)?.state).toBe('down')
    const tries = driver.applied.filter((step) => step === 'open-child').length
    expect(tries).toBeGreaterThan(150)
    expect(tries).toBeLessThan(200)
    peer().refuse('nothing')
    await clock.advance(61_000)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
  })

  it('gives up on a silent peer after twenty seconds, and tries again', async () => {
    peer().silence()
    controlPlane.want(desired)
    await clock.advance(20_500)
    expect(driver.applied.filter((step) => step === 'close-tunnel')).toHaveLength(1)
    expect(driver.applied.filter((step) => step === 'open-child')).toHaveLength(2)
    await clock.advance(3_600_000)
    expect(await tunnels()).toHaveLength(1)
    peer().comeBack()
    await clock.advance(61_000)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
  })

  it('tries at once after a change', async () => {
    peer().mirror(connection, { secret: 'the right one' })
    controlPlane.want(desired)
    await clock.advance(100_000)
    want(aDesiredConnection({ secret: new Secret('the right one'), secretVersion: 2 }))
    await clock.advance(50)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
  })

  it('closes a double that both ends opened, after a while', async () => {
    want(aDesiredConnection({ localIdentity: 'a', peerIdentity: 'b' }))
    await clock.advance(100)
    peer().dial(site)
    await clock.advance(20_000)
    expect(await tunnels()).toMatchObject([{ initiatedBy: 'peer' }])
    expect(controlPlane.lastOf(site)?.state).toBe('up')
  })

  it('removes a gateway, says so, and is told of none left', async () => {
    controlPlane.want(desired)
    await clock.advance(100)
    controlPlane.want(nothingDesired(gateway, 9))
    await clock.advance(100)
    expect(await driver.observeHost()).toMatchObject({ gateways: [] })
    expect(controlPlane.reports.at(-1)).toEqual({ gateway, revision: 9, connections: [] })
  })

  it('sweeps what nobody asks for any more', async () => {
    controlPlane.want(desired)
    await clock.advance(100)
    controlPlane.drop(gateway)
    await clock.advance(100)
    expect(await driver.observeHost()).toMatchObject({ gateways: [] })
    expect(controlPlane.reports.at(-1)).toMatchObject({ gateway, connections: [] })
  })

  it('closes while a watch and looks are under way, and leaves the tunnels', async () => {
    controlPlane.want(desired)
    await clock.advance(100)
    controlPlane.want({ ...desired, revision: 2 })
    await agent.close()
    await agent.settled()
    expect(await tunnels()).toHaveLength(1)
  })
})

describe('trouble', () => {
  const other = aDesiredConnection({ id: aConnectionId('site-b'), peerAddress: '172.24.4.30' })

  it('with one connection leaves the others alone', async () => {
    driver.refuse = (step) => {
      if (step.do !== 'load-connection' || step.connection.id !== site) return
      throw new StepRefused('invalid value for: id', { connection: site })
    }
    want(connection, other)
    await clock.advance(100)
    expect(controlPlane.reports.at(-1)).toMatchObject({
      gateway,
      revision: 2,
      connections: [
        { connection: site, state: 'failed', problem: 'invalid value for: id' },
        { connection: other.id, state: 'up' },
      ],
    })
    driver.refuse = () => {}
    await clock.advance(10_100)
    expect(controlPlane.lastOf(site)).toEqual({ connection: site, state: 'up' })
  })

  it('with opening a child is remembered until the next attempt', async () => {
    driver.refuse = (step) => {
      if (step.do === 'open-child') throw new StepRefused('unable to resolve peer.example', { connection: site })
    }
    controlPlane.want(desired)
    await clock.advance(120_000)
    expect(controlPlane.reports).toHaveLength(1)
    expect(controlPlane.lastOf(site)).toMatchObject({ state: 'failed', problem: 'unable to resolve peer.example' })
    driver.refuse = () => {}
    await clock.advance(61_000)
    expect(controlPlane.lastOf(site)).toEqual({ connection: site, state: 'up' })
  })

  it('with the gateway as a whole is reported, and retried with growing pauses', async () => {
    let tries = 0
    driver.refuse = (step) => {
      if (step.do !== 'start-daemon') return
      tries++
      throw new StepRefused('charon does not answer')
    }
    controlPlane.want(desired)
    await clock.advance(60_000)
    expect(controlPlane.reports).toMatchObject([
      { problem: 'charon does not answer', connections: [{ state: 'down' }] },
    ])
    expect(tries).toBeGreaterThan(7)
    expect(tries).toBeLessThan(12)
    driver.refuse = () => {}
    await clock.advance(31_000)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
    expect(controlPlane.reports.at(-1)).not.toHaveProperty('problem')
  })

  it('that is no refusal is reported without its words, which are for the log', async () => {
    driver.refuse = (step) => {
      if (step.do === 'protect') throw new Error('EPERM /proc/sys/…')
    }
    controlPlane.want(desired)
    await clock.advance(100)
    expect(controlPlane.reports).toMatchObject([{ problem: 'the gateway could not be made: protect failed' }])
    expect(log.lines.find(({ event }) => event === 'look failed')?.fields).toMatchObject({ key: gateway })
  })

  it('with the control plane is got over', async () => {
    controlPlane.trouble = () => {
      throw new Error('connection refused')
    }
    controlPlane.hangUp()
    await clock.advance(20_000)
    controlPlane.want(desired, { quietly: true })
    controlPlane.trouble = () => {}
    await clock.advance(31_000)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
    controlPlane.want({ ...desired, connections: [], protectedCidrs: [] })
    await clock.advance(10)
    expect(controlPlane.reports.at(-1)?.connections).toEqual([])
  })

  it('with a report keeps it for the next look', async () => {
    controlPlane.trouble = (what) => {
      if (what === 'report') throw new Error('connection reset')
    }
    controlPlane.want(desired)
    await clock.advance(1_000)
    expect(controlPlane.reports).toEqual([])
    controlPlane.trouble = () => {}
    await clock.advance(2_000)
    expect(controlPlane.lastOf(site)?.state).toBe('up')
  })

  it('with a driver that hangs ends the look, and does not stop other gateways', async () => {
    const second = aGatewayId('gateway-2')
    const observe = driver.observe.bind(driver)
    let hangs = true
    driver.observe = (id) => (id === gateway && hangs ? new Promise(() => {}) : observe(id))
    controlPlane.want(desired)
    controlPlane.want({ ...desired, gateway: second })
    await clock.advance(100)
    expect(controlPlane.reports.at(-1)).toMatchObject({ gateway: second, connections: [{ state: 'up' }] })
    hangs = false
    await clock.advance(70_000)
    expect(controlPlane.reports.at(-1)).toMatchObject({ gateway, connections: [{ state: 'up' }] })
  })

  it('never puts a secret into the log', async () => {
    want(aDesiredConnection({ secret: new Secret('opensesame') }), other)
    await clock.advance(1_000)
    peer().hangUp()
    await clock.advance(1_000)
    expect(log.lines.length).toBeGreaterThan(5)
    expect(JSON.stringify(log.lines)).not.toContain('opensesame')
    expect(JSON.stringify(log.lines)).not.toContain('[secret]')
  })
})
