import type { ActualDaemon, ActualTunnel, DesiredConnection } from '../model/tunnel.ts'
import { expectation, tunnelsByConnection } from './expectation.ts'
import { childKey, type Pacing } from './pacing.ts'
import { surplusChildren, surplusTunnels } from './plan-surplus.ts'
import type { Step } from './step.ts'

/**
 * Closes what should not be and opens what should. Nothing that is as it should be is mentioned, so nothing of it is
 * touched: a new secret version alone, or a change of another connection, leaves running tunnels as they are.
 */
export function tunnelSteps(
  connections: readonly DesiredConnection[],
  daemon: Pick<ActualDaemon, 'tunnels'>,
  pacing: Pacing,
): Step[] {
  const wanted = new Set<string>(connections.map(({ id }) => id))
  const tunnels = tunnelsByConnection({ tunnels: daemon.tunnels.filter(({ state }) => state !== 'closing') })
  const closing = [...tunnels.values()].flat().filter(({ connection }) => !wanted.has(connection))
  const steps: Step[] = closing.map(closeTunnel)
  const opening: Step[] = []
  for (const connection of connections) {
    const own = stepsOfOne(connection, tunnels.get(connection.id) ?? [], pacing)
    steps.push(...own.closing)
    opening.push(...own.opening.slice(0, Math.max(0, pacing.room - opening.length)))
  }
  return [...steps, ...opening]
}

function stepsOfOne(connection: DesiredConnection, tunnels: readonly ActualTunnel[], pacing: Pacing) {
  const { ike, children } = expectation(connection)
  const stale = tunnels.filter(({ fingerprint }) => fingerprint !== ike)
  const current = tunnels.filter(({ fingerprint }) => fingerprint === ike)
  // The daemon would go on with an attempt for minutes; a peer that came back meanwhile is met sooner by a new one.
  const givenUp = current.filter(({ state, ikeSa }) => state === 'connecting' && pacing.overdue.has(ikeSa))
  const surplus = surplusTunnels(connection, current)
  const kept = current.filter((tunnel) => !givenUp.includes(tunnel) && !surplus.includes(tunnel))

  const there = kept.flatMap((tunnel) => tunnel.children.filter(({ state }) => state !== 'closing'))
  const missing = children.filter(({ fingerprint }) => !there.some((child) => child.fingerprint === fingerprint))
  const connecting = kept.some(({ state }) => state === 'connecting')
  const opening = missing
    .filter(({ fingerprint }) => !pacing.waiting.has(childKey(connection.id, fingerprint)))
    .filter(() => connection.initiate && !connecting)
    .map((child): Step => ({ do: 'open-child', connection: connection.id, fingerprint: ike, child: child.fingerprint }))

  // A changed child is replaced before it is closed: the old one carries until the new one stands or was refused.
  const desired = new Set(children.map(({ fingerprint }) => fingerprint))
  const installing = there.some((child) => child.state === 'installing' && desired.has(child.fingerprint))
  const beingReplaced = opening.length > 0 || installing || (connecting && missing.length > 0)
  const closing = kept.flatMap((tunnel) => [
    ...(beingReplaced ? [] : childrenNobodyWants(tunnel, desired)),
    ...surplusChildren(connection, tunnel),
  ])
  const rekeying = kept
    .flatMap((tunnel) => tunnel.children)
    .filter(({ childSa, state }) => state === 'installed' && pacing.rehearse.has(childSa))
    .map(({ childSa }): Step => ({ do: 'rekey-child', connection: connection.id, childSa }))
  return { closing: [...stale, ...givenUp, ...surplus].map(closeTunnel).concat(closing, rekeying), opening }
}

/** Only what is installed: a child still being negotiated may be the peer's, and is met again when it stands. */
function childrenNobodyWants({ connection, children }: ActualTunnel, desired: ReadonlySet<string>): Step[] {
  return children
    .filter(({ state, fingerprint }) => state === 'installed' && !desired.has(fingerprint))
    .map(({ childSa }) => ({ do: 'close-child', connection, childSa }))
}

function closeTunnel({ connection, ikeSa }: ActualTunnel): Step {
  return { do: 'close-tunnel', connection, ikeSa }
}
