import type { ConnectionId } from '../model/ids.ts'
import type { Actual, ActualDaemon, Attachment, Desired, DesiredConnection } from '../model/tunnel.ts'
import { daemonSettings, settingsFingerprint } from './daemon-settings.ts'
import { expectation } from './expectation.ts'
import type { Pacing } from './pacing.ts'
import { tunnelSteps } from './plan-tunnels.ts'
import type { Step } from './step.ts'

/**
 * The steps from what a gateway is to what it should be, in the order in which to take them. Pure and total. Taken to
 * their end they leave nothing to plan; broken off anywhere, the next plan takes up where they stopped.
 *
 * What the order promises: a network is protected before any packet can reach it past a tunnel, and unprotected after
 * the last one could use it; a new secret or configuration is loaded before the old one goes, so that the peer never
 * meets a daemon that does not know it; old configurations go before their tunnels, so that a peer that dials again at
 * once cannot bring back what is being closed.
 */
export function plan(desired: Desired, actual: Actual, pacing: Pacing): Step[] {
  if (!desired.present) return actual.present ? [{ do: 'remove-gateway' }] : []
  // What is elsewhere cannot be moved.
  const isElsewhere = actual.present && actual.onHost !== desired.onHost
  const isThere = actual.present && !isElsewhere
  const now = isThere ? actual : nothing
  const settings = daemonSettings(desired)
  // A daemon that is yet to start is planned for as an empty one: one pass is enough.
  const daemon = now.daemon ?? { settings: settingsFingerprint(settings), ...emptyDaemon }
  return [
    ...when(isElsewhere, { do: 'remove-gateway' }),
    ...when(!isThere, { do: 'make-gateway', ...(desired.onHost && { onHost: true }) }),
    ...together('protect', missing(desired.protectedCidrs, now.protectedCidrs)),
    ...legSteps(desired, now),
    ...when(now.daemon === undefined, { do: 'start-daemon', settings }),
    ...when(daemon.settings !== settingsFingerprint(settings), { do: 'configure-daemon', settings }),
    ...configurationSteps(desired.connections, daemon),
    ...tunnelSteps(desired.connections, daemon, pacing),
    ...secretsOfNobody(desired.connections, daemon),
    ...together('unprotect', missing(now.protectedCidrs, desired.protectedCidrs)),
  ]
}

/** One step for all networks, however many: each step is a process on the host. */
function together(verb: 'protect' | 'unprotect', cidrs: readonly string[]): Step[] {
  return cidrs.length === 0 ? [] : [{ do: verb, cidrs }]
}

const emptyDaemon = { secrets: [], connections: [], tunnels: [] }

const nothing: Omit<Actual, 'gateway' | 'present'> = {
  attachments: [],
  nextHops: [],
  protectedCidrs: [],
  daemon: undefined,
}

/**
 * A leg that differs is taken off and put on again: a change of its network cannot be had otherwise, and the other legs
 * do not notice. Default routes go with the external leg they lead through, so they are set again after it.
 */
function legSteps(desired: Desired, actual: Pick<Actual, 'attachments' | 'nextHops'>): Step[] {
  const wanted = new Map(desired.attachments.map((leg) => [leg.port, leg]))
  const kept = new Set<string>()
  const detached: Attachment[] = []
  for (const leg of actual.attachments) {
    const want = wanted.get(leg.port)
    if (want !== undefined && sameLeg(want, leg)) kept.add(leg.port)
    else detached.push(leg)
  }
  const attached = [...wanted.values()].filter(({ port }) => !kept.has(port))
  const routesLost = detached.some(({ side }) => side === 'external') && desired.nextHops.length > 0
  return [
    ...detached.map(({ port }): Step => ({ do: 'detach', port })),
    ...attached.map((attachment): Step => ({ do: 'attach', attachment })),
    ...when(routesLost || !sameMembers(desired.nextHops, actual.nextHops), {
      do: 'set-next-hops',
      nextHops: desired.nextHops,
    }),
  ]
}

function sameLeg(one: Attachment, other: Attachment): boolean {
  return one.side === other.side && one.network === other.network && sameMembers(one.addresses, other.addresses)
}

/** What the daemon has to know: secrets and connections, the new before the old goes. */
function configurationSteps(connections: readonly DesiredConnection[], daemon: ActualDaemon): Step[] {
  const secrets = byConnection(daemon.secrets)
  const loaded = byConnection(daemon.connections)
  const wanted = new Set<string>(connections.map(({ id }) => id))
  const loading: Step[] = []
  const unloading: Step[] = []
  for (const connection of connections) {
    const { id, secretVersion } = connection
    const versions = (secrets.get(id) ?? []).map(({ version }) => version)
    if (!versions.includes(secretVersion)) loading.push({ do: 'load-secret', connection })
    // At once, not at the end: while two secrets are loaded the daemon may authenticate with either.
    for (const version of versions) {
      if (version !== secretVersion) loading.push({ do: 'unload-secret', connection: id, version })
    }
  }
  for (const connection of connections) {
    const { ike, children } = expectation(connection)
    const fingerprints = children.map(({ fingerprint }) => fingerprint)
    const same = (loaded.get(connection.id) ?? []).filter(({ fingerprint }) => fingerprint === ike)
    if (!same.some((one) => sameMembers(one.children, fingerprints)))
      loading.push({ do: 'load-connection', connection })
    for (const { fingerprint } of loaded.get(connection.id) ?? []) {
      if (fingerprint !== ike) unloading.push({ do: 'unload-connection', connection: connection.id, fingerprint })
    }
  }
  for (const { connection, fingerprint } of daemon.connections) {
    if (!wanted.has(connection)) unloading.push({ do: 'unload-connection', connection, fingerprint })
  }
  return [...loading, ...unloading]
}

function secretsOfNobody(connections: readonly DesiredConnection[], daemon: ActualDaemon): Step[] {
  const wanted = new Set<string>(connections.map(({ id }) => id))
  return daemon.secrets
    .filter(({ connection }) => !wanted.has(connection))
    .map(({ connection, version }) => ({ do: 'unload-secret', connection, version }))
}

function byConnection<T extends { readonly connection: ConnectionId }>(things: readonly T[]): Map<ConnectionId, T[]> {
  const found = new Map<ConnectionId, T[]>()
  for (const thing of things) {
    const list = found.get(thing.connection)
    if (list === undefined) found.set(thing.connection, [thing])
    else list.push(thing)
  }
  return found
}

function when(condition: boolean, step: Step): Step[] {
  return condition ? [step] : []
}

function missing(wanted: readonly string[], there: readonly string[]): string[] {
  const present = new Set(there)
  return [...new Set(wanted)].filter((one) => !present.has(one))
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  const members = new Set(one)
  return members.size === new Set(other).size && other.every((member) => members.has(member))
}
