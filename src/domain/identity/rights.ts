import { problem } from '../../model/problem.ts'
import { hasAdministrator, isAdministratorBeyond, isThereAnAdministrator } from '../../store/administrators.ts'
import type { Reading } from '../../store/open.ts'
import type { TokenFacts } from '../token-facts.ts'

/** What somebody may in identity (`docs/decisions/0011`). */
export interface Rights {
  readonly facts: TokenFacts
  /** Everything: the role `admin` in a project. */
  readonly isAdministrator: boolean
  /** The domain whose users and projects it may manage: the role `admin` on a domain, logged in to it. */
  readonly administers: string | undefined
  /** What a refusal calls what was asked for. */
  readonly permission: string
}

export function rightsOf(facts: TokenFacts, permission: string): Rights {
  const isAdmin = facts.roles.some(({ name }) => name === 'admin')
  return {
    facts,
    isAdministrator: isAdmin && facts.scope?.project !== undefined,
    administers: isAdmin ? facts.scope?.domain?.id : undefined,
    permission,
  }
}

export function mayAdminister({ isAdministrator, administers }: Rights, domain: string): boolean {
  return isAdministrator || administers === domain
}

/** @throws Problem 403 */
export function requireAdministrator(rights: Rights): void {
  if (!rights.isAdministrator) throw forbidden(rights)
}

/** @throws Problem 403 */
export function requireAdministratorOf(rights: Rights, domain: string): void {
  if (!mayAdminister(rights, domain)) throw forbidden(rights)
}

export function forbidden({ permission }: Rights) {
  return problem('IdentityForbidden', { permission })
}

export function isSelf({ facts }: Rights, user: string): boolean {
  return facts.user.id === user
}

/** Where a user or project is made whose domain was not said. */
export function homeOf({ facts }: Rights): string {
  return facts.scope?.domain?.id ?? facts.scope?.project?.domain.id ?? facts.user.domain.id
}

/**
 * An administrator of one domain must not become that of all: by the password of somebody who is, or by a project in which
 * somebody is.
 * @throws Problem 403
 */
export async function refuseProtectedUser(store: Reading, rights: Rights, user: string): Promise<void> {
  if (rights.isAdministrator || rights.administers === undefined) return
  if (await isAdministratorBeyond(store, user, rights.administers)) {
    throw problem('AdministratorProtected', { what: 'User', id: user })
  }
}

/** @throws Problem 403 */
export async function refuseProtectedProject(store: Reading, rights: Rights, project: string): Promise<void> {
  if (rights.isAdministrator) return
  if (await hasAdministrator(store, project)) throw problem('AdministratorProtected', { what: 'Project', id: project })
}

/** Asked after a change, in its transaction. @throws Problem 409 when it left nobody who could take it back. */
export async function refuseWithoutAdministrator(store: Reading): Promise<void> {
  if (!(await isThereAnAdministrator(store))) throw problem('LastAdministrator')
}
