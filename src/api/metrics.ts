import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Secret } from '../model/secret.ts'

/** A request that was answered, as far as metrics count it. */
export interface Answered {
  /** Name of the operation; `other` for what has none. */
  readonly operation: string
  readonly status: number
  readonly kind: 'read' | 'write'
  readonly milliseconds: number
}

export interface MetricsFace {
  answered(answer: Answered): void
  text(): Promise<string>
  /** What a scraper has to show; absent: it has to ask from this host. */
  readonly token?: Secret | undefined
}

/** Counts every answer. */
export function countAnswers(app: FastifyInstance, { answered }: Pick<MetricsFace, 'answered'>): void {
  app.addHook('onResponse', (request, reply, done) => {
    answered({
      operation: request.routeOptions.config.operation ?? 'other',
      status: reply.statusCode,
      kind: request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write',
      milliseconds: reply.elapsedTime,
    })
    done()
  })
}

/**
 * `/metrics`, for whoever watches the service. It names connections of all projects, so it is for the operator only: with
 * a token for whoever shows it, and without one for this host.
 */
export function mountMetrics(app: FastifyInstance, { text, token }: MetricsFace): void {
  const config = { open: true, uncounted: true, operation: 'show_metrics' }
  app.get('/metrics', { config }, async (request, reply) => {
    if (token ? !hasToken(request, token) : !isFromThisHost(request)) {
      const words = token
        ? 'metrics need the token'
        : 'metrics are for this host only, unless metrics_token_file is set'
      if (token) void reply.header('www-authenticate', 'Bearer')
      return reply
        .code(token ? 401 : 403)
        .type('text/plain; charset=utf-8')
        .send(`${words}\n`)
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await text())
  })
}

function hasToken(request: FastifyRequest, token: Secret): boolean {
  const [, shown = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  return timingSafeEqual(digest(shown), digest(token.reveal()))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** What a proxy says is from elsewhere, wherever the proxy is: one on this host must not let everybody in. */
const proxied = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'] as const

function isFromThisHost({ socket, raw }: FastifyRequest): boolean {
  if (proxied.some((name) => raw.headers[name] !== undefined)) return false
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) !== 0 && loopback.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}
