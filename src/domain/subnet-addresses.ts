import {
  addressNumber,
  addressText,
  type Cidr,
  containsAddress,
  ipVersion,
  networkText,
  overlap,
  parseCidr,
} from '../model/cidr.ts'
import { problem } from '../model/problem.ts'
import type { AddressPool } from '../model/subnet.ts'

/** What the addresses of a subnet are for: one is the router's, ranges are what others are taken from. Pure. */
export interface Addressing {
  readonly gateway_ip: string | null
  readonly allocation_pools: readonly AddressPool[]
}

/** The first address after the network's own; a network of one or two addresses has no such rule. */
export function firstHost(cidr: Cidr): string {
  return addressText(bounds(cidr).first, cidr.version)
}

/** Neither the network's own address nor, in IPv4, its broadcast address. */
export function isHostAddress(cidr: Cidr, address: string): boolean {
  if (!containsAddress(cidr, address)) return false
  const { first, last } = bounds(cidr)
  const number = addressNumber(address)
  return first <= number && number <= last
}

/** All host addresses but the gateway's, as one or two ranges. */
export function poolsWithout(cidr: Cidr, gateway: string | null): AddressPool[] {
  const { first, last } = bounds(cidr)
  const at = gateway === null ? undefined : addressNumber(gateway)
  const ranges: (readonly [bigint, bigint])[] =
    at === undefined
      ? [[first, last]]
      : [
          [first, at - 1n],
          [at + 1n, last],
        ]
  return ranges
    .filter(([start, end]) => start <= end)
    .map(([start, end]) => ({ start: addressText(start, cidr.version), end: addressText(end, cidr.version) }))
}

function bounds(cidr: Cidr): { readonly first: bigint; readonly last: bigint } {
  const isSmall = cidr.last - cidr.first < 2n
  return {
    first: isSmall ? cidr.first : cidr.first + 1n,
    last: isSmall || cidr.version === 6 ? cidr.last : cidr.last - 1n,
  }
}

/** @throws Problem when no router could serve the addresses, in the reference's order: gateway, ranges, both together. */
export function refuseAddressing(cidr: Cidr, { gateway_ip, allocation_pools: pools }: Addressing): void {
  const text = networkText(cidr)
  if (gateway_ip !== null && !isHostAddress(cidr, gateway_ip)) {
    throw problem('GatewayOutsideSubnet', { gateway_ip, cidr: text })
  }
  for (const { start, end } of pools) {
    const versions = [ipVersion(start), ipVersion(end)]
    if (versions.some((version) => version !== cidr.version) || addressNumber(start) > addressNumber(end)) {
      throw problem('PoolInvalid', { start, end })
    }
    if (!isHostAddress(cidr, start) || !isHostAddress(cidr, end)) {
      throw problem('PoolOutsideSubnet', { start, end, cidr: text })
    }
  }
  const inOrder = [...pools].sort((one, other) => (addressNumber(one.start) < addressNumber(other.start) ? -1 : 1))
  for (const [index, pool] of inOrder.entries()) {
    const next = inOrder[index + 1]
    if (next && addressNumber(next.start) <= addressNumber(pool.end)) {
      throw problem('PoolsOverlap', { one: rangeText(pool), other: rangeText(next), cidr: text })
    }
  }
  const holding = gateway_ip === null ? undefined : pools.find((pool) => holds(pool, gateway_ip))
  if (holding) throw problem('GatewayInPool', { gateway_ip, ...holding })
}

function rangeText({ start, end }: AddressPool): string {
  return `${start}-${end}`
}

function holds({ start, end }: AddressPool, address: string): boolean {
  const number = addressNumber(address)
  return addressNumber(start) <= number && number <= addressNumber(end)
}

/** The lowest address of the ranges that nobody has. */
export function lowestFree(pools: readonly AddressPool[], taken: ReadonlySet<string>): string | undefined {
  for (const { start, end } of pools) {
    const version = ipVersion(start) ?? 4
    for (let number = addressNumber(start); number <= addressNumber(end); number += 1n) {
      const address = addressText(number, version)
      if (!taken.has(address)) return address
    }
  }
  return undefined
}

/** Ranges whose addresses no host of a network can have, and what they are. */
const unroutable: readonly (readonly [cidr: string, reason: string])[] = [
  ['0.0.0.0/8', 'its addresses mean “this network”'],
  ['127.0.0.0/8', 'its addresses are those of loopback'],
  ['224.0.0.0/3', 'its addresses are multicast or reserved'],
  ['::/127', 'its addresses are the unspecified one and that of loopback'],
  ['fe80::/10', 'its addresses are link-local, which every link has by itself'],
  ['ff00::/8', 'its addresses are multicast'],
]

/** @throws Problem for a network that no host could be in. */
export function refuseUnroutable(cidr: Cidr): void {
  for (const [range, reason] of unroutable) {
    const known = parseCidr(range)
    if (known && overlap(cidr, known)) {
      throw problem('SubnetUnroutable', { cidr: networkText(cidr), reason: describe(cidr, reason) })
    }
  }
}

/** A prefix of no length contains every other range: that is what is wrong with it. */
function describe({ prefixLength }: Cidr, reason: string): string {
  return prefixLength === 0 ? '0 is not allowed as CIDR prefix length' : reason
}
