import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WriteDeed } from '../../domain/audited-work.ts'
import type { Cloud } from '../../domain/cloud.ts'
import type { Caller } from '../../domain/ports.ts'
import { isKeepable } from '../../model/keepable.ts'
import { type Operation, type OperationName, operations } from '../../model/operations.ts'
import { problem } from '../../model/problem.ts'
import { type Audited, deedOf, objectOf } from '../audit.ts'
import { decodeJson } from '../body.ts'
import { type Call, type Handler, handlers } from '../handlers.ts'
import { publicUrl } from '../links.ts'
import { type Profile, wordedFor } from '../profile.ts'
import type { Query } from './query.ts'
import { mountRefused, refusedRequests } from './refused.ts'
import { answerWithoutRole, mayDo } from './roles.ts'

export interface V2Options {
  readonly cloud: Cloud
  readonly profile: Profile
  /** Path in front of `/v2.0`; empty at the root. */
  readonly prefix: string
  readonly publicUrl: string | undefined
}

/** The classic API in one flavour, mounted at its prefix. Who asks was found out before (`api/app.ts`). */
export function mountV2(app: FastifyInstance, options: V2Options): void {
  const base = `${options.prefix}/v2.0`
  mountDocuments(app, options, base)
  const served = operationsOf(options.profile)
  for (const [name, operation] of served) {
    app.route({
      method: operation.method,
      url: base + operation.path,
      ...(operation.answer && { schema: { response: { '2xx': operation.answer(options.profile) } } }),
      config: {
        profile: wordedFor(operation, options.profile),
        operation: name,
        ...(!('reads' in handlers[name]) && { audited: auditedAs(name, operation) }),
      },
      handler: (request, reply) => carryOut(name, operation, options, request, reply),
    })
  }
  mountRefused(app, options, base)
  const paths = new Map(served.map(([, operation]) => [operation.path, operation]))
  for (const [path, operation] of paths) {
    // A word in a path hides the variable in another that fits as well: what that one serves is not refused here.
    const mounted = [...served.map(([, other]) => other), ...refusedRequests]
    const fitting = mounted.flatMap((other) => (covers(other.path, path) ? [other.method] : []))
    const known = new Set<string>(fitting.includes('GET') ? [...fitting, 'HEAD'] : fitting)
    const others = everyMethod.filter((method) => !known.has(method))
    refuseMethods(app, base + path, others, { profile: wordedFor(operation, options.profile) })
  }
}

/** Whether what is sent to `path` may be meant for `pattern`: `/a/:id` covers `/a/b`. */
function covers(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const wanted = pattern.split('/')
  return wanted.length === parts.length && wanted.every((part, index) => part.startsWith(':') || part === parts[index])
}

const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** 405 for the methods that a path does not know. */
export function refuseMethods(
  app: FastifyInstance,
  url: string,
  method: (typeof everyMethod)[number][],
  config: FastifyContextConfig,
): void {
  app.route({
    method,
    url,
    config,
    handler: (request) => {
      throw problem('MethodNotAllowed', { method: request.method })
    },
  })
}

/** The operations that a flavour has. */
export function operationsOf({ features }: Profile): [OperationName, Operation][] {
  const all = Object.entries(operations) as [OperationName, Operation][]
  return all.filter(([, { feature }]) => feature === undefined || features.includes(feature))
}

async function carryOut(
  name: OperationName,
  operation: Operation,
  { cloud, profile, publicUrl: configured }: V2Options,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<object | undefined> {
  const caller = request.caller
  if (!caller) throw problem('Unauthorized')
  const raw = request.body instanceof Uint8Array ? request.body : undefined
  if (operation.method === 'DELETE' && raw && raw.length > 0) throw problem('BodyNotSupported')
  const body = operation.method === 'GET' || operation.method === 'DELETE' ? undefined : decodeJson(raw)
  const url = () => publicUrl(request, configured) + request.url
  const call: Call = { params: request.params as Call['params'], body, query: request.query as Query, url }
  const deed = () => writeDeed(operation, request, body)
  const perform = prepared(handlers[name], call, caller, deed, { cloud, profile })
  refuseUnkeepable(call.params, operation)
  void reply.code(operation.answers)
  return mayDo(caller, operation) ? perform() : answerWithoutRole(operation, call.params.id)
}

/** What no row can be called is not there; it is not even looked for, because a database may refuse the question. */
function refuseUnkeepable(params: Call['params'], { resource }: Operation): void {
  for (const id of Object.values(params)) {
    if (id !== undefined && !isKeepable(id)) throw problem(resource.notFound, { id })
  }
}

/** Decodes what decodes itself, so that a wrong body is refused before a missing role (`semantics.md` §1 steps 3–11). */
function prepared(
  handler: Handler,
  call: Call,
  caller: Caller,
  deed: () => WriteDeed,
  { cloud, profile }: Pick<V2Options, 'cloud' | 'profile'>,
): () => Promise<object | undefined> {
  if ('reads' in handler) return () => cloud.read(caller, profile, (asking) => handler.reads(asking, call))
  if ('writes' in handler) return () => cloud.write(caller, profile, deed(), (work) => handler.writes(work, call))
  const write = handler.decodes(call, { dialect: profile, asker: caller })
  return () => cloud.write(caller, profile, deed(), write)
}

function auditedAs(action: string, { resource, answers }: Operation): Audited {
  return { action, resourceType: resource.singular, answers }
}

function writeDeed(operation: Operation, request: FastifyRequest, body: unknown): WriteDeed {
  return { ...deedOf(request), operation, params: objectOf(request).others, body }
}

/** Version, resource and extension documents (`classic-api.md` §1). */
function mountDocuments(app: FastifyInstance, options: V2Options, base: string): void {
  const { profile, prefix } = options
  const config = { profile, open: true }
  const here = (request: FastifyRequest) => `${publicUrl(request, options.publicUrl)}${prefix}/v2.0/`
  app.get(`${prefix}/`, { config }, (request) => ({
    versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: here(request) }] }],
  }))
  refuseMethods(app, `${prefix}/`, ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], config)
  const collections = [...new Set(operationsOf(profile).map(([, { resource }]) => resource))]
  app.get(`${base}/`, { config: { profile } }, (request) => ({
    resources: collections
      .filter(({ isAlwaysEmpty }) => !isAlwaysEmpty)
      .filter(({ path, attributes }) => !path.startsWith('/vpn/') && Object.hasOwn(attributes, 'id'))
      .map(({ singular, plural, path }) => ({
        name: singular,
        collection: plural,
        links: [{ rel: 'self', href: here(request).slice(0, -1) + path }],
      })),
  }))
  const extensions = profile.extensions.map((extension) => ({ ...extension, links: [] }))
  app.get(`${base}/extensions`, { config: { profile } }, () => ({ extensions }))
  app.get(`${base}/extensions/:id`, { config: { profile } }, (request) => {
    const { id: alias = '' } = request.params as Call['params']
    const extension = extensions.find((each) => each.alias === alias)
    if (!extension) throw problem('ExtensionNotFound', { alias })
    return { extension }
  })
  if (extensions.some(({ alias }) => alias === 'service-type')) {
    const provider = { service_type: 'VPN', name: 'strongswan', default: true }
    app.get(`${base}/service-providers`, { config: { profile } }, () => ({ service_providers: [provider] }))
  }
}
