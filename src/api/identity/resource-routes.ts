import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Cloud } from '../../domain/cloud.ts'
import { changingIdentity, identityCaller } from '../../domain/identity/change.ts'
import { forbidden, type Rights, rightsOf } from '../../domain/identity/rights.ts'
import type { Passwords } from '../../domain/ports.ts'
import type { Tokens } from '../../domain/tokens.ts'
import type { IdentityOperation } from '../../model/identity/operation.ts'
import { type IdentityOperationName, identityOperations } from '../../model/identity/operations.ts'
import { isKeepable } from '../../model/keepable.ts'
import { problem } from '../../model/problem.ts'
import { type Audited, deedOf, objectOf } from '../audit.ts'
import { decodeJson } from '../body.ts'
import { publicUrl } from '../links.ts'
import type { Profile } from '../profile.ts'
import type { Query } from '../v2/query.ts'
import type { IdentityCall } from './call.ts'
import { builtInCatalog } from './catalog.ts'
import { identityHandlers } from './handlers.ts'
import { identityPrefix } from './prefix.ts'

export interface IdentityResourceOptions {
  readonly cloud: Cloud
  readonly tokens: Tokens
  readonly passwords: Passwords
  readonly profiles: readonly Profile[]
  /** Whose switches count where identity has to ask for one; none of them makes a difference. */
  readonly rootProfile: Profile
  readonly publicUrl: string | undefined
}

/** Domains, projects, users, roles and the rest of what Keystone manages (`clients.md` §1, `client-traffic.md` §2). */
export function mountIdentityResources(app: FastifyInstance, options: IdentityResourceOptions): void {
  for (const [name, operation] of Object.entries(identityOperations) as [IdentityOperationName, IdentityOperation][]) {
    const writes = 'prepares' in identityHandlers[name]
    app.route({
      method: operation.method,
      url: operation.path,
      config: writes ? { audited: auditedAs(name, operation) } : {},
      handler: (request, reply) => carryOut(name, operation, options, request, reply),
    })
  }
}

function auditedAs(action: string, { resource, audited, answers }: IdentityOperation): Audited {
  return { action, resourceType: audited ?? resource.singular, answers, keepsIds: true }
}

async function carryOut(
  name: IdentityOperationName,
  operation: IdentityOperation,
  options: IdentityResourceOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<object | undefined> {
  const { facts } = request
  if (!facts) throw problem('Unauthorized')
  const { cloud, rootProfile, tokens } = options
  const caller = identityCaller(facts)
  const call = callOf(operation, rightsOf(facts, operation.permission), options, request)
  refuseUnkeepable(call.params, operation)
  void reply.code(operation.answers)
  const handler = identityHandlers[name]
  if ('reads' in handler) return cloud.read(caller, rootProfile, (asking) => handler.reads(asking, call))
  refuseWithoutRights(operation, call.rights)
  const change = await handler.prepares(call)
  const { id, others } = objectOf(request)
  // What is made is not what the path names.
  const resourceId = operation.does === 'create' ? undefined : id
  const deed = { ...deedOf(request), resourceId, operation, params: others, body: call.body }
  const answer = await cloud.write(caller, rootProfile, deed, (work) => changingIdentity(work, change))
  tokens.forget()
  return answer
}

/** Whoever may change nothing of the kind is told so before anything is decoded or hashed. @throws Problem 403 */
function refuseWithoutRights({ who }: IdentityOperation, rights: Rights): void {
  const isAdministrator = rights.isAdministrator || (who === 'domain_administrator' && rights.administers !== undefined)
  if ((who === 'administrator' || who === 'domain_administrator') && !isAdministrator) throw forbidden(rights)
}

/** What no row can be called is not there; it is not even looked for, because a database may refuse the question. */
function refuseUnkeepable(params: IdentityCall['params'], { resource }: IdentityOperation): void {
  for (const id of Object.values(params)) {
    if (id !== undefined && !isKeepable(id)) throw problem(resource.notFound, { id })
  }
}

function callOf(
  operation: IdentityOperation,
  rights: Rights,
  { cloud, passwords, profiles, rootProfile, publicUrl: configured }: IdentityResourceOptions,
  request: FastifyRequest,
): IdentityCall {
  const raw = request.body instanceof Uint8Array ? request.body : undefined
  const url = publicUrl(request, configured)
  return {
    params: request.params as IdentityCall['params'],
    body: operation.request ? decodeJson(raw) : undefined,
    query: request.query as Query,
    rights,
    base: `${url}${identityPrefix}/v3`,
    url: url + request.url,
    builtIn: builtInCatalog(url, profiles),
    passwords,
    dialect: rootProfile,
    read: (work) => cloud.read(identityCaller(rights.facts), rootProfile, work),
  }
}
