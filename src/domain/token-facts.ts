import type { Named } from '../model/identity/named.ts'
import {
  type ApplicationCredentialRow,
  findApplicationCredential,
  findDomain,
  findProject,
  findUser,
} from '../store/identity.ts'
import type { Reading } from '../store/open.ts'
import { domainRolesOf, projectsOfUser, rolesNamed, rolesOf } from '../store/role-assignments.ts'
import { reservedRoles, withImpliedRoles } from './identity/implied-roles.ts'

/** What a token is good for: a project, or a domain. */
export type Scope =
  | { readonly project: Named & { readonly domain: Named }; readonly domain?: never }
  | { readonly domain: Named; readonly project?: never }

/** How somebody showed who they are, and for how long that counts. */
export interface Proof {
  /** `password`, `token`, `application_credential`, or the word of whoever else is content with what was shown. */
  readonly methods: readonly string[]
  /** As Keystone writes times. */
  readonly issuedAt: string
  readonly expiresAt: string
  readonly auditId: string
  /** Id of the application credential that stands behind it. */
  readonly applicationCredential?: string | undefined
}

/** Everything a token says: who asks, for what, and what they may there. */
export interface TokenFacts extends Omit<Proof, 'applicationCredential'> {
  readonly user: Named & { readonly domain: Named }
  /** Absent: it is for nothing in particular. */
  readonly scope: Scope | undefined
  /** Those that were given in the scope, and those that follow from them. */
  readonly roles: readonly Named[]
  /** The application credential that was used; `restricted`: it may not make or delete others. */
  readonly applicationCredential: (Named & { readonly restricted: boolean }) | undefined
  /** It is for the installation as a whole, and for no project: Keystone's scope `system`. */
  readonly isForSystem?: boolean
  /** The project is not the one whose administrators Keystone lets administer everything. */
  readonly isOutsideAdminProject?: boolean
}

/** Ids of what the facts are to be about. */
export type ScopeIds = { readonly project: string } | { readonly domain: string } | undefined

/**
 * What is true of a user at this moment, for one scope. The one place that decides whether somebody may be there at all:
 * user, project and their domains have to be there and enabled, and the user needs a role.
 *
 * - in a project: a role that was given there;
 * - on a domain: a role that was given there; or, on the user's own domain, one in any project of it. The second is good
 *   for nothing but asking who one is, and its facts have no roles.
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
  const home = user && (await findDomain(store, { id: user.domain_id }))
  if (user?.enabled !== 1 || home?.enabled !== 1) return undefined
  const there = await standing(store, user, scope)
  if (!there) return undefined
  const credential = await credentialOf(store, proof, userId, there)
  if (credential === 'refused') return undefined
  const reserved = await rolesNamed(store, reservedRoles)
  const held = withImpliedRoles(there.roles, reserved)
  const roles = credential ? withImpliedRoles(narrowed(held, credential), reserved) : held
  if (credential && roles.length === 0) return undefined
  const { methods, issuedAt, expiresAt, auditId } = proof
  return {
    methods,
    issuedAt,
    expiresAt,
    auditId,
    user: { id: user.id, name: user.name, domain: named(home) },
    scope: there.scope,
    roles,
    applicationCredential: credential && { ...named(credential), restricted: credential.unrestricted !== 1 },
  }
}

interface Standing {
  readonly scope: Scope | undefined
  readonly roles: readonly Named[]
}

async function standing(
  store: Reading,
  user: { readonly id: string; readonly domain_id: string },
  wanted: ScopeIds,
): Promise<Standing | undefined> {
  if (wanted === undefined) return { scope: undefined, roles: [] }
  if ('project' in wanted) {
    const project = await findProject(store, { id: wanted.project })
    const domain = project && (await findDomain(store, { id: project.domain_id }))
    if (project?.enabled !== 1 || domain?.enabled !== 1) return undefined
    const roles = await rolesOf(store, user.id, project.id)
    return roles.length === 0 ? undefined : { scope: { project: { ...named(project), domain: named(domain) } }, roles }
  }
  const domain = await findDomain(store, { id: wanted.domain })
  if (domain?.enabled !== 1) return undefined
  const roles = await domainRolesOf(store, user.id, domain.id)
  const belongs = roles.length > 0 || (domain.id === user.domain_id && (await hasProjectIn(store, user.id, domain.id)))
  return belongs ? { scope: { domain: named(domain) }, roles } : undefined
}

async function hasProjectIn(store: Reading, user: string, domain: string): Promise<boolean> {
  for (const id of await projectsOfUser(store, user)) {
    const project = await findProject(store, { id })
    if (project?.domain_id === domain && project.enabled === 1) return true
  }
  return false
}

/** The credential behind a proof, where there is one: it has to be there still, the user's, for that project, in time. */
async function credentialOf(
  store: Reading,
  { applicationCredential: id, issuedAt }: Proof,
  user: string,
  { scope }: Standing,
): Promise<ApplicationCredentialRow | undefined | 'refused'> {
  if (id === undefined) return undefined
  const found = await findApplicationCredential(store, { id })
  const isGood =
    found?.user_id === user &&
    found.project_id === scope?.project?.id &&
    (found.expires_at === null || found.expires_at > issuedAt)
  return isGood ? found : 'refused'
}

/** Of the roles that the user has now, those that the credential names. */
function narrowed(roles: readonly Named[], { roles: ids }: ApplicationCredentialRow): readonly Named[] {
  const granted: readonly { readonly id: string }[] = JSON.parse(ids)
  return roles.filter((role) => granted.some(({ id }) => id === role.id))
}

function named({ id, name }: Named): Named {
  return { id, name }
}
