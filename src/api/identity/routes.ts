import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Doer } from '../../domain/audit.ts'
import type { Catalog } from '../../domain/identity/catalog.ts'
import type { LogIn } from '../../domain/log-in.ts'
import type { LogInThrottle } from '../../domain/log-in-throttle.ts'
import type { TokenFacts } from '../../domain/token-facts.ts'
import { doerOf, type Tokens } from '../../domain/tokens.ts'
import { problem } from '../../model/problem.ts'
import { Secret } from '../../model/secret.ts'
import { deedOf } from '../audit.ts'
import { decodeJson } from '../body.ts'
import { publicUrl } from '../links.ts'
import { clientAddress, type IsTrustedProxy, senderKey } from '../proxies.ts'
import { builtInCatalog, catalogInTokens } from './catalog.ts'
import { decodeLogIn } from './log-in.ts'
import { identityPrefix } from './prefix.ts'
import { type IdentityResourceOptions, mountIdentityResources } from './resource-routes.ts'
import { tokenBody } from './token-body.ts'

export interface IdentityOptions extends IdentityResourceOptions {
  /** What is in the catalog, with what was added to what is built in. */
  readonly catalog: (builtIn: Catalog) => Promise<Catalog>
  readonly logIns: LogInThrottle
  readonly isTrustedProxy: IsTrustedProxy
}

/** The part of Keystone v3 that clients need to begin (`clients.md` §1). */
export function mountIdentity(app: FastifyInstance, options: IdentityOptions): void {
  const { tokens } = options
  const open = { config: { open: true } }
  const url = (request: FastifyRequest) => publicUrl(request, options.publicUrl)
  const version = (request: FastifyRequest) => ({
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${url(request)}${identityPrefix}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  })
  const catalogOf = async (request: FastifyRequest, { scope }: TokenFacts) =>
    catalogInTokens(await options.catalog(builtInCatalog(url(request), options.profiles)), scope?.project?.id)
  const bodyOf = async (request: FastifyRequest, facts: TokenFacts) => {
    const isWanted = facts.scope && !Object.hasOwn(Object(request.query), 'nocatalog')
    return { token: tokenBody(facts, isWanted ? await catalogOf(request, facts) : undefined) }
  }

  app.get(`${identityPrefix}/`, open, (request, reply) => {
    void reply.code(300)
    return { versions: { values: [version(request)] } }
  })
  app.get(`${identityPrefix}/v3/`, open, (request) => ({ version: version(request) }))

  const logsIn = {
    config: { open: true, operation: 'log_in', audited: { action: 'log_in', resourceType: 'token', answers: 201 } },
  }
  app.post(`${identityPrefix}/v3/auth/tokens`, logsIn, async (request, reply) => {
    const raw = request.body instanceof Uint8Array ? request.body : undefined
    const logIn = decodeLogIn(decodeJson(raw))
    request.claimant = claimantOf(logIn)
    const account = guessedAccount(logIn)
    const address = senderKey(clientAddress(request, options.isTrustedProxy))
    const proceed = () => tokens.logIn(logIn, deedOf(request))
    const made = account === undefined ? await proceed() : await options.logIns.attempt({ account, address }, proceed)
    if (!made) throw problem('Unauthorized')
    void reply.code(201).header('x-subject-token', made.token.reveal()).header('vary', 'X-Auth-Token')
    return bodyOf(request, made.facts)
  })

  app.get(`${identityPrefix}/v3/auth/tokens`, async (request, reply) => {
    const { token, facts } = await subject(request, tokens)
    void reply.header('x-subject-token', token.reveal()).header('vary', 'X-Auth-Token')
    return bodyOf(request, facts)
  })

  const revokes = { config: { audited: { action: 'revoke_token', resourceType: 'token', answers: 204 } } }
  app.delete(`${identityPrefix}/v3/auth/tokens`, revokes, async (request, reply: FastifyReply) => {
    const { token, facts } = await subject(request, tokens)
    const who = doerOf(request.facts ?? facts)
    await tokens.revoke(token, { ...deedOf(request), resourceId: facts.auditId }, who)
    return reply.code(204).send()
  })

  app.get(`${identityPrefix}/v3/auth/catalog`, async (request) => {
    if (!request.facts) throw problem('Unauthorized')
    return {
      catalog: await catalogOf(request, request.facts),
      links: { next: null, previous: null, self: `${url(request)}${identityPrefix}/v3/auth/catalog` },
    }
  })
  mountIdentityResources(app, options)
}

/** Who a log-in says it is. A token that is not good, and a credential called by its id, say nothing. */
function claimantOf({ password, applicationCredential }: LogIn): Doer | undefined {
  const which = applicationCredential?.which
  const user = password?.user ?? (which && 'user' in which ? which.user : undefined)
  if (!user) return undefined
  return 'id' in user ? { userId: user.id } : { userName: user.name }
}

/** The account whose secret a log-in may be guessing. Nobody guesses a token. */
function guessedAccount({ password, applicationCredential }: LogIn): string | undefined {
  const account = password?.user ?? applicationCredential?.which
  return account && JSON.stringify(account)
}

/** The token that is asked about. One's own may be looked at and revoked; anybody else's only by an administrator. */
async function subject(
  request: FastifyRequest,
  tokens: Tokens,
): Promise<{ readonly token: Secret; readonly facts: TokenFacts }> {
  const header = request.headers['x-subject-token']
  const token = typeof header === 'string' ? new Secret(header) : undefined
  const facts = token && (await tokens.factsOf(token))
  const mayAsk = request.caller?.isAdmin || facts?.user.id === request.facts?.user.id
  if (!token || !facts || !mayAsk) throw problem('NotFound')
  return { token, facts }
}
