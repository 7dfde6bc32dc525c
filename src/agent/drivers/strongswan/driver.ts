import { mkdir } from 'node:fs/promises'
import { readLinksNamed } from '../../../linux/links.ts'
import { CommandError } from '../../../linux/run.ts'
import type { Capabilities } from '../../../model/capabilities.ts'
import type { Clock } from '../../../model/clock.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { Log } from '../../../model/log.ts'
import { hostPhysicalNetwork } from '../../../model/network.ts'
import type { SaReading } from '../../../model/traffic.ts'
import type { Actual, ActualHost, DesiredConnection } from '../../../model/tunnel.ts'
import { ViciClosedError, ViciCommandError, ViciEncodeError } from '../../../vici/errors.ts'
import { type Driver, StepRefused } from '../../driver.ts'
import type { Signal } from '../../signal.ts'
import type { HostStep, Step } from '../../step.ts'
import { connectionOf } from '../../step-connection.ts'
import { Changes } from './changes.ts'
import { gatewaysDirectory, gatewaysWithFiles, refuseLongStateDir } from './files.ts'
import { Gateway } from './gateway.ts'
import { DaemonMissing, HostRefusal } from './host-refusal.ts'
import type { PhysicalNetworks } from './network-facts.ts'
import { makeNetwork, readNetworks, removeNetwork } from './networks.ts'
import { type Probed, probe } from './probe.ts'

export interface StrongswanDriverOptions {
  /** Absolute. What lies beneath is ours. */
  readonly stateDir: string
  /** None unless told. */
  readonly physicalNetworks?: PhysicalNetworks
  /** Whether a gateway may be the host itself. */
  readonly hostRouter?: boolean
  readonly clock: Clock
  readonly log: Log
  /** Path of charon where it is in no usual place. */
  readonly charon?: string
}

/** Gateways as network namespaces with a strongSwan each. */
export class StrongswanDriver implements Driver {
  readonly name = 'strongswan'
  readonly capabilities: Capabilities
  readonly #options: StrongswanDriverOptions
  readonly #probed: Probed
  readonly #gateways = new Map<GatewayId, Gateway>()
  readonly #changes = new Changes()

  private constructor(options: StrongswanDriverOptions, probed: Probed) {
    this.#options = options
    this.#probed = probed
    const { physicalNetworks = {}, hostRouter = false } = options
    const names = [...Object.keys(physicalNetworks), ...(hostRouter ? [hostPhysicalNetwork] : [])]
    this.capabilities = { ...probed.capabilities, physicalNetworks: names }
  }

  /** Finds out what this host can do. @throws Error saying what is missing when it can carry no tunnel. */
  static async open(options: StrongswanDriverOptions): Promise<StrongswanDriver> {
    const { stateDir, charon } = options
    refuseLongStateDir(stateDir)
    await mkdir(gatewaysDirectory(stateDir), { recursive: true, mode: 0o700 })
    await tellMissing(options)
    return new StrongswanDriver(options, await probe(charon === undefined ? {} : { charon }))
  }

  /** Of this installation: another one on the same host is none of our business. */
  async observeHost(): Promise<ActualHost> {
    const [networks, gateways] = await Promise.all([
      readNetworks(this.#options),
      gatewaysWithFiles(this.#options.stateDir),
    ])
    return { networks, gateways }
  }

  async applyHost(step: HostStep, signal: AbortSignal): Promise<void> {
    const { stateDir } = this.#options
    try {
      switch (step.do) {
        case 'make-network':
          return await makeNetwork(step.network, this.#options, signal)
        case 'remove-network':
          return await removeNetwork(step.network, stateDir, signal)
        case 'sweep-gateway':
          return await this.#sweep(step.gateway, signal)
      }
    } catch (error) {
      throw refusal(error) ?? error
    }
  }

  observe(gateway: GatewayId): Promise<Actual> {
    return this.#gateway(gateway).observe()
  }

  async apply(gateway: GatewayId, step: Step, signal: AbortSignal): Promise<void> {
    try {
      await this.#gateway(gateway).apply(step, signal)
    } catch (error) {
      throw refusal(error, step) ?? error
    }
  }

  signals(gateway: GatewayId, connection: Pick<DesiredConnection, 'id' | 'peerAddress'>): readonly Signal[] {
    return this.#gateway(gateway).signals(connection)
  }

  takeReadings(gateway: GatewayId): readonly SaReading[] {
    return this.#gateways.get(gateway)?.takeReadings() ?? []
  }

  changes(signal: AbortSignal): AsyncIterable<GatewayId> {
    return this.#changes.listen(signal)
  }

  async close(): Promise<void> {
    this.#changes.close()
    await Promise.all([...this.#gateways.values()].map((gateway) => gateway.close()))
    this.#gateways.clear()
  }

  async #sweep(id: GatewayId, signal: AbortSignal): Promise<void> {
    const gateway = this.#gateway(id)
    await gateway.apply({ do: 'remove-gateway' }, signal)
    await gateway.close()
    this.#gateways.delete(id)
  }

  #gateway(id: GatewayId): Gateway {
    const known = this.#gateways.get(id)
    if (known !== undefined) return known
    const { stateDir, hostRouter = false, clock, log } = this.#options
    const onChange = () => this.#changes.announce(id)
    const gateway = new Gateway({ gateway: id, stateDir, hostRouter, probed: this.#probed, clock, log, onChange })
    this.#gateways.set(id, gateway)
    return gateway
  }
}

/** An interface may come later: networks on it are made when it does, and nothing else waits for it. */
async function tellMissing({ physicalNetworks = {}, log }: StrongswanDriverOptions): Promise<void> {
  const there = (await readLinksNamed(Object.values(physicalNetworks))).map(({ name }) => name)
  for (const [physicalNetwork, device] of Object.entries(physicalNetworks)) {
    if (!there.includes(device)) {
      log.warn({ physicalNetwork, device }, 'device of a physical network is missing; its networks wait for it')
    }
  }
}

/** What the kernel, `ip` or charon said no to, in their words; `undefined` for what is no refusal. */
function refusal(error: unknown, step?: Step): StepRefused | undefined {
  const words = wordsOf(error)
  if (words === undefined) return undefined
  const isOfGateway = step === undefined || error instanceof DaemonMissing || error instanceof ViciClosedError
  const connection = isOfGateway ? undefined : connectionOf(step)
  return new StepRefused(words, { cause: error, ...(connection !== undefined && { connection }) })
}

function wordsOf(error: unknown): string | undefined {
  if (error instanceof HostRefusal || error instanceof ViciEncodeError) return error.message
  if (error instanceof ViciCommandError) return `strongSwan refuses: ${error.errmsg}`
  if (error instanceof ViciClosedError) return 'the key exchange daemon went away'
  if (error instanceof CommandError) return error.message
  return undefined
}
