import type { Instant } from '../../../model/clock.ts'
import type { ConnectionId, GatewayId, NetworkId } from '../../../model/ids.ts'
import type { Secret } from '../../../model/secret.ts'
import { type SaReading, sum, type Traffic } from '../../../model/traffic.ts'
import type { Actual, ActualChild, ActualTunnel, DesiredConnection } from '../../../model/tunnel.ts'
import { StepRefused } from '../../driver.ts'
import { expectation } from '../../expectation.ts'
import { type Readings, withReadings } from '../../readings.ts'
import type { Said, Signal } from '../../signal.ts'
import type { Step } from '../../step.ts'
import { connectionOf } from '../../step-connection.ts'
import type { Answer } from './peer.ts'
import { applied, changed, nothingOf } from './transition.ts'

/** A child that waits for its peer's answer. */
export interface Question {
  readonly childSa: number
  readonly connection: DesiredConnection
  readonly secret: Secret | undefined
}

/** Of one connection. */
const mostSignals = 32

/** One gateway of the simulated host: what is there, and what its daemon was told. */
export class SimulatedGateway {
  #actual: Actual
  #lastSa = 0
  readonly #connections = new Map<string, DesiredConnection>()
  readonly #secrets = new Map<ConnectionId, Secret>()
  readonly #establishedAt = new Map<number, Instant>()
  readonly #signals = new Map<ConnectionId, readonly Signal[]>()

  /** Of child SAs, not yet handed over: also of those that are gone. */
  #readings: Readings = new Map()
  readonly #generation: number

  /** @param generation tells its SAs from those of another gateway of the same id, before or after it */
  constructor(gateway: GatewayId, generation: number) {
    this.#actual = nothingOf(gateway)
    this.#generation = generation
  }

  observe(now: Instant): Actual {
    const { daemon } = this.#actual
    if (daemon === undefined) return this.#actual
    const tunnels = daemon.tunnels.map((tunnel) => {
      const since = this.#establishedAt.get(tunnel.ikeSa)
      return since === undefined ? tunnel : { ...tunnel, ageSeconds: Math.floor((now - since) / 1000) }
    })
    return { ...this.#actual, daemon: { ...daemon, tunnels } }
  }

  /** @throws StepRefused when the ground for the step is missing */
  apply(step: Step, networks: ReadonlySet<NetworkId>): void {
    this.#refuseWithoutGround(step, networks)
    this.#read()
    this.#actual = applied(this.#actual, step, ++this.#lastSa)
    if (step.do === 'load-connection') this.#connections.set(this.#name(step.connection), step.connection)
    if (step.do === 'load-secret') this.#secrets.set(step.connection.id, step.connection.secret)
    if (step.do === 'remove-gateway') this.#forget()
  }

  /** The connection as loaded, whichever version came last. */
  loaded(id: ConnectionId): DesiredConnection | undefined {
    const names = this.#actual.daemon?.connections.filter(({ connection }) => connection === id) ?? []
    const last = names.at(-1)
    return last && this.#connections.get(`${id}/${last.fingerprint}`)
  }

  secretOf(id: ConnectionId): Secret | undefined {
    return this.#secrets.get(id)
  }

  get loadedConnections(): DesiredConnection[] {
    const ids = new Set(this.#actual.daemon?.connections.map(({ connection }) => connection) ?? [])
    return [...ids].flatMap((id) => this.loaded(id) ?? [])
  }

  /** Children that are being negotiated. */
  get questions(): Question[] {
    return this.#tunnels().flatMap(({ children, ...tunnel }) => {
      const connection = this.#connections.get(`${tunnel.connection}/${tunnel.fingerprint}`)
      if (connection === undefined) return []
      const secret = this.#secrets.get(tunnel.connection)
      return children
        .filter(({ state }) => state === 'installing')
        .map(({ childSa }) => ({ childSa, connection, secret }))
    })
  }

