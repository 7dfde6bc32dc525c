import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** Whether what a proxy at this address says about its clients is believed. */
export type IsTrustedProxy = (address: string) => boolean

/** What a proxy says about how it was spoken to. */
const claims = ['x-forwarded-proto', 'x-forwarded-host'] as const

/** Anybody can write these headers: they are taken off a request that comes from no trusted proxy. */
export function dropForgedClaims(request: FastifyRequest, isTrusted: IsTrustedProxy): void {
  const { headers } = request
  if (claims.every((name) => headers[name] === undefined) || isTrusted(plain(request.socket.remoteAddress))) return
  for (const name of claims) delete headers[name]
}

/**
 * The address that a client really comes from: the other end of the connection, or, where that is a trusted proxy, whom
 * it was forwarded for, back to the first that nobody trusted vouches for.
 */
export function clientAddress(request: FastifyRequest, isTrusted: IsTrustedProxy): string {
  let address = plain(request.socket.remoteAddress)
  const forwardedFor = request.headers['x-forwarded-for']
  if (typeof forwardedFor !== 'string') return address
  for (const each of forwardedFor.split(',').reverse()) {
    const before = plain(each.trim())
    if (!isTrusted(address) || isIP(before) === 0) break
    address = before
  }
  return address
}

/**
 * What counts as one and the same sender: an IPv4 address, or the network of an IPv6 address, of which a single host may
 * use any (RFC 6177: the least that a site gets is a /64).
 */
export function senderKey(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%', 1).join('').split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length)
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after]
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** A socket that listens for IPv6 writes an IPv4 address in its own way. */
function plain(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
}
