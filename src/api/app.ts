import { randomUUID } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Cloud } from '../domain/cloud.ts'
import type { LogInThrottle } from '../domain/log-in-throttle.ts'
import type { World } from '../domain/ports.ts'
import type { RateLimiter } from '../domain/rate-limit.ts'
import type { Refusals } from '../domain/refusals.ts'
import type { TokenFacts } from '../domain/token-facts.ts'
import { callerOf } from '../domain/tokens.ts'
import { problem } from '../model/problem.ts'
import { Secret } from '../model/secret.ts'
import { noteRefusal } from './audit.ts'
import { bodyLimit } from './body.ts'
import { refuseBrokenHttp } from './broken-http.ts'
import { problemOf, sendIdentityProblem, sendProblem } from './errors.ts'
import { type Health, mountHealth } from './health.ts'
import { mountAccessKeys } from './identity/access-keys.ts'
import { mountElsewhere } from './identity/elsewhere.ts'
import type { Identity } from './identity/identity.ts'
import { identityPrefix } from './identity/prefix.ts'
import { refused } from './identity/request-signature.ts'
import { mountIdentity } from './identity/routes.ts'
import type { SignedRequests } from './identity/signed-requests.ts'
import { lazySerializer } from './lazy-serializer.ts'
import { publicUrl } from './links.ts'
import { countAnswers, type MetricsFace, mountMetrics } from './metrics.ts'
import { mountOpenApi } from './openapi/mount.ts'
import type { Profile } from './profile.ts'
import { clientAddress, dropForgedClaims, type IsTrustedProxy, senderKey } from './proxies.ts'
import { countRequest } from './rate-limit.ts'
import './request-context.ts'
import { tlsServer } from './tls-server.ts'
import { mountVpcs } from './v1/vpcs.ts'
import { mountV2 } from './v2/routes.ts'
import { usualSpelling } from './v2/spellings.ts'

export interface ApiOptions {
  readonly cloud: Cloud
  readonly identity: Identity
  readonly refusals: Refusals
  readonly world: Pick<World, 'clock' | 'ids'>
  /** The flavours by name; each is served at its own prefix. */
  readonly profiles: readonly Profile[]
  /** The one that the bare root speaks. */
  readonly rootProfile: Profile
  /** Where clients reach us; absent: what each request's `Host` says. */
  readonly publicUrl: string | undefined
  readonly health: () => Health
  readonly log: FastifyBaseLogger
  readonly logIns: LogInThrottle
  /** Of projects, and of addresses where nobody shows a good token; absent: none. */
  readonly rateLimiters: { readonly projects: RateLimiter; readonly addresses: RateLimiter } | undefined
  readonly isTrustedProxy: IsTrustedProxy
  readonly metrics: MetricsFace
  /** Certificate and key that it begins with; absent: plain HTTP. */
  readonly tls: SecureContextOptions | undefined
  /** The usual one unless told. */
  readonly patience?: Patience
}

/** How long a client may take to send a request, so that slow ones do not hold sockets for ever. */
export interface Patience {
  readonly headersMs: number
  /** Headers and body together. */
  readonly requestMs: number
  /** Between two looks at who is late. */
  readonly checkEveryMs: number
}

/** A megabyte in a minute comes through the thinnest lines. */
const usualPatience: Patience = { headersMs: 20_000, requestMs: 60_000, checkEveryMs: 5_000 }

/**
 * The whole HTTP face as one Fastify application; `inject` drives it in tests. The order of the hooks is the order of
 * the contract (`semantics.md` §1): who asks, then what is asked for, then the body.
 */
