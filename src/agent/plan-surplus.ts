import type { ActualTunnel, DesiredConnection } from '../model/tunnel.ts'
import { expectation, isUp } from './expectation.ts'
import type { Step } from './step.ts'

/** How long the end that tidies up lets a double stand, so that neither end is still building it. Seconds. */
const doubleStandsSeconds = 5
/** How long the other end waits for it, and either for an empty tunnel to be given a child. Seconds. */
const patienceSeconds = 60

/**
 * Tunnels that stand beside a complete one of the same connection, as happens when both ends dial at once.
 *
 * The youngest complete one is kept, being the one both ends agreed on last. Were both ends to tidy up at the same time
 * they might each keep the tunnel the other closes, since ages differ by fractions of a second; so the end whose identity
 * sorts first does it after five seconds, and the other only after a minute, when its peer evidently does not.
 *
 * A tunnel that carries some of the children is never surplus: peers exist that open one tunnel for each. One without
 * any may be about to be given one, costs next to nothing and carries nothing, so it is left alone for a minute.
 */
export function surplusTunnels(connection: DesiredConnection, current: readonly ActualTunnel[]): ActualTunnel[] {
  const complete = current.filter((tunnel) => isUp(connection, [tunnel]))
  const [youngest, ...doubles] = complete.toSorted((a, b) => a.ageSeconds - b.ageSeconds || b.ikeSa - a.ikeSa)
  if (youngest === undefined) return []
  const empty = current.filter(
    ({ state, children, ageSeconds }) =>
      state === 'established' && children.length === 0 && ageSeconds > patienceSeconds,
  )
  const patience = tidiesUpFirst(connection) ? doubleStandsSeconds : patienceSeconds
  return youngest.ageSeconds > patience ? [...doubles, ...empty] : empty
}

/**
 * Child SAs installed twice in one tunnel: all but the newest. The daemon does not tell how old a child is, so only one
 * end can be trusted with this; at the other end a double stays until the peer or its lifetime ends it, harmlessly.
 */
export function surplusChildren(connection: DesiredConnection, tunnel: ActualTunnel): Step[] {
  if (!tidiesUpFirst(connection) || tunnel.state !== 'established' || tunnel.ageSeconds <= doubleStandsSeconds)
    return []
  return expectation(connection).children.flatMap(({ fingerprint }) => {
    const same = tunnel.children.filter((child) => child.state === 'installed' && child.fingerprint === fingerprint)
    const newest = Math.max(...same.map(({ childSa }) => childSa))
    return same
      .filter(({ childSa }) => childSa !== newest)
      .map(({ childSa }): Step => ({ do: 'close-child', connection: connection.id, childSa }))
  })
}

/** Identities rather than addresses: both ends know both as they are, also with address translation between them. */
function tidiesUpFirst({ localIdentity, peerIdentity }: DesiredConnection): boolean {
  return localIdentity < peerIdentity
}
