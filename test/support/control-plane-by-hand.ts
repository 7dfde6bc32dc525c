import type { ControlPlane, Key } from '../../src/agent/control-plane.ts'
import { Hints } from '../../src/agent/hints.ts'
import type { ConnectionId, GatewayId } from '../../src/model/ids.ts'
import type { TrafficReport } from '../../src/model/traffic.ts'
import type { ConnectionReport, Desired, DesiredHost, Report, TunnelSnapshot } from '../../src/model/tunnel.ts'
import { aDesiredHost, nothingDesired } from './desired.ts'

/** The server an agent talks to, in the hands of a test. */
export class ControlPlaneByHand implements ControlPlane {
  readonly reports: Report[] = []
  readonly snapshots: TunnelSnapshot[] = []
  readonly counted: TrafficReport[] = []
  /** Called before each answer; throws to make the control plane fail. */
  trouble: (what: 'desiredHost' | 'desired' | 'watch' | 'report' | 'count') => void = () => {}
  asked = 0
  #host: DesiredHost = { ...aDesiredHost(), gateways: [] }
  readonly #gateways = new Map<GatewayId, Desired>()
  readonly #watches = new Set<{ readonly hints: Hints<Key>; readonly ending: AbortController }>()

  /** Wants this gateway, and says so unless told not to. */
  want(desired: Desired, { quietly = false } = {}): void {
    this.#gateways.set(desired.gateway, desired)
    const others = this.#host.gateways.filter((gateway) => gateway !== desired.gateway)
    this.#host = { ...this.#host, gateways: desired.present ? [...others, desired.gateway] : others }
    if (!quietly) for (const { hints } of this.#watches) hints.push(desired.gateway)
  }

  /** Forgets this gateway altogether. */
  drop(gateway: GatewayId): void {
    this.want(nothingDesired(gateway), { quietly: true })
    for (const { hints } of this.#watches) hints.push('host')
  }

  wantHost(host: DesiredHost): void {
    this.#host = host
    for (const { hints } of this.#watches) hints.push('host')
  }

  /** Ends every watch, as a lost line does. */
  hangUp(): void {
    for (const { ending } of this.#watches) ending.abort()
  }

  async desiredHost(): Promise<DesiredHost> {
    this.trouble('desiredHost')
    return this.#host
  }

  async desired(gateway: GatewayId): Promise<Desired> {
    this.asked++
    this.trouble('desired')
    return this.#gateways.get(gateway) ?? nothingDesired(gateway)
  }

  async *watch(signal: AbortSignal): AsyncIterable<Key> {
    this.trouble('watch')
    const ending = new AbortController()
    const end = () => ending.abort()
    signal.addEventListener('abort', end, { once: true })
    const watch = { hints: new Hints<Key>(ending.signal), ending }
    this.#watches.add(watch)
    try {
      yield* watch.hints
    } finally {
      this.#watches.delete(watch)
      signal.removeEventListener('abort', end)
    }
  }

  async report(report: Report): Promise<void> {
    this.trouble('report')
    this.reports.push(report)
  }

  async keepTunnels(snapshot: TunnelSnapshot): Promise<void> {
    this.snapshots.push(snapshot)
  }

  async count(report: TrafficReport): Promise<void> {
    this.trouble('count')
    this.counted.push(report)
  }

  /** What was last said about a connection. */
  lastOf(connection: ConnectionId): ConnectionReport | undefined {
    return this.reports.at(-1)?.connections.find((one) => one.connection === connection)
  }
}
