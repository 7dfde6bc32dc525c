import type { Clock, Instant } from '../../../model/clock.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { Log } from '../../../model/log.ts'
import type { SaReading } from '../../../model/traffic.ts'
import type { Actual, ActualDaemon, ActualTunnel, DesiredConnection } from '../../../model/tunnel.ts'
import { listSas } from '../../../vici/commands.ts'
import { type Readings, withReadings } from '../../readings.ts'
import type { Signal } from '../../signal.ts'
import type { Step } from '../../step.ts'
import type { Daemon } from './daemon.ts'
import { DaemonKeeper } from './daemon-keeper.ts'
import { closeChild, isDaemonStep, takeDaemonStep } from './daemon-steps.ts'
import { type GatewayFiles, gatewayFiles, makeGatewayDirectories, removeGatewayDirectories } from './files.ts'
import { type Ground, groundOf, hostGround, namespaceGround } from './ground.ts'
import { type HostFacts, noFacts, readRawFacts } from './host-facts.ts'
import { HostRefusal } from './host-refusal.ts'
import { afterStep, isSameConfiguration, type LoadedConfiguration } from './loaded-configuration.ts'
import type { Probed } from './probe.ts'
import { Protection } from './protection.ts'
import { readHostFacts } from './read-host-facts.ts'
import { withoutRoute } from './tunnel-routes.ts'

export interface GatewayOptions {
  readonly gateway: GatewayId
  readonly stateDir: string
  readonly probed: Probed
  /** Whether it may be the host itself. */
  readonly hostRouter: boolean
  readonly clock: Clock
  readonly log: Log
  readonly onChange: () => void
}

/** After this long what we know is read again, beside the observation that finds it old. */
const freshMs = 10_000
/** After this long an observation waits for it. */
const staleMs = 60_000

interface Known<T> {
  readonly value: T
  readonly readAt: Instant
}

