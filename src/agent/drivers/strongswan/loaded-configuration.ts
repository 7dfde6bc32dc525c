import type { LoadedConnection, LoadedSecret } from '../../../model/tunnel.ts'
import { desiredChildren, ikeFingerprint } from '../../fingerprint.ts'
import type { Step } from '../../step.ts'

/** What a daemon has loaded. */
export interface LoadedConfiguration {
  readonly secrets: readonly LoadedSecret[]
  readonly connections: readonly LoadedConnection[]
}

/** What is loaded after a step of ours was done. Pure. */
export function afterStep(loaded: LoadedConfiguration, step: Step): LoadedConfiguration {
  const { secrets, connections } = loaded
  switch (step.do) {
    case 'load-secret': {
      const secret = { connection: step.connection.id, version: step.connection.secretVersion }
      return { connections, secrets: [...without(secrets, secret), secret] }
    }
    case 'unload-secret':
      return { connections, secrets: without(secrets, step) }
    case 'load-connection': {
      const fingerprint = ikeFingerprint(step.connection)
      const children = desiredChildren(step.connection).map((child) => child.fingerprint)
      const connection = { connection: step.connection.id, fingerprint, children }
      return { secrets, connections: [...withoutConnection(connections, connection), connection] }
    }
    case 'unload-connection':
      return { secrets, connections: withoutConnection(connections, step) }
    default:
      return loaded
  }
}

/** The order of listing is charon's own affair. */
export function isSameConfiguration(one: LoadedConfiguration, other: LoadedConfiguration): boolean {
  return canonical(one) === canonical(other)
}

function canonical({ secrets, connections }: LoadedConfiguration): string {
  const lines = [
    ...secrets.map(({ connection, version }) => `${connection} secret ${version}`),
    ...connections.map(({ connection, fingerprint, children }) =>
      [connection, fingerprint, ...children.toSorted()].join(' '),
    ),
  ]
  return lines.toSorted().join('\n')
}

function without(secrets: readonly LoadedSecret[], { connection, version }: LoadedSecret): LoadedSecret[] {
  return secrets.filter((secret) => secret.connection !== connection || secret.version !== version)
}

function withoutConnection(
  connections: readonly LoadedConnection[],
  { connection, fingerprint }: Omit<LoadedConnection, 'children'>,
): LoadedConnection[] {
  return connections.filter((loaded) => loaded.connection !== connection || loaded.fingerprint !== fingerprint)
}
