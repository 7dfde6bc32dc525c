import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Attempts, noAttempts } from '../../src/agent/attempts.ts'
import { type Driver, StepRefused } from '../../src/agent/driver.ts'
import { expectation, isUp } from '../../src/agent/expectation.ts'
import { type Begun, begun, observed, pacingAt, unpaced } from '../../src/agent/pacing.ts'
import { plan } from '../../src/agent/plan.ts'
import { planHost } from '../../src/agent/plan-host.ts'
import type { Step } from '../../src/agent/step.ts'
import type { ConnectionId, GatewayId } from '../../src/model/ids.ts'
import type { Actual, Desired, DesiredConnection, DesiredHost } from '../../src/model/tunnel.ts'
import { until } from '../support/until.ts'

/** A host to try a driver on, with a peer at the far end. */
export interface Bench {
  readonly driver: Driver
  /** A gateway with one connection that the peer answers, and legs in networks of `host`. */
  readonly desired: Desired
  readonly host: DesiredHost
  /** A second driver on the same host, as after a restart of our process. */
  reopen(): Promise<Driver>
  readonly peer: {
    /** Configures the far end of this connection, or changes it. */
    mirror(connection: DesiredConnection, but?: { readonly secret?: string }): Promise<void>
    silence(): Promise<void>
    comeBack(): Promise<void>
  }
  killDaemon(gateway: GatewayId): Promise<void>
  close(): Promise<void>
}

const forever = new AbortController().signal
/** Generous: the real driver negotiates with a real daemon on a machine that has other things to do. */
const patience = { deadlineMs: 20_000 }

