import type { ConnectionId } from '../model/ids.ts'
import type { Actual, ActualDaemon, ConnectionReport, Desired, DesiredConnection, Report } from '../model/tunnel.ts'
import type { Verdict } from '../model/verdict.ts'
import { isUp, tunnelsByConnection } from './expectation.ts'

/**
 * What a look came to: every connection that should be, and every one that should no longer be but of which something
 * is still on the host. A connection that is not mentioned is gone.
 *
 * @param refusals why the machine would not do something for a connection
 * @param verdicts what is wrong with a connection
 * @param problem why the gateway as a whole could not be made
 */
export function report(
  desired: Desired,
  actual: Actual,
  refusals: ReadonlyMap<ConnectionId, string>,
  verdicts: ReadonlyMap<ConnectionId, Verdict> = new Map(),
  problem?: string,
): Report {
  const tunnels = tunnelsByConnection(actual.daemon)
  const wanted = new Set<string>(desired.connections.map(({ id }) => id))
  const leftovers = remaining(actual.daemon).filter((connection) => !wanted.has(connection))
  return {
    gateway: desired.gateway,
    revision: desired.revision,
    ...(problem !== undefined && { problem }),
    connections: [
      ...desired.connections.map((connection) => ({
        ...describe(connection, isUp(connection, tunnels.get(connection.id)), refusals.get(connection.id)),
        ...withVerdict(verdicts.get(connection.id)),
      })),
      ...leftovers.map((connection): ConnectionReport => {
        const refusal = refusals.get(connection) ?? 'still being removed from the gateway'
        return { connection, state: 'down', problem: refusal }
      }),
    ],
  }
}

function withVerdict(verdict: Verdict | undefined): Pick<ConnectionReport, 'verdict'> {
  return verdict === undefined ? {} : { verdict }
}

/** Carrying is carrying: a refused change leaves an installed tunnel up, with the refusal beside it. */
function describe({ id: connection }: DesiredConnection, up: boolean, refusal: string | undefined): ConnectionReport {
  if (refusal === undefined) return { connection, state: up ? 'up' : 'down' }
  return { connection, state: up ? 'up' : 'failed', problem: refusal }
}

/** A tunnel on its way out does not count: a silent peer could draw that out for minutes, and nobody can use it any more. */
function remaining(daemon: ActualDaemon | undefined): ConnectionId[] {
  if (daemon === undefined) return []
  return [
    ...new Set([
      ...daemon.connections.map(({ connection }) => connection),
      ...daemon.secrets.map(({ connection }) => connection),
      ...daemon.tunnels.filter(({ state }) => state !== 'closing').map(({ connection }) => connection),
    ]),
  ]
}
