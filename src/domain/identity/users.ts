import type { Listing } from '../../model/filter.ts'
import { changedIdentity } from '../../model/identity/decode.ts'
import { User } from '../../model/identity/user.ts'
import { problem } from '../../model/problem.ts'
import type { Changes, Given } from '../../model/resource.ts'
import type { Secret } from '../../model/secret.ts'
import { removeWith } from '../../store/belongings.ts'
import { changePassword, findUser } from '../../store/identity.ts'
import { list } from '../../store/list.ts'
import type { Reading } from '../../store/open.ts'
import { find, insert, remove, update } from '../../store/resources.ts'
import { removeAssignments } from '../../store/role-assignments.ts'
import { removeTokens } from '../../store/tokens.ts'
import type { Asking, Passwords, Work } from '../ports.ts'
import { domainToFill } from './domains.ts'
import { refuseDuplicate } from './duplicates.ts'
import { foundProject } from './projects.ts'
import {
  forbidden,
  homeOf,
  isSelf,
  mayAdminister,
  type Rights,
  refuseProtectedUser,
  refuseWithoutAdministrator,
  requireAdministratorOf,
} from './rights.ts'

/** @param password_hash of the password that was given, made before the transaction; empty: none was */
export async function createUser(
  work: Work,
  rights: Rights,
  given: Given<typeof User>,
  password_hash: string,
): Promise<User> {
  const { id: domain } = await domainToFill(work.tx, rights, given.domain_id || homeOf(rights))
  const named = { ...given, domain_id: domain }
  await refuseDuplicate(work.tx, 'user', named)
  if (named.default_project_id !== null) await foundProject(work.tx, named.default_project_id)
  const id = work.world.ids.hex()
  const user: User = { ...named, id, password_expires_at: null, options: {}, links: { self: '' } }
  await insert(work.tx, User, user, { password_hash })
  return user
}

/** Whoever may not list them all may look for themselves by name. */
export async function listUsers({ tx }: Asking, rights: Rights, listing: Listing): Promise<User[]> {
  if (rights.isAdministrator) return list(tx, User, { ...listing, scope: undefined })
  if (rights.administers !== undefined) {
    return list(tx, User, { ...listing, scope: [{ column: 'domain_id', values: [rights.administers] }] })
  }
  const isLookUp = listing.filters.some(({ column }) => column === 'name' || column === 'id')
  if (!isLookUp) throw forbidden(rights)
  return list(tx, User, { ...listing, scope: [{ column: 'id', values: [rights.facts.user.id] }] })
}

export async function showUser({ tx }: Asking, rights: Rights, id: string): Promise<User> {
  const user = await find(tx, User, id)
  if (!user || !(isSelf(rights, id) || mayAdminister(rights, user.domain_id))) throw problem('UserNotFound', { id })
  return user
}

/** @param password_hash of a new password; absent: it stays */
export async function updateUser(
  work: Work,
  rights: Rights,
  id: string,
  changes: Changes<typeof User>,
  password_hash: string | undefined,
): Promise<User> {
  const before = await userToChange(work, rights, id)
  const after = changedIdentity(User, before, changes)
  await refuseDuplicate(work.tx, 'user', after)
  if (after.default_project_id !== null && after.default_project_id !== before.default_project_id) {
    await foundProject(work.tx, after.default_project_id)
  }
  await update(work.tx, User, id, after, password_hash === undefined ? {} : { password_hash })
  const isDisabled = before.enabled && !after.enabled
  if (isDisabled || password_hash !== undefined) await removeTokens(work.tx, { user_id: id })
  if (isDisabled) await refuseWithoutAdministrator(work.tx)
  return { ...after, password: null }
}

/** Its tokens, roles and application credentials go with it. */
export async function deleteUser(work: Work, rights: Rights, id: string): Promise<void> {
  await userToChange(work, rights, id)
  await removeTokens(work.tx, { user_id: id })
  await removeWith(work.tx, 'application_credential', 'user_id', id)
  await removeAssignments(work.tx, { user: id })
  await remove(work.tx, User, id)
  await refuseWithoutAdministrator(work.tx)
}

/**
 * Somebody's own new password. Both are compared and hashed before the transaction, because that takes its time.
 * @throws Problem 401 when the old one is not the user's
 */
export async function ownPasswordChange(
  store: Reading,
  passwords: Passwords,
  { user, original, password }: { readonly user: string; readonly original: Secret; readonly password: Secret },
): Promise<(work: Work) => Promise<void>> {
  const known = await findUser(store, { id: user })
  if (!known?.password_hash || !(await passwords.verify(known.password_hash, original))) throw problem('Unauthorized')
  const password_hash = await passwords.hash(password)
  return async ({ tx }) => {
    const now = await findUser(tx, { id: user })
    if (now?.password_hash !== known.password_hash) throw problem('Unauthorized')
    await changePassword(tx, user, password_hash)
    await removeTokens(tx, { user_id: user })
  }
}

/** @throws Problem 404 */
export async function foundUser(tx: Reading, id: string): Promise<User> {
  const user = await find(tx, User, id)
  if (!user) throw problem('UserNotFound', { id })
  return user
}

/** @throws Problem 403 for whoever may manage none, before it is said whether there is one; 404 */
async function userToChange({ tx }: Work, rights: Rights, id: string): Promise<User> {
  if (!rights.isAdministrator && rights.administers === undefined) throw forbidden(rights)
  const user = await foundUser(tx, id)
  requireAdministratorOf(rights, user.domain_id)
  await refuseProtectedUser(tx, rights, id)
  return user
}
