import type { Capabilities } from '../model/capabilities.ts'
import type { ConnectionId, GatewayId } from '../model/ids.ts'
import type { SaReading } from '../model/traffic.ts'
import type { Actual, ActualHost, DesiredConnection } from '../model/tunnel.ts'
import type { Signal } from './signal.ts'
import type { HostStep, Step } from './step.ts'

/**
 * What a host can do for us. Every call may be repeated, and after a crash at any moment `observe` tells what is there.
 * Two stand behind it: `drivers/strongswan`, the real one, and `drivers/simulated`; `test/driver/contract.ts` says what both
 * must keep.
 */
export interface Driver {
  readonly name: 'strongswan' | 'simulated'
  readonly capabilities: Capabilities

  observeHost(): Promise<ActualHost>
  applyHost(step: HostStep, signal: AbortSignal): Promise<void>

  /** Reads the gateway back from the host: what is there, not what was asked for. */
  observe(gateway: GatewayId): Promise<Actual>
  /** @throws StepRefused when the host or its daemon will not do it; the gateway is as before the step. */
  apply(gateway: GatewayId, step: Step, signal: AbortSignal): Promise<void>

  /**
   * What was heard lately about a connection, oldest first; also what its peer's address said before it was known which
   * connection it meant. Bounded, and gone with the process: whoever needs it asks again when it is said again.
   */
  signals(gateway: GatewayId, connection: Pick<DesiredConnection, 'id' | 'peerAddress'>): readonly Signal[]

  /**
   * The counters of all child SAs as they were last read, by observations and by what the daemon told of those that
   * ended; each reading is handed over once.
   */
  takeReadings(gateway: GatewayId): readonly SaReading[]

  /** Names gateways worth another look. A hint, not a source of truth: a lost one costs an interval, never correctness. */
  changes(signal: AbortSignal): AsyncIterable<GatewayId>

  /** Lets go of the gateways without disturbing them: tunnels stay up. */
  close(): Promise<void>
}

/** The machine said no to a step. The message is for people and names no secret. */
export class StepRefused extends Error {
  override readonly name = 'StepRefused'
  /** The connection that was being worked on; absent when the gateway as a whole is concerned. */
  readonly connection: ConnectionId | undefined

  constructor(message: string, options: { connection?: ConnectionId; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.connection = options.connection
  }
}
