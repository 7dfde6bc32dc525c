import type { GatewayId } from '../../../model/ids.ts'
import type { Actual, ActualChild, ActualDaemon, ActualTunnel, DesiredConnection } from '../../../model/tunnel.ts'
import { settingsFingerprint } from '../../daemon-settings.ts'
import { expectation } from '../../expectation.ts'
import type { Step } from '../../step.ts'

/** A gateway of which nothing is on the host. */
export function nothingOf(gateway: GatewayId): Actual {
  return { gateway, present: false, attachments: [], nextHops: [], protectedCidrs: [], daemon: undefined }
}

/**
 * What a gateway is after a step: the model of a host that does as told. Pure and total: a step whose ground is missing
 * changes nothing here; whether to refuse it is the driver's business. Twice is the same as once.
 *
 * @param freshSa number for an SA the step makes; has to be one that no SA of this gateway had
 */
export function applied(actual: Actual, step: Step, freshSa: number): Actual {
  if (step.do === 'make-gateway') return { ...actual, present: true, ...(step.onHost && { onHost: true }) }
  if (step.do === 'remove-gateway') return nothingOf(actual.gateway)
  if (!actual.present) return actual
  switch (step.do) {
    case 'attach':
      return { ...actual, attachments: [...without(actual, step.attachment.port), step.attachment] }
    case 'detach': {
      // As on a real host, default routes go with the leg they lead through.
      const external = actual.attachments.some(({ port, side }) => port === step.port && side === 'external')
      return { ...actual, attachments: without(actual, step.port), nextHops: external ? [] : actual.nextHops }
    }
    case 'set-next-hops':
      return { ...actual, nextHops: step.nextHops }
    case 'protect':
      return { ...actual, protectedCidrs: [...new Set([...actual.protectedCidrs, ...step.cidrs])] }
    case 'unprotect':
      return { ...actual, protectedCidrs: actual.protectedCidrs.filter((cidr) => !step.cidrs.includes(cidr)) }
    case 'start-daemon': {
      const daemon = actual.daemon ?? { secrets: [], connections: [], tunnels: [] }
      return { ...actual, daemon: { ...daemon, settings: settingsFingerprint(step.settings) } }
    }
    default:
      return actual.daemon === undefined ? actual : { ...actual, daemon: appliedToDaemon(actual.daemon, step, freshSa) }
  }
}

function without({ attachments }: Actual, port: string) {
  return attachments.filter((leg) => leg.port !== port)
}

function appliedToDaemon(daemon: ActualDaemon, step: Step, freshSa: number): ActualDaemon {
  switch (step.do) {
    case 'configure-daemon':
      return { ...daemon, settings: settingsFingerprint(step.settings) }
    case 'load-secret': {
      const { id, secretVersion: version } = step.connection
      const others = daemon.secrets.filter((one) => one.connection !== id || one.version !== version)
      return { ...daemon, secrets: [...others, { connection: id, version }] }
    }
    case 'unload-secret': {
      const { connection, version } = step
      return { ...daemon, secrets: daemon.secrets.filter((s) => s.connection !== connection || s.version !== version) }
    }
    case 'load-connection':
      return withConnection(daemon, step.connection)
    case 'unload-connection': {
      const { connection: id, fingerprint } = step
      const stays = daemon.connections.filter((one) => one.connection !== id || one.fingerprint !== fingerprint)
      return { ...daemon, connections: stays }
    }
    case 'open-child':
      return { ...daemon, tunnels: opened(daemon.tunnels, step, freshSa) }
    case 'rekey-child':
      return changed(daemon, step.connection, (tunnel) => ({
        ...tunnel,
        children: tunnel.children.map((child) => rekeyed(child, step.childSa, freshSa)),
      }))
    case 'close-child':
      return changed(daemon, step.connection, (tunnel) => ({
        ...tunnel,
        children: tunnel.children.filter(({ childSa }) => childSa !== step.childSa),
      }))
    case 'close-tunnel':
      return changed(daemon, step.connection, (tunnel) => (tunnel.ikeSa === step.ikeSa ? undefined : tunnel))
    default:
      return daemon
  }
}

function withConnection(daemon: ActualDaemon, connection: DesiredConnection): ActualDaemon {
  const { ike: fingerprint, children } = expectation(connection)
  const others = daemon.connections.filter((one) => one.connection !== connection.id || one.fingerprint !== fingerprint)
  const loaded = { connection: connection.id, fingerprint, children: children.map((child) => child.fingerprint) }
  return { ...daemon, connections: [...others, loaded] }
}

/** The child joins a tunnel that stands or is on its way, and begins one where there is none. Once is enough. */
function opened(
  tunnels: readonly ActualTunnel[],
  { connection, fingerprint, child }: Extract<Step, { do: 'open-child' }>,
  freshSa: number,
): ActualTunnel[] {
  const begun = newChild(freshSa, child)
  const usable = tunnels.filter(
    (tunnel) => tunnel.connection === connection && tunnel.fingerprint === fingerprint && tunnel.state !== 'closing',
  )
  if (usable.some(({ children }) => children.some((one) => one.fingerprint === child && one.state !== 'closing'))) {
    return [...tunnels]
  }
  const host = usable.find(({ state }) => state === 'established') ?? usable[0]
  if (host === undefined) {
    const tunnel = { ikeSa: freshSa, connection, fingerprint, initiatedBy: 'us', state: 'connecting' } as const
    return [...tunnels, { ...tunnel, ageSeconds: 0, children: [begun] }]
  }
  return tunnels.map((tunnel) => (tunnel === host ? { ...host, children: [...host.children, begun] } : tunnel))
}

function newChild(childSa: number, fingerprint: string): ActualChild {
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
  return { childSa, fingerprint, state: 'installing', localCidrs: [], peerCidrs: [], ...counters }
}

function rekeyed(child: ActualChild, childSa: number, freshSa: number): ActualChild {
  if (child.childSa !== childSa || child.state !== 'installed') return child
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
  return { ...child, childSa: freshSa, hasOwnExchange: true, ...counters }
}

/** Each tunnel of a connection made anew by `change`, or dropped where that returns nothing. */
export function changed(
  daemon: ActualDaemon,
  connection: string,
  change: (tunnel: ActualTunnel) => ActualTunnel | undefined,
): ActualDaemon {
  return {
    ...daemon,
    tunnels: daemon.tunnels.flatMap((tunnel) => {
      const next = tunnel.connection === connection ? change(tunnel) : tunnel
      return next === undefined ? [] : [next]
    }),
  }
}
