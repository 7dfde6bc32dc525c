import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type IpVersion = 4 | 6

/** 4, 6, or `undefined` for what is not an address. Octal, short and decimal spellings are not addresses here. */
export function ipVersion(address: string): IpVersion | undefined {
  const version = isIP(address)
  return version === 4 || version === 6 ? version : undefined
}

export interface Cidr {
  readonly version: IpVersion
  /** First and last address as numbers, for comparison. */
  readonly first: bigint
  readonly last: bigint
  readonly prefixLength: number
}

/**
 * Reads `address/prefix`. Host bits may be set (`10.0.0.24/24`), as the reference accepts; masks (`/255.255.255.0`),
 * missing prefixes, zone ids and white space may not. `undefined` for anything else.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/')
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefix) || (prefix.length > 1 && prefix.startsWith('0'))) return undefined
  const version = ipVersion(address)
  const bits = version === 4 ? 32 : 128
  const prefixLength = Number(prefix)
  if (!version || address.includes('%') || prefixLength > bits) return undefined
  const size = 1n << BigInt(bits - prefixLength)
  const first = (addressNumber(address) / size) * size
  return { version, first, last: first + size - 1n, prefixLength }
}

/** The network somebody means who writes an address alone, or an IPv4 mask in place of the prefix's length. */
export function cidrMeant(text: string): Cidr | undefined {
  const [address = '', mask, ...rest] = text.split('/')
  const version = ipVersion(address)
  if (!version || rest.length > 0) return undefined
  if (mask === undefined) return parseCidr(`${address}/${version === 4 ? 32 : 128}`)
  if (version !== 4 || ipVersion(mask) !== 4) return undefined
  const prefixLength = ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask()
  return prefixLength === null ? undefined : parseCidr(`${address}/${prefixLength}`)
}

/** The address as a number. @throws Error when it is none: check with `ipVersion` first. */
export function addressNumber(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((number, byte) => number * 256n + BigInt(byte), 0n)
}

export function addressText(number: bigint, version: IpVersion): string {
  const length = version === 4 ? 4 : 16
  const bytes = Array.from({ length }, (_, index) => Number((number >> BigInt(8 * (length - 1 - index))) & 255n))
  return ipaddr.fromByteArray(bytes).toString()
}

/** The one way to write an address: IPv6 in lower case and shortened. What is no address stays as it is. */
export function canonicalAddress(address: string): string {
  const version = ipVersion(address)
  return version ? addressText(addressNumber(address), version) : address
}

/** The network form of a CIDR, host bits cleared and IPv6 shortened: equal networks have equal texts. */
export function networkText(cidr: Cidr): string {
  return `${addressText(cidr.first, cidr.version)}/${cidr.prefixLength}`
}

export function overlap(one: Cidr, other: Cidr): boolean {
  return one.version === other.version && one.first <= other.last && other.first <= one.last
}

/** Whether all of the second network is in the first. What is no network covers nothing and is covered by nothing. */
export function coversCidr(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const [one, other] = [parseCidr(outer), parseCidr(inner)]
  return one !== undefined && other?.version === one.version && one.first <= other.first && other.last <= one.last
}

export function containsAddress(cidr: Cidr, address: string): boolean {
  if (ipVersion(address) !== cidr.version) return false
  const number = addressNumber(address)
  return cidr.first <= number && number <= cidr.last
}
