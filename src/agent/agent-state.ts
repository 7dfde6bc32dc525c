import type { ConnectionId, GatewayId } from '../model/ids.ts'
import type { ActualDaemon, Desired } from '../model/tunnel.ts'
import { expectation, installedChildren, tunnelsByConnection } from './expectation.ts'

/** How an agent stands, for whoever watches over it. */
export interface AgentState {
  /** Keys that are due to be looked at. */
  readonly queued: number
  readonly gateways: readonly GatewayState[]
}

export interface GatewayState {
  readonly gateway: GatewayId
  /** The last look at it succeeded. */
  readonly isReady: boolean
  readonly daemonRuns: boolean
  /** By this agent. */
  readonly daemonStarts: number
  readonly children: readonly ChildState[]
}

/** A child that is configured, whether it is there or not. */
export interface ChildState {
  readonly connection: ConnectionId
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
  readonly isUp: boolean
}

/** What of a gateway's children is installed, as a look found them in the end. */
export function childStates(desired: Desired, daemon: ActualDaemon | undefined): ChildState[] {
  const tunnels = tunnelsByConnection(daemon)
  return desired.connections.flatMap((connection) => {
    const installed = installedChildren(connection, tunnels.get(connection.id))
    return expectation(connection).children.map(({ fingerprint, localCidrs, peerCidrs }) => ({
      connection: connection.id,
      localCidrs,
      peerCidrs,
      isUp: installed.has(fingerprint),
    }))
  })
}
