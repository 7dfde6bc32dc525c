import { createServer } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import type { FastifyServerFactory } from 'fastify'

/** As long as the framework's plain server waits for the next request on a connection. */
const keepAliveTimeout = 72_000

/** A server of HTTPS with the same patience as the plain one. Its certificate can be changed while it runs. */
export function tlsServer(
  tls: SecureContextOptions,
  patience: {
    readonly headersTimeout: number
    readonly requestTimeout: number
    readonly connectionsCheckingInterval: number
  },
): FastifyServerFactory {
  return (handler) =>
    createServer({ ...tls, ...patience, handshakeTimeout: patience.headersTimeout, keepAliveTimeout }, handler)
}
