import type { ActualDaemon, ActualTunnel, DesiredConnection } from '../model/tunnel.ts'
import { type DesiredChild, desiredChildren, ikeFingerprint } from './fingerprint.ts'

/** What a connection should look like once it stands, in the fingerprints by which the daemon knows things. */
export interface Expectation {
  readonly ike: string
  readonly children: readonly DesiredChild[]
}

// A look asks for the same connection from the plan, the pacing and the report; hashing a thousand connections three times
// would cost more than everything else in the look.
const known = new WeakMap<DesiredConnection, Expectation>()

export function expectation(connection: DesiredConnection): Expectation {
  const found = known.get(connection)
  if (found !== undefined) return found
  const children = new Map(desiredChildren(connection).map((child) => [child.fingerprint, child]))
  const made = { ike: ikeFingerprint(connection), children: [...children.values()] }
  known.set(connection, made)
  return made
}

/** The tunnels of a daemon by the connection they belong to. */
export function tunnelsByConnection(daemon: Pick<ActualDaemon, 'tunnels'> | undefined): Map<string, ActualTunnel[]> {
  const found = new Map<string, ActualTunnel[]>()
  for (const tunnel of daemon?.tunnels ?? []) {
    const list = found.get(tunnel.connection)
    if (list === undefined) found.set(tunnel.connection, [tunnel])
    else list.push(tunnel)
  }
  return found
}

/**
 * Fingerprints of the child SAs that carry traffic for a connection: installed, under an established tunnel made from
 * what is desired now. An established tunnel alone says nothing: it stays when the peer refuses the child.
 */
export function installedChildren(connection: DesiredConnection, tunnels: readonly ActualTunnel[] = []): Set<string> {
  const { ike } = expectation(connection)
  return new Set(
    tunnels
      .filter(({ state, fingerprint }) => state === 'established' && fingerprint === ike)
      .flatMap(({ children }) => children.filter(({ state }) => state === 'installed'))
      .map(({ fingerprint }) => fingerprint),
  )
}

/** Whether every child SA that a connection should have is installed. */
export function isUp(connection: DesiredConnection, tunnels: readonly ActualTunnel[] = []): boolean {
  const { children } = expectation(connection)
  const installed = installedChildren(connection, tunnels)
  return children.length > 0 && children.every(({ fingerprint }) => installed.has(fingerprint))
}
