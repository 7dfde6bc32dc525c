/**
 * Why nothing leaves a gateway unprotected, whatever the peer network, `0.0.0.0/0` included, and while no daemon runs.
 *
 * Charon puts its routes into table 220 and sends all packets there by a rule of priority 220. Table 221 is ours and holds
 * an `unreachable` route for each peer network; the rules around charon's say who looks where:
 *
 *   219  to a network of our own side          → main, but not its default route: neighbours stay neighbours
 *   219  made here, from an external address   → main: IKE and the packets of user-space ESP are never sent into a tunnel
 *   220  all                                   → charon's routes: the tunnels
 *   221  forwarded, or made here from an       → the unreachable routes: what no tunnel took ends here
 *        internal address
 *        (main: everything that is not for a peer network)
 *
 * The rules see where a packet goes, never what is up, so there is no moment between two states to slip through.
 */

import type { Family } from '../../../linux/families.ts'
import type { NewRule } from '../../../linux/rules.ts'
import { networkText, parseCidr } from '../../../model/cidr.ts'
import type { Attachment } from '../../../model/tunnel.ts'

export const tunnelTable = 220
export const protectedTable = 221

const direct = { priority: 219, table: 'main' }
const protect = { priority: 221, table: String(protectedTable) }

/** Of every gateway, in both families. "Forwarded" is said as "did not come from ourselves". */
export const gatewayRules: readonly NewRule[] = [{ ...protect, isInverted: true, incoming: 'lo' }]

/** Those that come and go with a leg. */
export function attachmentRules(
  { side, addresses }: Pick<Attachment, 'side' | 'addresses'>,
  family: Family,
): NewRule[] {
  const own = addresses.filter((address) => familyOf(address) === family)
  if (side === 'external') return own.map((address) => ({ ...direct, from: hostPrefix(address), incoming: 'lo' }))
  const networks = new Set(own.map(networkOf))
  return [...networks].flatMap((network) => [
    { ...direct, to: network, suppressPrefixLength: 0 },
    { ...protect, from: network },
  ])
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4
}

export function hostPrefix(address: string): string {
  const [host = ''] = address.split('/')
  return `${host}/${familyOf(host) === 4 ? 32 : 128}`
}

export function networkOf(address: string): string {
  const cidr = parseCidr(address)
  if (cidr === undefined) throw new Error(`not an address with prefix length: ${address}`)
  return networkText(cidr)
}