  /** Those that the last step raised. */
  get newQuestions(): Question[] {
    return this.questions.filter(({ childSa }) => childSa === this.#lastSa)
  }

  /** Tunnels of connections with this peer. */
  tunnelsWith(peerAddress: string): { readonly tunnel: ActualTunnel; readonly connection: DesiredConnection }[] {
    return this.#tunnels().flatMap((tunnel) => {
      const connection = this.#connections.get(`${tunnel.connection}/${tunnel.fingerprint}`)
      return connection?.peerAddress === peerAddress ? [{ tunnel, connection }] : []
    })
  }

  hasTunnel(id: ConnectionId): boolean {
    return this.#tunnels().some(({ connection }) => connection === id)
  }

  /** The peer has answered. Refused children go; with the tunnel refused, all that waited for it goes. */
  answered({ childSa, connection }: Question, answer: Answer, now: Instant): void {
    this.#changeTunnels(connection.id, (tunnel) => {
      if (!tunnel.children.some((child) => child.childSa === childSa)) return tunnel
      if (answer === 'tunnel-refused' && tunnel.state === 'connecting') return undefined
      if (tunnel.state === 'connecting') this.#establishedAt.set(tunnel.ikeSa, now)
      const children = tunnel.children.flatMap((child) => {
        if (child.childSa !== childSa) return [child]
        return answer === 'accepted' ? [installed(child, connection)] : []
      })
      return { ...tunnel, state: 'established', children }
    })
  }

  /** A tunnel that the peer opened from its side, with all its children. */
  dialledByPeer(connection: DesiredConnection, now: Instant): void {
    const { ike: fingerprint, children } = expectation(connection)
    const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
    const { daemon } = this.#actual
    if (daemon === undefined) return
    const tunnel: ActualTunnel = {
      ikeSa: ++this.#lastSa,
      connection: connection.id,
      fingerprint,
      state: 'established',
      initiatedBy: 'peer',
      ageSeconds: 0,
      children: children.map((child) => ({ childSa: ++this.#lastSa, state: 'installed', ...child, ...counters })),
    }
    this.#establishedAt.set(tunnel.ikeSa, now)
    this.#actual = { ...this.#actual, daemon: { ...daemon, tunnels: [...daemon.tunnels, tunnel] } }
  }

  /** @returns whether there was such a tunnel */
  lose(id: ConnectionId, ikeSa: number): boolean {
    const before = this.#tunnels().length
    this.#changeTunnels(id, (tunnel) => (tunnel.ikeSa === ikeSa ? undefined : tunnel))
    return this.#tunnels().length < before
  }

  hear({ childSa, connection: { id, peerAddress } }: Question, says: Said, at: Instant): void {
    const ikeSa = this.#tunnels().find(({ children }) => children.some((one) => one.childSa === childSa))?.ikeSa
    const signal: Signal = { at, connection: id, peerAddress, ikeSa, says, line: `simulated: ${says.what}` }
    this.#signals.set(id, [...this.signals(id), signal].slice(-mostSignals))
  }

  signals(id: ConnectionId): readonly Signal[] {
    return this.#signals.get(id) ?? []
  }

  /** Packets went through every child of these tunnels. */
  carried(tunnels: readonly ActualTunnel[], traffic: Traffic): void {
    for (const { connection, ikeSa } of tunnels) {
      this.#changeTunnels(connection, (tunnel) => {
        if (tunnel.ikeSa !== ikeSa) return tunnel
        return {
          ...tunnel,
          children: tunnel.children.map((child) =>
            child.state === 'installed' ? { ...child, ...sum(child, traffic) } : child,
          ),
        }
      })
    }
  }

  takeReadings(): readonly SaReading[] {
    const alive = new Set(this.#read().map(({ sa }) => sa))
    const readings = [...this.#readings.values()].map((reading) => ({ ...reading, isOver: !alive.has(reading.sa) }))
    this.#readings = new Map()
    return readings
  }

  /** Keeps the counters as they are, before something takes them away. */
  #read(): readonly SaReading[] {
    const now = this.#tunnels().flatMap(({ connection, children }) =>
      children.map(({ childSa, localCidrs, peerCidrs, bytesIn, bytesOut, packetsIn, packetsOut }) => ({
        connection,
        sa: `${this.#generation}-${childSa}`,
        localCidrs,
        peerCidrs,
        counted: { bytesIn, bytesOut, packetsIn, packetsOut },
        isOver: false,
      })),
    )
    this.#readings = withReadings(this.#readings, now)
    return now
  }

  /** The daemon is gone and with it all it knew. */
  killDaemon(): void {
    this.#read()
    this.#actual = { ...this.#actual, daemon: undefined }
    this.#forget()
  }

  #refuseWithoutGround(step: Step, networks: ReadonlySet<NetworkId>): void {
    if (step.do === 'make-gateway' || step.do === 'remove-gateway') return
    if (!this.#actual.present) throw new StepRefused(`${step.do}: the gateway is not on this host`)
    if (step.do === 'attach' && !networks.has(step.attachment.network)) {
      throw new StepRefused(`network ${step.attachment.network} is not on this host`)
    }
    const connection = connectionOf(step)
    if (connection === undefined && step.do !== 'configure-daemon') return
    if (this.#actual.daemon === undefined) throw new StepRefused(`${step.do}: the key exchange daemon does not run`)
    if (step.do !== 'open-child') return
    const loaded = this.#actual.daemon.connections.find(
      (one) => one.connection === connection && one.fingerprint === step.fingerprint,
    )
    if (!loaded?.children.includes(step.child)) {
      throw new StepRefused('the connection is not configured', { connection: step.connection })
    }
  }

  #forget(): void {
    this.#connections.clear()
    this.#secrets.clear()
    this.#establishedAt.clear()
    this.#signals.clear()
  }

  #tunnels(): readonly ActualTunnel[] {
    return this.#actual.daemon?.tunnels ?? []
  }

  #changeTunnels(id: ConnectionId, change: (tunnel: ActualTunnel) => ActualTunnel | undefined): void {
    const { daemon } = this.#actual
    this.#read()
    if (daemon !== undefined) this.#actual = { ...this.#actual, daemon: changed(daemon, id, change) }
  }

  #name(connection: DesiredConnection): string {
    return `${connection.id}/${expectation(connection).ike}`
  }
}

function installed(child: ActualChild, connection: DesiredConnection): ActualChild {
  const selectors = expectation(connection).children.find(({ fingerprint }) => fingerprint === child.fingerprint)
  return { ...child, ...selectors, state: 'installed' }
}
