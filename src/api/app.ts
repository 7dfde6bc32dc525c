import { randomUUID } from 'node:crypto'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Cloud } from '../domain/cloud.ts'
import type { World } from '../domain/ports.ts'
import type { Refusals } from '../domain/refusals.ts'
import type { TokenValidator } from '../domain/token-validator.ts'
import { callerOf } from '../domain/tokens.ts'
import { problem } from '../model/problem.ts'
import { Secret } from '../model/secret.ts'
import { noteRefusal } from './audit.ts'
import { bodyLimit } from './body.ts'
import { refuseBrokenHttp } from './broken-http.ts'
import { problemOf, sendIdentityProblem, sendProblem } from './errors.ts'
import { type Health, mountHealth } from './health.ts'
import { mountElsewhere } from './identity/elsewhere.ts'
import type { Identity } from './identity/identity.ts'
import { identityPrefix } from './identity/prefix.ts'
import { mountIdentity } from './identity/routes.ts'
import { lazySerializer } from './lazy-serializer.ts'
import { publicUrl } from './links.ts'
import { mountOpenApi } from './openapi/mount.ts'
import type { Profile } from './profile.ts'
import './request-context.ts'
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
  const { identity, profiles, rootProfile, patience = usualPatience } = options
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
    http: { headersTimeout: patience.headersMs, connectionsCheckingInterval: patience.checkEveryMs },
    // Answers go out before the process ends; new requests are told to come back.
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  })
  app.decorateRequest('caller', undefined)
  app.decorateRequest('facts', undefined)
  app.decorateRequest('claimant', undefined)

  // Bodies stay bytes until a handler decodes them: signatures cover the bytes, and the words of a refusal are ours.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-openstack-request-id', request.id)
    // The type says nothing here: the framework would refuse one it cannot read. What was sent is in `raw.rawHeaders`.
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream'
    if (request.routeOptions.config.open) return
    await authenticate(request, identity.tokens)
  })
  app.setNotFoundHandler((request, reply) => {
    const found = problem('NotFound')
    if (request.url.startsWith(identityPrefix)) return sendIdentityProblem(found, identityUrl(request, options), reply)
    return sendProblem(found, profileOf(request, options), request, reply)
  })
  app.setErrorHandler(refuse)

  mountHealth(app, options.health)
  if (identity.mode === 'builtin') mountIdentity(app, { ...options, tokens: identity.tokens })
  else mountElsewhere(app, identity.url)
  mountOpenApi(app, options)
  const mount = (profile: Profile, prefix: string) => {
    mountV2(app, { ...options, profile, prefix })
    mountVpcs(app, { ...options, profile, prefix })
  }
  mount(rootProfile, '')
  for (const profile of profiles) mount(profile, profile.prefix)
  return app
}

/** @throws Problem 401 for whoever does not show a good token, 503 when nobody can tell. */
async function authenticate(request: FastifyRequest, tokens: TokenValidator): Promise<void> {
  const header = request.headers['x-auth-token']
  const facts = typeof header === 'string' ? await tokens.factsOf(new Secret(header)) : undefined
  if (!facts) throw problem('Unauthorized')
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
