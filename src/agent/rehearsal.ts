import type { ActualTunnel, Desired } from '../model/tunnel.ts'

/**
 * The first rekeying, tried early. The first child SA of an IKEv2 tunnel takes its keys from the IKE SA, so that groups of
 * perfect forward secrecy which do not match would show when its lifetime ends, an hour later, by a tunnel that stops. Tried
 * once right after set-up, a refusal is a verdict while the old child SA carries on (`docs/decisions/0018`).
 */

/** After this long a tunnel has come to rest, in seconds since the IKE SA was established. */
export const rehearsedAfterSeconds = 3
/** Rekeyings begun by one look: each is a Diffie-Hellman exchange in the daemon. */
const mostAtOnce = 8

/** Child SAs whose first rekeying was tried, by the daemon's number: each is tried once. */
export type Rehearsed = ReadonlySet<number>

export interface Rehearsals {
  /** To be tried now. */
  readonly due: ReadonlySet<number>
  /** Seconds until there is one to try; `undefined`: none. */
  readonly nextInSeconds: number | undefined
}

/** Pure. Whoever only answers is left alone: such a peer may not expect to be asked. */
export function rehearsals(desired: Desired, tunnels: readonly ActualTunnel[], done: Rehearsed): Rehearsals {
  const concerned = new Set<string>(
    desired.connections
      .filter(({ ikeVersion, ipsec, initiate }) => ikeVersion === 2 && ipsec.group !== undefined && initiate)
      .map(({ id }) => id),
  )
  const open = tunnels
    .filter(({ connection, state }) => state === 'established' && concerned.has(connection))
    .flatMap(({ ageSeconds, children }) =>
      children
        .filter((child) => child.state === 'installed' && child.hasOwnExchange === false && !done.has(child.childSa))
        .map(({ childSa }) => ({ childSa, inSeconds: Math.max(0, rehearsedAfterSeconds - ageSeconds) })),
    )
  const ripe = open.filter(({ inSeconds }) => inSeconds === 0)
  const due = ripe.slice(0, mostAtOnce)
  const waits =
    ripe.length > due.length ? [1] : open.filter(({ inSeconds }) => inSeconds > 0).map((one) => one.inSeconds)
  return {
    due: new Set(due.map(({ childSa }) => childSa)),
    nextInSeconds: waits.length === 0 ? undefined : waits.reduce((one, other) => Math.min(one, other)),
  }
}

/** What was tried, without those that are gone. */
export function rehearsed(done: Rehearsed, due: ReadonlySet<number>, tunnels: readonly ActualTunnel[]): Rehearsed {
  const alive = new Set(tunnels.flatMap(({ children }) => children.map(({ childSa }) => childSa)))
  return new Set([...done, ...due].filter((childSa) => alive.has(childSa)))
}
