import type { Clock } from '../../../model/clock.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { Log } from '../../../model/log.ts'
import type { SaReading } from '../../../model/traffic.ts'
import type { ActualTunnel, DesiredConnection, LoadedConnection, LoadedSecret } from '../../../model/tunnel.ts'
import { getShared, listConns, listSas } from '../../../vici/commands.ts'
import { ViciClosedError } from '../../../vici/errors.ts'
import {
  type LogLine,
  parseChildRekey,
  parseChildUpDown,
  parseIkeRekey,
  parseIkeUpDown,
  parseLog,
} from '../../../vici/events.ts'
import type { IkeSa } from '../../../vici/sas.ts'
import type { Subscription, ViciEvent, ViciSession } from '../../../vici/session.ts'
import { isOrdinary, type Signal } from '../../signal.ts'
import { CloseReading } from './close-reading.ts'
import { SignalMemory } from './signal-memory.ts'
import { loadedConnection, loadedSecret, readConnectionName } from './translate.ts'
import { actualTunnel } from './translate-actual.ts'
import { beginsNewKeys, endsAnAttempt } from './translate-log.ts'
import { readingsOf } from './translate-readings.ts'
import { TunnelMemory } from './tunnel-memory.ts'
import { Turns } from './turns.ts'

export interface DaemonOptions {
  readonly gateway: GatewayId
  /** For commands, and for events: a slow command would hold back the events behind it. */
  readonly commands: ViciSession
  readonly events: ViciSession
  readonly clock: Clock
  readonly log: Log
  /** Something happened that is worth a look, the end of the daemon included. */
  readonly onChange: () => void
  /** Counters of child SAs were read. */
  readonly onReadings: (readings: readonly SaReading[]) => void
}

const eventNames = ['ike-updown', 'child-updown', 'ike-rekey', 'child-rekey', 'log']

/** A running charon as we are connected to it. Lives until either connection ends, which is how its death is noticed. */
export class Daemon {
  /** Commands go here. */
  readonly session: ViciSession
  /** Who may be opened when. */
  readonly turns = new Turns()
  readonly #events: ViciSession
  readonly #options: DaemonOptions
  readonly #memory = new TunnelMemory()
  readonly #signals = new SignalMemory()
  readonly #closeReading: CloseReading
  #isAlive = true

