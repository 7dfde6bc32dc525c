import { ipBatch } from '../../../linux/ip.ts'
import { setMtu } from '../../../linux/links.ts'
import type { Clock } from '../../../model/clock.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { Log } from '../../../model/log.ts'
import type { SaReading } from '../../../model/traffic.ts'
import { listSas, reloadSettings } from '../../../vici/commands.ts'
import { ViciSession } from '../../../vici/session.ts'
import { type DaemonSettings, settingsFingerprint } from '../../daemon-settings.ts'
import { connectIfListening, findCharon, isInNamespace, startCharon, stopCharon } from './charon.ts'
import { Daemon } from './daemon.ts'
import { boundDaemonLog } from './daemon-log.ts'
import { type GatewayFiles, readIfThere, replaceFile } from './files.ts'
import { DaemonMissing } from './host-refusal.ts'
import { gatewayNamespace } from './names.ts'
import type { Probed } from './probe.ts'
import { routeMtu, strongswanConf, tunnelDevice } from './translate-settings.ts'

export interface DaemonKeeperOptions {
  readonly gateway: GatewayId
  readonly files: GatewayFiles
  readonly probed: Probed
  readonly clock: Clock
  readonly log: Log
  readonly onChange: () => void
  readonly onReadings: (readings: readonly SaReading[]) => void
}

/** Has the one daemon of a gateway: starts it, meets one that outlived us, sets it up, stops it. */
export class DaemonKeeper {
  readonly #options: DaemonKeeperOptions
  #daemon: Daemon | undefined
  #settings = ''

  constructor(options: DaemonKeeperOptions) {
    this.#options = options
  }

  /** Fingerprint of the settings in force. */
  get settings(): string {
    return this.#settings
  }

  /** The daemon we are connected to, as long as it lives. */
  get current(): Daemon | undefined {
    return this.#daemon?.isAlive ? this.#daemon : undefined
  }

  require(): Daemon {
    const daemon = this.current
    if (daemon === undefined) throw new DaemonMissing('the key exchange daemon does not run')
    return daemon
  }

  /** Takes up with a charon that runs. One in a namespace that is no longer the gateway's is not its daemon. */
  async meet(): Promise<Daemon | undefined> {
    if (this.current !== undefined) return this.current
    const { gateway, files } = this.#options
    const pid = await findCharon(gateway, files)
    if (pid === undefined || !(await isInNamespace(gateway, pid))) return undefined
    const commands = await connectIfListening(files)
    if (commands === undefined) return undefined
    this.#settings = (await readIfThere(files.settings))?.trim() ?? ''
    return this.#attach(commands)
  }

  async start(settings: DaemonSettings, signal: AbortSignal): Promise<void> {
    const { gateway, files, clock, probed } = this.#options
    if ((await this.meet()) !== undefined) return this.configure(settings, signal)
    const { backend } = probed.capabilities
    const configuration = strongswanConf(settings, backend)
    const kernelEsp = backend === 'kernel'
    await this.#attach(
      await startCharon({ gateway, files, charon: probed.charon, configuration, kernelEsp, clock, signal }),
    )
    await this.#areInForce(settings, signal)
  }

  async configure(settings: DaemonSettings, signal: AbortSignal): Promise<void> {
    const { session } = this.require()
    if (this.#settings === settingsFingerprint(settings)) return
    const { files, probed, onChange } = this.#options
    const configuration = strongswanConf(settings, probed.capabilities.backend)
    const hasOtherMtu = routeMtu((await readIfThere(files.configuration)) ?? '') !== routeMtu(configuration)
    // Charon reads the MTU of its routes when it starts. Tunnels are not broken for it: with the kernel's ESP, whose only
    // limit that is, a charon without any is started anew, and beside tunnels a new limit waits for the next start.
    if (
      probed.capabilities.backend === 'kernel' &&
      hasOtherMtu &&
      (await listSas(session, {}, { signal })).length === 0
    ) {
      await this.stop()
      await this.start(settings, signal)
      // What was loaded is to be loaded again.
      onChange()
      return
    }
    await replaceFile(files.configuration, configuration)
    await reloadSettings(session, { signal })
    await this.#areInForce(settings, signal)
  }

  async stop(): Promise<void> {
    const { gateway, files, clock } = this.#options
    await this.release()
    await stopCharon(gateway, files, clock)
  }

  /** Lets go of it; it goes on. */
  async release(): Promise<void> {
    const daemon = this.#daemon
    this.#daemon = undefined
    await daemon?.detach()
  }

  async boundLog(): Promise<void> {
    if (this.current !== undefined) await boundDaemonLog(this.#options.files, this.current.session)
  }

  async #attach(commands: ViciSession): Promise<Daemon> {
    const { gateway, files, clock, log, onChange, onReadings } = this.#options
    await this.release()
    try {
      const events = await ViciSession.connect(files.socket)
      this.#daemon = await Daemon.attach({ gateway, commands, events, clock, log, onChange, onReadings })
      return this.#daemon
    } catch (error) {
      await commands.close()
      throw error
    }
  }

  /** Written down last, so that settings which were put in force by half are put in force again. */
  async #areInForce(settings: DaemonSettings, signal: AbortSignal): Promise<void> {
    const { gateway, files, probed } = this.#options
    const device = tunnelDevice(settings, probed.capabilities.backend)
    if (device !== undefined) {
      await ipBatch([setMtu(device.name, device.mtu)], { namespace: gatewayNamespace(gateway), signal })
    }
    await replaceFile(files.settings, settingsFingerprint(settings))
    this.#settings = settingsFingerprint(settings)
  }
}
