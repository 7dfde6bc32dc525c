import type { Capabilities } from '../../../model/capabilities.ts'
import type { Clock } from '../../../model/clock.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { SaReading } from '../../../model/traffic.ts'
import type { Actual, ActualHost, DesiredConnection } from '../../../model/tunnel.ts'
import type { Driver } from '../../driver.ts'
import { Hints } from '../../hints.ts'
import type { Signal } from '../../signal.ts'
import type { HostStep, Step } from '../../step.ts'
import { SimulatedHost } from './host.ts'
import type { SimulatedPeer } from './peer.ts'

export interface SimulatedDriverOptions {
  readonly clock: Clock
  readonly host?: SimulatedHost
  /** Names; a host without devices has them all. */
  readonly physicalNetworks?: readonly string[]
}

/**
 * A driver without a machine: for tests, and for trying the API without root. It keeps the same contract as the real one,
 * but no packet ever flows, and what it "made" is gone when the process ends: only an agent restarted within the process,
 * with another driver on the same host, finds its tunnels again.
 */
export class SimulatedDriver implements Driver {
  readonly name = 'simulated'
  readonly capabilities: Capabilities
  readonly #host: SimulatedHost
  readonly #closing = new AbortController()
  readonly #running: Promise<void>

  constructor({ clock, host = new SimulatedHost(clock), physicalNetworks = [] }: SimulatedDriverOptions) {
    this.capabilities = {
      backend: 'simulated',
      protocols: ['esp', 'ah'],
      modes: ['tunnel', 'transport'],
      networkTypes: ['local', 'flat', 'vlan'],
      physicalNetworks,
      daemon: 'simulated, carries no packets',
    }
    this.#host = host
    this.#running = host.run(this.#closing.signal)
  }

  /** The far end of tunnels to this address, for telling it how to behave. */
  peer(address: string): SimulatedPeer {
    return this.#host.peer(address)
  }

  async observeHost(): Promise<ActualHost> {
    return this.#host.observeHost()
  }

  async applyHost(step: HostStep, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.#host.applyHost(step)
  }

  async observe(gateway: GatewayId): Promise<Actual> {
    return this.#host.observe(gateway)
  }

  async apply(gateway: GatewayId, step: Step, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.#host.apply(gateway, step)
  }

  signals(gateway: GatewayId, { id }: Pick<DesiredConnection, 'id' | 'peerAddress'>): readonly Signal[] {
    return this.#host.signals(gateway, id)
  }

  takeReadings(gateway: GatewayId): readonly SaReading[] {
    return this.#host.takeReadings(gateway)
  }

  changes(signal: AbortSignal): AsyncIterable<GatewayId> {
    const ending = new AbortController()
    for (const one of [signal, this.#closing.signal]) {
      if (one.aborted) ending.abort()
      one.addEventListener('abort', () => ending.abort(), { once: true })
    }
    const hints = new Hints<GatewayId>(ending.signal)
    this.#host.listen((gateway) => hints.push(gateway), ending.signal)
    return hints
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
  }
}