/** What every driver must keep, told as a host would notice it. Needs no root; what opens the bench may. */
export function driverContract(name: string, open: () => Promise<Bench>): void {
  describe(`${name} keeps the contract`, () => {
    let bench: Bench
    let connection: DesiredConnection

    beforeEach(async () => {
      bench = await open()
      for (const step of planHost(bench.host, await bench.driver.observeHost())) {
        await bench.driver.applyHost(step, forever)
      }
      const [only] = bench.desired.connections
      if (only === undefined) throw new Error('the bench has no connection')
      connection = only
    })
    afterEach(() => bench.close())

    const look = () => bench.driver.observe(bench.desired.gateway)
    const apply = (step: Step) => bench.driver.apply(bench.desired.gateway, step, forever)
    const stepsFor = async (desired: Desired) => plan(desired, await look(), unpaced)
    const bringUp = async (desired = bench.desired) => {
      await converge(bench.driver, desired)
      return look()
    }

    it('makes the networks of the host, and then there is nothing left to plan', async () => {
      expect(planHost(bench.host, await bench.driver.observeHost())).toEqual([])
    })

    it('shows nothing of a gateway that was never made', async () => {
      const actual = await look()
      expect(actual).toMatchObject({ present: false, attachments: [], nextHops: [], protectedCidrs: [] })
      expect(actual.daemon).toBeUndefined()
      expect((await bench.driver.observeHost()).gateways).not.toContain(bench.desired.gateway)
    })

    it('shows what a step made in the next observation', async () => {
      for (const step of await stepsFor(bench.desired)) {
        if (step.do === 'open-child') continue
        await apply(step)
        expect(await stepsFor(bench.desired), `${step.do} is still planned`).not.toContainEqual(step)
      }
      const { daemon } = await look()
      const { ike, children } = expectation(connection)
      expect(daemon?.connections).toEqual([
        { connection: connection.id, fingerprint: ike, children: children.map(({ fingerprint }) => fingerprint) },
      ])
      expect(daemon?.secrets).toEqual([{ connection: connection.id, version: connection.secretVersion }])
      expect((await bench.driver.observeHost()).gateways).toContain(bench.desired.gateway)
    })

    it('comes to rest when plans are taken, with nothing left to plan', async () => {
      const actual = await bringUp()
      expect(plan(bench.desired, actual, unpaced)).toEqual([])
      expect(isUp(connection, actual.daemon?.tunnels)).toBe(true)
    })

    it('takes every step twice', async () => {
      for (const step of await stepsFor(bench.desired)) {
        await apply(step)
        await apply(step)
      }
      const actual = await bringUp()
      const undoing: Step[] = [
        ...closings(actual),
        ...plan({ ...bench.desired, connections: [], protectedCidrs: [] }, actual, unpaced),
        { do: 'remove-gateway' },
      ]
      for (const step of undoing) {
        await apply(step)
        await apply(step)
      }
    })

    it('opens a child that ends installed, with its selectors, and names the gateway', async () => {
      const stop = new AbortController()
      const hints = bench.driver.changes(stop.signal)[Symbol.asyncIterator]()
      const named = hints.next()
      const { daemon } = await bringUp()
      expect(await named).toEqual({ done: false, value: bench.desired.gateway })
      stop.abort()
      const [tunnel, ...others] = daemon?.tunnels ?? []
      expect(others).toEqual([])
      const [wanted] = expectation(connection).children
      expect(tunnel).toMatchObject({ connection: connection.id, fingerprint: expectation(connection).ike })
      expect(tunnel?.children).toMatchObject([{ ...wanted, state: 'installed' }])
    })

    it('hands over what it read of each child, once, and what a child counted before it ended', async () => {
      const { gateway } = bench.desired
      const { daemon } = await bringUp()
      const [tunnel] = daemon?.tunnels ?? []
      const [child] = tunnel?.children ?? []
      const { localCidrs = [], peerCidrs = [] } = child ?? {}
      const [reading, ...others] = bench.driver.takeReadings(gateway)
      expect(others).toEqual([])
      expect(reading).toMatchObject({ connection: connection.id, localCidrs, peerCidrs, isOver: false })
      expect(bench.driver.takeReadings(gateway).filter(({ sa }) => sa !== reading?.sa)).toEqual([])
      if (tunnel) await apply({ do: 'close-tunnel', connection: connection.id, ikeSa: tunnel.ikeSa })
      const ended = () => bench.driver.takeReadings(gateway).some(({ sa, isOver }) => isOver && sa === reading?.sa)
      await until(ended, { ...patience, what: 'the last reading of the child' })
      await bringUp()
      expect(bench.driver.takeReadings(gateway).every(({ sa }) => sa !== reading?.sa)).toBe(true)
    })

    it('ends a stream of hints when told to', async () => {
      const stop = new AbortController()
      const ended = drain(bench.driver.changes(stop.signal))
      stop.abort()
      await ended
    })

    it('closes a tunnel', async () => {
      const { daemon } = await bringUp()
      for (const { ikeSa } of daemon?.tunnels ?? []) {
        await apply({ do: 'close-tunnel', connection: connection.id, ikeSa })
      }
      await until(async () => ((await look()).daemon?.tunnels.length ?? 1) === 0, { ...patience, what: 'no tunnel' })
      await bringUp()
    })

    it('closes a child and keeps its tunnel', async () => {
      const before = await bringUp()
      for (const step of closings(before).filter((one) => one.do === 'close-child')) await apply(step)
      await until(async () => !isUp(connection, (await look()).daemon?.tunnels), { ...patience, what: 'no child' })
      expect(ikeSas(await look())).toEqual(ikeSas(before))
    })

    it('replaces a child that changed and keeps its tunnel', async () => {
      const before = await bringUp()
      const ipsec = { ...connection.ipsec, lifetimeSeconds: connection.ipsec.lifetimeSeconds + 600 }
      const changed = { ...connection, ipsec }
      await bench.peer.mirror(changed)
      const after = await bringUp({ ...bench.desired, connections: [changed] })
      expect(ikeSas(after)).toEqual(ikeSas(before))
      expect(childSas(after)).not.toEqual(childSas(before))
    })

    it('touches no SA for a new secret', async () => {
      const before = await bringUp()
      const renewed = { ...connection, secretVersion: connection.secretVersion + 1 }
      const after = await bringUp({ ...bench.desired, connections: [renewed] })
      expect(ikeSas(after)).toEqual(ikeSas(before))
      expect(childSas(after)).toEqual(childSas(before))
      expect(after.daemon?.secrets).toEqual([{ connection: connection.id, version: renewed.secretVersion }])
    })

    it('ends an attempt that the peer refuses for its secret, without a child', async () => {
      await bench.peer.mirror(connection, { secret: 'another secret altogether' })
      await takeOnce(bench.driver, bench.desired)
      await until(async () => (await look()).daemon?.tunnels.length === 0, {
        ...patience,
        what: 'the end of the attempt',
      })
      const said = bench.driver.signals(bench.desired.gateway, connection).map(({ says }) => says.what)
      expect(said).toContain('authentication-refused')
      await bench.peer.mirror(connection)
      await bringUp()
    })

    it('hears nothing of a connection that it has not, nor of a gateway', async () => {
      const stranger = { id: 'nobody' as ConnectionId, peerAddress: '198.51.100.1' }
      expect(bench.driver.signals(bench.desired.gateway, stranger)).toEqual([])
      await bringUp()
      expect(bench.driver.signals(bench.desired.gateway, stranger)).toEqual([])
    })

    it('gives a child new keys by an exchange of its own, in the same tunnel', async () => {
      const before = await bringUp()
      const [childSa = 0] = childSas(before) ?? []
      await apply({ do: 'rekey-child', connection: connection.id, childSa })
      const after = await until(
        async () => {
          const now = await look()
          const children = now.daemon?.tunnels.flatMap((tunnel) => tunnel.children) ?? []
          const isRekeyed = children.some((child) => child.childSa !== childSa && child.hasOwnExchange === true)
          return isRekeyed && isUp(connection, now.daemon?.tunnels) ? now : undefined
        },
        { ...patience, what: 'a child with an exchange of its own' },
      )
      expect(ikeSas(after)).toEqual(ikeSas(before))
      await apply({ do: 'rekey-child', connection: connection.id, childSa: 999_999 })
    })

    it('goes on connecting while the peer is silent, and comes up when that is over', async () => {
      await bench.peer.silence()
      await takeOnce(bench.driver, bench.desired)
      const [tunnel] = await until(async () => someOf((await look()).daemon?.tunnels), {
        ...patience,
        what: 'an attempt',
      })
      expect(tunnel?.state).toBe('connecting')
      const isRepeated = () =>
        bench.driver.signals(bench.desired.gateway, connection).some(({ says }) => says.what === 'repeated')
      await until(async () => isRepeated(), { ...patience, what: 'a second question' })
      await bench.peer.comeBack()
      for (const { ikeSa } of (await look()).daemon?.tunnels ?? []) {
        await apply({ do: 'close-tunnel', connection: connection.id, ikeSa })
      }
      await bringUp()
    })

    it('refuses to open what is not configured, in words, and names the connection', async () => {
      await bringUp()
      const stranger = { ...connection, peerCidrs: ['10.99.0.0/24'] }
      const [child] = expectation(stranger).children
      const step = { do: 'open-child', connection: connection.id, fingerprint: expectation(connection).ike } as const
      const refused = apply({ ...step, child: child?.fingerprint ?? '' })
      await expect(refused).rejects.toBeInstanceOf(StepRefused)
      await expect(refused).rejects.toMatchObject({ connection: connection.id })
    })

    it('sees that the daemon died, names the gateway, and brings all back', async () => {
      await bringUp()
      const stop = new AbortController()
      const named = bench.driver.changes(stop.signal)[Symbol.asyncIterator]().next()
      await bench.killDaemon(bench.desired.gateway)
      expect(await named).toEqual({ done: false, value: bench.desired.gateway })
      stop.abort()
      await until(async () => (await look()).daemon === undefined, { ...patience, what: 'no daemon' })
      expect(await look()).toMatchObject({ present: true, protectedCidrs: bench.desired.protectedCidrs })
      await bringUp()
    })

    it('lets a second driver find the same SAs, with nothing to plan', async () => {
      const before = await bringUp()
      const second = await bench.reopen()
      const after = await second.observe(bench.desired.gateway)
      expect(ikeSas(after)).toEqual(ikeSas(before))
      expect(childSas(after)).toEqual(childSas(before))
      expect(plan(bench.desired, after, unpaced)).toEqual([])
      expect(planHost(bench.host, await second.observeHost())).toEqual([])
      await second.close()
    })

    it('leaves nothing of a gateway that is removed', async () => {
      await bringUp()
      await converge(bench.driver, { ...emptied(bench.desired), present: false })
      expect(await look()).toMatchObject({ present: false, attachments: [], nextHops: [], protectedCidrs: [] })
      expect((await bench.driver.observeHost()).gateways).not.toContain(bench.desired.gateway)
    })

    it('sweeps a gateway nobody asks for, and its networks', async () => {
      await bringUp()
      for (const step of planHost({ networks: [], gateways: [] }, await bench.driver.observeHost())) {
        await bench.driver.applyHost(step, forever)
      }
      expect((await look()).present).toBe(false)
      expect(await bench.driver.observeHost()).toEqual({ networks: [], gateways: [] })
    })
  })
}

