import { findProject, findUser, rolesOf } from '../store/identity.ts'
import type { Reading } from '../store/open.ts'
import type { TokenFacts } from './tokens.ts'

/** Ids of what a request is about: a project, a domain, or nothing in particular. */
export type ScopeIds = { readonly project: string } | { readonly domain: string } | undefined

/** How somebody showed who they are, and for how long that counts. */
export type Proof = Pick<TokenFacts, 'methods' | 'issuedAt' | 'expiresAt' | 'auditId'>

/**
 * What is true of a user at this moment, for one scope: read anew for each signed request, so that a user or project that
 * was disabled and a role that was taken away count at once. A domain is no scope yet.
 *
 * @returns `undefined` when the user may not be there
 */
export async function factsOfUser(
  store: Reading,
  userId: string,
  scope: ScopeIds,
  proof: Proof,
): Promise<TokenFacts | undefined> {
  const user = await findUser(store, { id: userId })
  if (user?.enabled !== 1) return undefined
  const { id, name, domain_id } = user
  const who = { ...proof, user: { id, name, domain_id } }
  if (scope === undefined) return { ...who, project: undefined, roles: [] }
  if ('domain' in scope) return scope.domain === domain_id ? { ...who, project: undefined, roles: [] } : undefined
  const project = await findProject(store, { id: scope.project })
  const roles = project?.enabled === 1 ? await rolesOf(store, id, project.id) : []
  if (!project || roles.length === 0) return undefined
  return { ...who, project: { id: project.id, name: project.name, domain_id: project.domain_id }, roles }
}