  private constructor(options: DaemonOptions) {
    this.#options = options
    this.session = options.commands
    this.#events = options.events
    const { gateway, clock, log } = options
    this.#closeReading = new CloseReading({
      session: options.commands,
      clock,
      onRead: (sas) => this.#read(sas),
      onTrouble: (error) => log.warn({ gateway, err: error }, 'counters were not read'),
    })
  }

  /** Resolves when events are flowing: what happens from then on is not missed. */
  static async attach(options: DaemonOptions): Promise<Daemon> {
    const subscription = await options.events.subscribe(eventNames)
    const daemon = new Daemon(options)
    void daemon.#follow(subscription)
    void Promise.race([options.events.closed, options.commands.closed]).then(() => daemon.#end())
    return daemon
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  async tunnels(): Promise<ActualTunnel[]> {
    const asked = this.#memory.asking()
    const listed = await listSas(this.session)
    this.#read(listed)
    const tunnels = listed.flatMap((sa) => actualTunnel(sa) ?? [])
    return this.#memory.merge(tunnels, asked, this.#options.clock.now())
  }

  /** What it said lately about a connection, or about its peer. */
  signals({ id, peerAddress }: Pick<DesiredConnection, 'id' | 'peerAddress'>): readonly Signal[] {
    return this.#signals.about(id, peerAddress)
  }

  /** The configuration it has loaded of ours. */
  async loaded(): Promise<{ secrets: LoadedSecret[]; connections: LoadedConnection[] }> {
    const [secrets, connections] = await Promise.all([getShared(this.session), listConns(this.session)])
    for (const { name, localId, remoteId } of connections) {
      const read = readConnectionName(name)
      if (read !== undefined) this.turns.isBetween(read.connection, localId, remoteId)
    }
    return {
      secrets: secrets.flatMap((name) => loadedSecret(name) ?? []),
      connections: connections.flatMap((connection) => loadedConnection(connection) ?? []),
    }
  }

  /** Lets go of it; it goes on. */
  async detach(): Promise<void> {
    this.#isAlive = false
    await Promise.all([this.session.close(), this.#events.close()])
  }

  /** Either connection without the other is of no use: both are closed, and a daemon that still lives is met anew. */
  #end(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    const { gateway, log, onChange } = this.#options
    log.warn({ gateway }, 'connection to the key exchange daemon ended')
    onChange()
    void Promise.all([this.session.close(), this.#events.close()])
  }

  async #follow(subscription: Subscription): Promise<void> {
    const { gateway, log, onChange } = this.#options
    try {
      for await (const event of subscription) {
        if (this.#learn(event)) onChange()
      }
    } catch (error) {
      // The end of the daemon, which is told by `closed` too.
      if (!(error instanceof ViciClosedError)) {
        log.error({ gateway, err: error }, 'no longer following the key exchange daemon')
        this.#end()
      }
    }
  }

  #read(sas: readonly IkeSa[]): void {
    this.#options.onReadings(sas.flatMap((sa) => readingsOf(sa)))
  }

  #learnFromLog(line: LogLine): boolean {
    const { text, ikeName = '', ikeUniqueId = 0 } = line
    const signal = this.#signals.heard(line, this.#options.clock.now())
    const isNews = signal !== undefined && !isOrdinary(signal.says)
    if (beginsNewKeys(text) && this.#memory.hasChildren(ikeUniqueId)) this.#closeReading.begin(ikeUniqueId)
    if (!endsAnAttempt(text)) return isNews
    const read = readConnectionName(ikeName)
    if (read !== undefined) this.turns.isOver(read.connection)
    return true
  }

  /** Whether what happened is worth a look. */
  #learn({ name, message }: ViciEvent): boolean {
    if (name === 'log') return this.#learnFromLog(parseLog(message))
    const now = this.#options.clock.now()
    switch (name) {
      case 'ike-updown': {
        const { isUp, ike } = parseIkeUpDown(message)
        const tunnel = actualTunnel(ike)
        if (tunnel === undefined) return false
        this.turns.isOver(tunnel.connection)
        if (isUp) this.#memory.saw(tunnel, now)
        else this.#memory.isGone(ike.uniqueId)
        // An IKE SA alone carries nothing. Its first child is told next, or a log line says why there is none.
        return !isUp
      }
      case 'child-updown': {
        const { isUp, ike, child } = parseChildUpDown(message)
        const tunnel = actualTunnel(ike)
        if (tunnel === undefined) return false
        if (isUp) this.#memory.saw(tunnel, now)
        else this.#memory.childIsGone(ike.uniqueId, child.uniqueId)
        if (!isUp) this.#options.onReadings(readingsOf(ike, [child], true))
        return true
      }
      case 'ike-rekey': {
        const { old, new: successor } = parseIkeRekey(message)
        const tunnel = actualTunnel(successor)
        if (tunnel === undefined) return false
        this.#memory.isNow(old.uniqueId, tunnel, now)
        return true
      }
      case 'child-rekey': {
        const { ike, old, new: successor } = parseChildRekey(message)
        const tunnel = actualTunnel({ ...ike, children: [successor] })
        if (tunnel === undefined) return false
        this.#memory.childIsGone(ike.uniqueId, old.uniqueId)
        this.#closeReading.end(ike.uniqueId)
        // What is still on its way through the old one is read from the lists, in which it stays for some seconds.
        this.#options.onReadings(readingsOf(ike, [old], true))
        this.#memory.saw(tunnel, now)
        return true
      }
      default:
        return false
    }
  }
}