/**
 * One gateway of this host.
 *
 * Tunnels are read at every observation. Host facts (links, addresses, routes, rules) and the loaded configuration change
 * by nobody's hand but ours, so they are what was last read plus what our own steps have done since: an observation then
 * costs one `list-sas` and no process. They are read again when the daemon is met, after any step that failed, and when
 * older than ten seconds: beside that observation, which does not wait for it, and with a hint to look again if something
 * else was found. Whoever tampers with a gateway is thus noticed within ten seconds of the agent's looking.
 */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #files: GatewayFiles
  readonly #keeper: DaemonKeeper
  readonly #protection: Protection
  #facts: Known<HostFacts> | undefined
  #loaded: (Known<LoadedConfiguration> & { readonly daemon: Daemon }) | undefined
  #tunnels: readonly ActualTunnel[] = []
  #refreshing: Promise<void> | undefined
  /** Read and not yet handed over: also of daemons that are gone. */
  #readings: Readings = new Map()

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#files = gatewayFiles(options.stateDir, options.gateway)
    this.#keeper = new DaemonKeeper({
      ...options,
      files: this.#files,
      onReadings: (readings) => {
        this.#readings = withReadings(this.#readings, readings)
      },
    })
    this.#protection = new Protection(options.gateway, this.#kernelEsp)
  }

  async observe(): Promise<Actual> {
    const facts = await this.#currentFacts()
    const daemon = facts.present ? await this.#observeDaemon() : undefined
    this.#refreshIfOld()
    return { gateway: this.#options.gateway, ...facts, daemon }
  }

  takeReadings(): readonly SaReading[] {
    const readings = [...this.#readings.values()]
    this.#readings = new Map()
    return readings
  }

  async apply(step: Step, signal: AbortSignal): Promise<void> {
    try {
      await this.#take(step, signal)
    } catch (error) {
      // Whatever it did before it failed is read back rather than guessed.
      this.#forget()
      throw error
    }
  }

  /** What its daemon said; nothing while it does not run. */
  signals(connection: Pick<DesiredConnection, 'id' | 'peerAddress'>): readonly Signal[] {
    return this.#keeper.current?.signals(connection) ?? []
  }

  /** Lets go; the daemon goes on. */
  async close(): Promise<void> {
    this.#protection.close()
    await this.#keeper.release()
    await this.#refreshing
  }

  get #kernelEsp(): boolean {
    return this.#options.probed.capabilities.backend === 'kernel'
  }

  async #take(step: Step, signal: AbortSignal): Promise<void> {
    if (isDaemonStep(step)) {
      const { session, turns } = this.#keeper.require()
      const { attachments } = await this.#currentFacts()
      const { probed, clock } = this.#options
      await takeDaemonStep(session, step, { attachments, tunnels: this.#tunnels, probed, turns, clock }, signal)
      if (this.#loaded) this.#loaded = { ...this.#loaded, value: afterStep(this.#loaded.value, step) }
      return
    }
    switch (step.do) {
      case 'protect':
        await this.#protection.protect(step.cidrs, (await this.#currentFacts()).attachments, signal)
        return this.#learnProtected((cidrs) => [...new Set([...cidrs, ...step.cidrs])])
      case 'unprotect':
        await this.#protection.unprotect(step.cidrs, (await this.#currentFacts()).attachments, signal)
        return this.#learnProtected((cidrs) => cidrs.filter((cidr) => !step.cidrs.includes(cidr)))
      case 'start-daemon':
        // What the one before it had is gone with it.
        this.#tunnels = []
        return this.#keeper.start(step.settings, signal)
      case 'configure-daemon':
        return this.#keeper.configure(step.settings, signal)
      case 'make-gateway':
        // The directory first: by it we know that the rest is ours.
        this.#protection.close()
        await makeGatewayDirectories(this.#files)
        await this.#groundFor(step.onHost).make(signal)
        break
      case 'remove-gateway':
        await this.#remove(signal)
        break
      case 'attach':
        await (await this.#ground()).attach(step.attachment, signal)
        await this.#closeRouteless(signal)
        break
      case 'detach':
        await (await this.#ground()).detach(step.port, signal)
        break
      case 'set-next-hops':
        await (await this.#ground()).setNextHops(step.nextHops, signal)
        break
    }
    this.#facts = undefined
  }

  get #groundOptions() {
    const { gateway, stateDir } = this.#options
    return { gateway, stateDir, kernelEsp: this.#kernelEsp }
  }

  #ground(): Promise<Ground> {
    return groundOf(this.#groundOptions)
  }

  /** Where it is to be made. */
  #groundFor(onHost = false): Ground {
    if (!onHost) return namespaceGround(this.#groundOptions)
    if (!this.#options.hostRouter) {
      throw new HostRefusal('that this host may be a router is not in the configuration (host_router)')
    }
    return hostGround(this.#groundOptions)
  }

  async #remove(signal: AbortSignal): Promise<void> {
    await this.#refreshing
    await this.#keeper.stop()
    this.#protection.close()
    await (await this.#ground()).remove(signal)
    await removeGatewayDirectories(this.#files)
  }

  /** They are opened again like any child that is missing. */
  async #closeRouteless(signal: AbortSignal): Promise<void> {
    const session = this.#keeper.current?.session
    if (session === undefined) return
    const raw = await readRawFacts(this.#options.gateway, signal)
    const sas = await listSas(session, {}, { signal })
    for (const { uniqueId } of withoutRoute(sas, raw?.routes ?? [])) await closeChild(session, uniqueId, signal)
  }

  async #observeDaemon(): Promise<ActualDaemon | undefined> {
    const daemon = await this.#keeper.meet()
    this.#tunnels = []
    if (daemon === undefined) return undefined
    try {
      const [tunnels, loaded] = await Promise.all([daemon.tunnels(), this.#currentlyLoaded(daemon)])
      this.#tunnels = tunnels
      return { settings: this.#keeper.settings, ...loaded, tunnels }
    } catch (error) {
      // It died while we asked, which is an answer.
      if (!daemon.isAlive || daemon.session.isClosed) return undefined
      throw error
    }
  }

  async #currentFacts(): Promise<HostFacts> {
    if (this.#facts === undefined || this.#age(this.#facts) > staleMs) {
      this.#facts = {
        value: await readHostFacts(this.#options.gateway, this.#files),
        readAt: this.#options.clock.now(),
      }
    }
    return this.#facts.value
  }

  async #currentlyLoaded(daemon: Daemon): Promise<LoadedConfiguration> {
    if (this.#loaded?.daemon !== daemon || this.#age(this.#loaded) > staleMs) {
      this.#loaded = { daemon, value: await daemon.loaded(), readAt: this.#options.clock.now() }
    }
    return this.#loaded.value
  }

  #learnProtected(change: (cidrs: readonly string[]) => readonly string[]): void {
    if (this.#facts === undefined) return
    const { value, readAt } = this.#facts
    this.#facts = { readAt, value: { ...value, protectedCidrs: change(value.protectedCidrs) } }
  }

  #forget(): void {
    this.#facts = undefined
    this.#loaded = undefined
  }

  #age({ readAt }: Known<unknown>): number {
    return this.#options.clock.now() - readAt
  }

  #refreshIfOld(): void {
    const isOld = [this.#facts, this.#loaded].some((known) => known !== undefined && this.#age(known) > freshMs)
    if (!isOld || this.#refreshing !== undefined) return
    const { gateway, log } = this.#options
    this.#refreshing = this.#refresh()
      .catch((error: unknown) => {
        log.error({ gateway, err: error }, 'gateway could not be read again')
        this.#forget()
      })
      .finally(() => {
        this.#refreshing = undefined
      })
  }

  /** What a step of ours changed meanwhile makes the reading worthless: it is dropped, and the next look reads again. */
  async #refresh(): Promise<void> {
    const { gateway, clock, onChange } = this.#options
    const [knownFacts, knownLoaded] = [this.#facts, this.#loaded]
    const daemon = this.#keeper.current
    const [facts, loaded] = await Promise.all([readHostFacts(gateway, this.#files), daemon?.loaded()])
    await this.#keeper.boundLog()
    if (this.#facts !== knownFacts || this.#loaded !== knownLoaded) return
    const readAt = clock.now()
    this.#facts = { value: facts, readAt }
    if (daemon !== undefined && loaded !== undefined) this.#loaded = { daemon, value: loaded, readAt }
    const factsDiffer = JSON.stringify(facts) !== JSON.stringify(knownFacts?.value ?? noFacts)
    const configurationDiffers = loaded && knownLoaded && !isSameConfiguration(loaded, knownLoaded.value)
    if (factsDiffer || configurationDiffers) onChange()
  }
}
