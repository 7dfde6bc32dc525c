import type { Listing } from '../../model/filter.ts'
import { ApplicationCredential, type RoleReference } from '../../model/identity/application-credential.ts'
import { Role } from '../../model/identity/role.ts'
import { problem } from '../../model/problem.ts'
import type { Given } from '../../model/resource.ts'
import type { Secret } from '../../model/secret.ts'
import { identityTimestamp } from '../../model/time.ts'
import { findApplicationCredential } from '../../store/identity.ts'
import { list } from '../../store/list.ts'
import type { Reading } from '../../store/open.ts'
import { find, insert, remove } from '../../store/resources.ts'
import { removeTokens } from '../../store/tokens.ts'
import type { Asking, Work } from '../ports.ts'
import { forbidden, isSelf, type Rights } from './rights.ts'
import { foundUser } from './users.ts'

/** A secret and its hash, made before the transaction. */
export interface Hashed {
  readonly secret: Secret
  readonly hash: string
}

/**
 * Made by a user for itself, for the project of its token, with roles of that.
 * @returns with the secret, for this once
 */
export async function createCredential(
  work: Work,
  rights: Rights,
  user: string,
  given: Given<typeof ApplicationCredential>,
  { secret, hash }: Hashed,
): Promise<ApplicationCredential> {
  if (!isSelf(rights, user)) throw forbidden(rights)
  refuseRestricted(rights)
  const { project } = rights.facts.scope ?? {}
  if (!project) throw problem('CredentialNeedsProject')
  if (given.expires_at !== null && given.expires_at <= identityTimestamp(work.world.clock.now())) {
    throw problem('ExpiryPast', { value: given.expires_at })
  }
  if (await findApplicationCredential(work.tx, { name: given.name, user_id: user })) {
    const duplicate = { resource: 'application_credential', what: 'name', value: given.name, where: '' }
    throw problem('IdentityDuplicate', duplicate)
  }
  const credential = {
    ...given,
    id: work.world.ids.hex(),
    project_id: project.id,
    roles: rolesFor(given.roles, rights),
    links: { self: '' },
  }
  const kept = { ...credential, roles: credential.roles.map(({ id }) => ({ id })) }
  await insert(work.tx, ApplicationCredential, kept, { user_id: user, secret_hash: hash })
  return { ...credential, secret }
}

export async function listCredentials(
  { tx }: Asking,
  rights: Rights,
  user: string,
  listing: Listing,
): Promise<ApplicationCredential[]> {
  await requireSight(tx, rights, user)
  const found = await list(tx, ApplicationCredential, { ...listing, scope: [{ column: 'user_id', values: [user] }] })
  return Promise.all(found.map((each) => withRoleNames(tx, each)))
}

export async function showCredential(
  { tx }: Asking,
  rights: Rights,
  user: string,
  id: string,
): Promise<ApplicationCredential> {
  await requireSight(tx, rights, user)
  return withRoleNames(tx, await foundCredential(tx, user, id))
}

/** What was logged in with it ends. */
export async function deleteCredential(work: Work, rights: Rights, user: string, id: string): Promise<void> {
  await requireSight(work.tx, rights, user)
  refuseRestricted(rights)
  await foundCredential(work.tx, user, id)
  await removeTokens(work.tx, { application_credential_id: id })
  await remove(work.tx, ApplicationCredential, id)
}

/** One's own; an administrator sees, and ends, those of all. */
async function requireSight(tx: Reading, rights: Rights, user: string): Promise<void> {
  if (isSelf(rights, user)) return
  if (!rights.isAdministrator) throw forbidden(rights)
  await foundUser(tx, user)
}

function refuseRestricted({ facts }: Rights): void {
  if (facts.applicationCredential?.restricted) throw problem('CredentialRestricted')
}

/** Those that were named, or all that the token has. @throws Problem for one that it has not */
function rolesFor(named: readonly RoleReference[], { facts }: Rights) {
  const wanted = named.length === 0 ? facts.roles : named
  return wanted.map(({ id, name }) => {
    const role = facts.roles.find((each) => (id === undefined ? each.name === name : each.id === id))
    if (!role) throw problem('CredentialRoleForeign', { role: id ?? name })
    return { id: role.id, name: role.name, domain_id: null }
  })
}

async function foundCredential(tx: Reading, user: string, id: string): Promise<ApplicationCredential> {
  const row = await findApplicationCredential(tx, { id })
  const credential = row?.user_id === user ? await find(tx, ApplicationCredential, id) : undefined
  if (!credential) throw problem('ApplicationCredentialNotFound', { id })
  return credential
}

/** Kept are the ids; a role that was deleted since is left out. */
async function withRoleNames(tx: Reading, credential: ApplicationCredential): Promise<ApplicationCredential> {
  const roles: RoleReference[] = []
  for (const { id } of credential.roles) {
    const role = id === undefined ? undefined : await find(tx, Role, id)
    if (role) roles.push({ id: role.id, name: role.name, domain_id: null })
  }
  return { ...credential, roles }
}
