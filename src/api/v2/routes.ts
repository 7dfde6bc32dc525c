import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Cloud } from '../../domain/cloud.ts'
import type { Caller } from '../../domain/ports.ts'
import { type Operation, type OperationName, operations } from '../../model/operations.ts'
import { problem } from '../../model/problem.ts'
import { decodeJson } from '../body.ts'
import { type Call, handlers } from '../handlers.ts'
import { publicUrl } from '../links.ts'
import type { Profile } from '../profile.ts'
import type { Query } from './query.ts'

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
  const methods = new Map<string, Set<string>>()
  for (const [name, operation] of operationsOf(options.profile)) {
    const path = base + operation.path
    methods.set(path, (methods.get(path) ?? new Set()).add(operation.method))
    app.route({
      method: operation.method,
      url: path,
      ...(operation.answer && { schema: { response: { '2xx': operation.answer(options.profile) } } }),
      config: { profile: options.profile },
      handler: (request, reply) => carryOut(name, operation, options, request, reply),
    })
  }
  for (const [path, known] of methods) {
    const others = everyMethod.filter((method) => !known.has(method) && !(method === 'HEAD' && known.has('GET')))
    refuseMethods(app, path, others, { profile: options.profile })
  }
}

const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** 405 for the methods that a path does not know. */
function refuseMethods(
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
  refuseWithoutRole(caller, operation)
  const handler = handlers[name]
  const raw = request.body instanceof Uint8Array ? request.body : undefined
  if (operation.method === 'DELETE' && raw && raw.length > 0) throw problem('BodyNotSupported')
  const body = operation.method === 'GET' || operation.method === 'DELETE' ? undefined : decodeJson(raw)
  const url = () => publicUrl(request, configured) + request.url
  const call: Call = { params: request.params as Call['params'], body, query: request.query as Query, url }
  const answer =
    'reads' in handler
      ? await cloud.read(caller, profile, (asking) => handler.reads(asking, call))
      : await cloud.write(caller, profile, (work) => handler.writes(work, call))
  void reply.code(operation.answers)
  return answer
}

/** An administrator may everything; `reader` alone gets nothing (`semantics.md` §9). */
function refuseWithoutRole({ isAdmin, roles }: Caller, { permission, role }: Operation): void {
  if (!isAdmin && !roles.includes(role)) throw problem('PolicyNotAuthorized', { permission })
}

/** Version, resource and extension documents (`classic-api.md` §1). */
function mountDocuments(app: FastifyInstance, options: V2Options, base: string): void {
  const { profile, prefix } = options
  const config = { profile, open: true }
  const here = (request: FastifyRequest) => `${publicUrl(request, options.publicUrl)}${prefix}/v2.0/`
  app.get(`${prefix}/`, { config }, (request) => ({
    versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: here(request) }] }],
  }))
  refuseMethods(app, `${prefix}/`, ['POST', 'PUT', 'PATCH', 'DELETE'], config)
  const collections = [...new Set(operationsOf(profile).map(([, { resource }]) => resource))]
  app.get(`${base}/`, { config: { profile } }, (request) => ({
    resources: collections
      .filter(({ path }) => !path.startsWith('/vpn/'))
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
}
