import type { GatewayId } from '../model/ids.ts'
import type { TrafficReport } from '../model/traffic.ts'
import type { Desired, DesiredHost, Report, TunnelSnapshot } from '../model/tunnel.ts'

/** What to look at again: one gateway, or the host beneath them. */
export type Key = GatewayId | 'host'

/**
 * The server as an agent sees it. In one process it is the domain's functions handed over by `main/`; between machines
 * it is HTTP.
 */
export interface ControlPlane {
  desiredHost(): Promise<DesiredHost>
  /** For a gateway it does not know (any more): `present: false`, so that the agent removes what is left of it. */
  desired(gateway: GatewayId): Promise<Desired>
  /** Keys whose Desired changed. Level, not edge: says where to look, never what happened. */
  watch(signal: AbortSignal): AsyncIterable<Key>
  report(report: Report): Promise<void>
  /** The live SAs, for people to look at: nothing depends on them, and one that is lost is followed by another. */
  keepTunnels(snapshot: TunnelSnapshot): Promise<void>
  /** Takes in what went through the tunnels. May be repeated: readings are totals. */
  count(report: TrafficReport): Promise<void>
}
