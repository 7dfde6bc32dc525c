import { canonicalAddress, containsAddress, parseCidr } from '../model/cidr.ts'
import type { PortAddress } from '../model/port.ts'
import { problem } from '../model/problem.ts'
import type { FixedIp } from '../model/router.ts'
import type { Subnet } from '../model/subnet.ts'
import { isHostAddress, lowestFree } from './subnet-addresses.ts'

/** The external network that a router gets its addresses in. */
export interface ExternalAddresses {
  readonly network_id: string
  readonly subnets: readonly Subnet[]
  readonly taken: ReadonlySet<string>
}

/**
 * The addresses asked for, or one of each IP version: the lowest free one of the first subnet that has any. What is asked
 * for may lie outside the ranges that addresses are taken from. Pure.
 * @throws Problem in the reference's words
 */
export function pickAddresses(external: ExternalAddresses, asked: readonly FixedIp[]): PortAddress[] {
  const { network_id, subnets } = external
  const taken = new Set(external.taken)
  const versions = ([4, 6] as const).map((version) => subnets.filter(({ ip_version }) => ip_version === version))
  const picks =
    asked.length > 0
      ? asked.map((ip) => () => requested({ ...external, taken }, ip))
      : versions.filter((each) => each.length > 0).map((each) => () => lowest(each, taken))
  const chosen: PortAddress[] = []
  for (const pick of picks) {
    const address = pick()
    if (!address) throw problem('AddressesExhausted', { network_id })
    taken.add(address.ip_address)
    chosen.push(address)
  }
  if (chosen.length === 0) throw problem('AddressesExhausted', { network_id })
  return chosen
}

function lowest(subnets: readonly Subnet[], taken: ReadonlySet<string>): PortAddress | undefined {
  for (const { id, allocation_pools } of subnets) {
    const ip_address = lowestFree(allocation_pools ?? [], taken)
    if (ip_address !== undefined) return { subnet_id: id, ip_address }
  }
  return undefined
}

/** Named by its subnet, by itself, or by both. */
function requested({ network_id, subnets, taken }: ExternalAddresses, asked: FixedIp): PortAddress | undefined {
  const { subnet_id } = asked
  const named = subnets.filter(({ id }) => subnet_id === undefined || id === subnet_id)
  if (named.length === 0 && subnet_id !== undefined) throw problem('SubnetOfOtherNetwork', { network_id, subnet_id })
  if (asked.ip_address === undefined) return lowest(named, taken)
  const address = canonicalAddress(asked.ip_address)
  const subnet = named.find((each) => isIn(each, address))
  if (!subnet) throw problem(subnet_id === undefined ? 'AddressOutsideNetwork' : 'AddressOutsideSubnet', { address })
  // The subnet's own gateway stands there already, though no port does.
  if (taken.has(address) || address === subnet.gateway_ip) throw problem('AddressInUse', { network_id, address })
  const cidr = parseCidr(subnet.cidr)
  if (!cidr || !isHostAddress(cidr, address)) throw problem('AddressOutsideSubnet', { address })
  return { subnet_id: subnet.id, ip_address: address }
}

function isIn({ cidr: text }: Subnet, address: string): boolean {
  const cidr = parseCidr(text)
  return cidr !== undefined && containsAddress(cidr, address)
}