/** Takes one plan, as a look does. */
async function takeOnce(driver: Driver, desired: Desired, attempts: Attempts = noAttempts): Promise<Attempts> {
  const actual = await driver.observe(desired.gateway)
  const known = observed(attempts, desired, actual.daemon?.tunnels, performance.now())
  const opened: Begun[] = []
  for (const step of plan(desired, actual, pacingAt(known, performance.now()))) {
    await driver.apply(desired.gateway, step, forever)
    if (step.do === 'open-child') opened.push({ connection: step.connection, child: step.child })
  }
  return begun(known, desired, opened, performance.now(), () => 0)
}

/** Takes plans until there is nothing left to plan and every connection is up. */
async function converge(driver: Driver, desired: Desired): Promise<void> {
  let attempts: Attempts = noAttempts
  await until(
    async () => {
      attempts = await takeOnce(driver, desired, attempts)
      const actual = await driver.observe(desired.gateway)
      const tunnels = (id: ConnectionId) => actual.daemon?.tunnels.filter((one) => one.connection === id)
      const allUp = desired.connections.every((connection) => isUp(connection, tunnels(connection.id)))
      return allUp && plan(desired, actual, unpaced).length === 0
    },
    { ...patience, what: 'the gateway at rest' },
  )
}

function emptied(desired: Desired): Desired {
  return { ...desired, attachments: [], nextHops: [], protectedCidrs: [], connections: [] }
}

function closings({ daemon }: Actual): Step[] {
  return (daemon?.tunnels ?? []).flatMap(({ connection, ikeSa, children }): Step[] => [
    ...children.map(({ childSa }): Step => ({ do: 'close-child', connection, childSa })),
    { do: 'close-tunnel', connection, ikeSa },
  ])
}

const ikeSas = ({ daemon }: Actual) => daemon?.tunnels.map(({ ikeSa }) => ikeSa)
const childSas = ({ daemon }: Actual) =>
  daemon?.tunnels.flatMap(({ children }) => children.map(({ childSa }) => childSa))

function someOf<T>(things: readonly T[] | undefined): readonly T[] | undefined {
  return things !== undefined && things.length > 0 ? things : undefined
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