export function createApi(options: ApiOptions): FastifyInstance {
  const { identity, profiles, rootProfile, rateLimiters, patience = usualPatience } = options
  const times = { headersTimeout: patience.headersMs, connectionsCheckingInterval: patience.checkEveryMs }
  const { tls } = options
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const found = problemOf(error, bodyLimit)
    if (found.status >= 500)
      request.log.error({ err: error, method: request.method, url: request.url }, 'request failed')
    noteRefusal(options.refusals, options.world, request, found)
    if (found.status === 401 || request.url.startsWith(identityPrefix)) {
      return sendIdentityProblem(found, identityUrl(request, options), reply)
    }
    return sendProblem(found, profileOf(request, options), request, reply)
  }
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    bodyLimit,
    schemaController: { compilersFactory: { buildSerializer: lazySerializer } },
    genReqId: () => `req-${randomUUID()}`,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 512 },
    rewriteUrl: ({ url = '/' }) => usualSpelling(url),
    exposeHeadRoutes: true,
    // A path that no route can be looked up for is refused in our words too.
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-openstack-request-id', request.id)
      void refuse(error, request, reply)
    },
    clientErrorHandler: refuseBrokenHttp,
    requestTimeout: patience.requestMs,
    http: times,
    ...(tls && { serverFactory: tlsServer(tls, { ...times, requestTimeout: patience.requestMs }) }),
    // Answers go out before the process ends; new requests are told to come back.
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  })
  app.decorateRequest('caller', undefined)
  app.decorateRequest('facts', undefined)
  app.decorateRequest('claimant', undefined)
  app.decorateRequest('signature', undefined)

  // Bodies stay bytes until a handler decodes them: signatures cover the bytes, and the words of a refusal are ours.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-openstack-request-id', request.id)
    // The type says nothing here: the framework would refuse one it cannot read. What was sent is in `raw.rawHeaders`.
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream'
    dropForgedClaims(request, options.isTrustedProxy)
    const { open, uncounted } = request.routeOptions.config
    if (!open) return counted(request, reply, () => authenticate(request, identity))
    if (!uncounted) countAddress(request, reply)
  })
  // The signature of a request covers its body: this is the first moment that has one.
  app.addHook('preValidation', (request, reply, done) => {
    const { signature } = request
    if (!signature || identity.mode !== 'builtin') return done()
    const { signedRequests } = identity
    counted(request, reply, () => finishAuthentication(request, signature, signedRequests)).then(() => done(), done)
  })
  /** Requests count for the project they ask in, or their user where there is none; those of nobody for their address. */
  async function counted(request: FastifyRequest, reply: FastifyReply, findOutWhoAsks: () => Promise<void>) {
    try {
      await findOutWhoAsks()
    } catch (error) {
      if (problemOf(error, bodyLimit).status === 401) countAddress(request, reply)
      throw error
    }
    const { facts } = request
    if (rateLimiters && facts) countRequest(rateLimiters.projects, facts.scope?.project?.id ?? facts.user.id, reply)
  }
  function countAddress(request: FastifyRequest, reply: FastifyReply): void {
    if (rateLimiters)
      countRequest(rateLimiters.addresses, senderKey(clientAddress(request, options.isTrustedProxy)), reply)
  }
  app.setNotFoundHandler((request, reply) => {
    const found = problem('NotFound')
    if (request.url.startsWith(identityPrefix)) return sendIdentityProblem(found, identityUrl(request, options), reply)
    return sendProblem(found, profileOf(request, options), request, reply)
  })
  app.setErrorHandler(refuse)

  countAnswers(app, options.metrics)
  mountHealth(app, options.health)
  mountMetrics(app, options.metrics)
  if (identity.mode === 'builtin') {
    mountIdentity(app, { ...options, ...identity })
    mountAccessKeys(app, { ...options, ...identity })
  } else mountElsewhere(app, identity.url)
  mountOpenApi(app, options)
  const mount = (profile: Profile, prefix: string) => {
    mountV2(app, { ...options, profile, prefix })
    mountVpcs(app, { ...options, profile, prefix })
  }
  mount(rootProfile, '')
  for (const profile of profiles) mount(profile, profile.prefix)
  return app
}

/**
 * Finds out who asks, by a token or by a signature. A signed request is nobody's until its body has come. One that shows
 * both has to show two good ones.
 * @throws Problem 401 for whoever shows neither, 503 when nobody can tell
 */
async function authenticate(request: FastifyRequest, identity: Identity): Promise<void> {
  const header = request.headers['x-auth-token']
  // Access keys are those of our own users.
  if (identity.mode === 'builtin') request.signature = await identity.signedRequests.begin(request)
  if (request.signature && header === undefined) return
  const facts = typeof header === 'string' ? await identity.tokens.factsOf(new Secret(header)) : undefined
  if (!facts) throw problem('Unauthorized')
  if (request.signature) request.signature = { ...request.signature, facts }
  else setAsker(request, facts)
}

/** @throws Problem 401 */
async function finishAuthentication(
  request: FastifyRequest,
  signature: NonNullable<FastifyRequest['signature']>,
  signedRequests: SignedRequests,
): Promise<void> {
  const facts = await signedRequests.finish(request, signature)
  if (signature.facts && signature.facts.user.id !== facts.user.id) {
    throw refused('it is signed by another user than its token is for')
  }
  setAsker(request, signature.facts ?? facts)
}

function setAsker(request: FastifyRequest, facts: TokenFacts): void {
  request.facts = facts
  request.caller = callerOf(facts)
}

/** The flavour a request speaks: its route's, or that of its prefix where no route was found. */
function profileOf(request: FastifyRequest, { profiles, rootProfile }: ApiOptions): Profile {
  return (
    request.routeOptions.config.profile ??
    profiles.find(({ prefix }) => request.url.startsWith(`${prefix}/`)) ??
    rootProfile
  )
}

/** Where to log in. */
function identityUrl(request: FastifyRequest, options: ApiOptions): string {
  if (options.identity.mode === 'keystone') return options.identity.url
  return `${publicUrl(request, options.publicUrl)}${identityPrefix}/v3`
}
