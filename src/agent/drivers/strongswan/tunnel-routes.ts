import type { Route } from '../../../linux/routes.ts'
import { parseCidr } from '../../../model/cidr.ts'
import type { ChildSa, IkeSa } from '../../../vici/sas.ts'
import { tunnelTable } from './routing-rules.ts'
import { readConnectionName } from './translate.ts'

/**
 * Installed children of ours whose packets no longer find their way into the tunnel. With ESP in the kernel charon's routes
 * lead through the external leg and go with it; charon does not notice, and the tunnel would stand and carry nothing. Only
 * tunnel mode has routes. Pure.
 */
export function withoutRoute(sas: readonly IkeSa[], routes: readonly Route[]): ChildSa[] {
  const into = routes.filter(({ table }) => table === String(tunnelTable)).map(({ destination }) => destination)
  return sas
    .filter(({ name }) => readConnectionName(name) !== undefined)
    .flatMap(({ children }) => children)
    .filter(({ state, mode }) => state === 'INSTALLED' && mode === 'TUNNEL')
    .filter(({ remoteTs }) => !remoteTs.every((selector) => isCovered(selector, into)))
}

/** Selectors that are no network (a range, a protocol) are not judged. */
function isCovered(selector: string, destinations: readonly string[]): boolean {
  const wanted = parseCidr(selector)
  if (wanted === undefined) return true
  return destinations.some((destination) => {
    const route = parseCidr(destination)
    return route?.version === wanted.version && route.first <= wanted.first && wanted.last <= route.last
  })
}
