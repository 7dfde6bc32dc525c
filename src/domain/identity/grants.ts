import type { Role } from '../../model/identity/role.ts'
import { isKeepable } from '../../model/keepable.ts'
import { problem } from '../../model/problem.ts'
import type { Reading } from '../../store/open.ts'
import {
  type AssignmentFilter,
  assignmentsInProjects,
  assignmentsOnDomains,
  domainRolesOf,
  giveRole,
  type NamedAssignment,
  rolesNamed,
  rolesOf,
  type Target,
  takeRole,
} from '../../store/role-assignments.ts'
import { removeTokens } from '../../store/tokens.ts'
import type { Asking, Work } from '../ports.ts'
import { foundDomain } from './domains.ts'
import { reservedRoles, withImpliedRoles } from './implied-roles.ts'
import { foundProject } from './projects.ts'
import {
  forbidden,
  isSelf,
  type Rights,
  refuseProtectedProject,
  refuseWithoutAdministrator,
  requireAdministratorOf,
} from './rights.ts'
import { foundRole } from './roles.ts'
import { foundUser } from './users.ts'

/** A role of a user somewhere, by ids. */
export interface Grant {
  readonly user: string
  readonly role: string
  readonly target: Target
}

export async function addGrant(work: Work, rights: Rights, grant: Grant): Promise<void> {
  await grantToChange(work.tx, rights, grant)
  await giveRole(work.tx, grant)
}

/** The tokens that the user has for it end. @throws Problem 404 when the user has not got it; 409 */
export async function removeGrant(work: Work, rights: Rights, grant: Grant): Promise<void> {
  await grantToChange(work.tx, rights, grant)
  if (!(await takeRole(work.tx, grant))) throw notGranted(grant)
  const { user, target } = grant
  await removeTokens(work.tx, {
    user_id: user,
    ...('project' in target ? { project_id: target.project } : { domain_id: target.domain }),
  })
  await refuseWithoutAdministrator(work.tx)
}

/** @throws Problem 404 when the user was not given it */
export async function checkGrant({ tx }: Asking, rights: Rights, grant: Grant): Promise<void> {
  await requireSight(tx, rights, grant)
  await foundRole(tx, grant.role)
  if (!(await given(tx, grant)).some(({ id }) => id === grant.role)) throw notGranted(grant)
}

export async function listGrants({ tx }: Asking, rights: Rights, grant: Omit<Grant, 'role'>): Promise<Role[]> {
  await requireSight(tx, rights, grant)
  const roles: Role[] = []
  for (const { id } of await given(tx, grant)) roles.push(await foundRole(tx, id))
  return roles
}

export interface AssignmentQuery extends AssignmentFilter {
  /** Also those that follow from what was given. */
  readonly isEffective: boolean
}

/** Without rights over others, one's own may be asked for by naming oneself. @throws Problem 403 */
export async function listAssignments(
  { tx }: Asking,
  rights: Rights,
  { isEffective, ...filter }: AssignmentQuery,
): Promise<readonly NamedAssignment[]> {
  const seesAll = rights.isAdministrator || rights.administers !== undefined
  if (!seesAll && filter.user !== rights.facts.user.id) throw forbidden(rights)
  if (Object.values(filter).some((id) => id !== undefined && !isKeepable(id))) return []
  const { role, ...wide } = filter
  // What follows from another role is found only by looking at all of them.
  const searched = isEffective ? wide : filter
  const found = [...(await assignmentsInProjects(tx, searched)), ...(await assignmentsOnDomains(tx, searched))]
  const seen = found.filter(
    ({ domain_id }) => rights.isAdministrator || rights.administers === undefined || domain_id === rights.administers,
  )
  if (!isEffective) return seen
  const all = await withImplied(tx, seen)
  return role === undefined ? all : all.filter(({ role_id }) => role_id === role)
}

async function withImplied(tx: Reading, found: readonly NamedAssignment[]): Promise<NamedAssignment[]> {
  const reserved = await rolesNamed(tx, reservedRoles)
  const placeOf = (one: NamedAssignment) => `${one.user_id} ${one.project_id ?? ''} ${one.domain_id}`
  const places = new Map<string, NamedAssignment[]>()
  for (const each of found) places.set(placeOf(each), [...(places.get(placeOf(each)) ?? []), each])
  return [...places.values()].flatMap((here) => {
    const roles = here.map(({ role_id, role_name }) => ({ id: role_id, name: role_name }))
    const [first] = here
    return first
      ? withImpliedRoles(roles, reserved).map(({ id, name }) => ({ ...first, role_id: id, role_name: name }))
      : []
  })
}

/** An administrator of a domain gives its users what means less than its own role, in it. @throws Problem 403, 404 */
async function grantToChange(tx: Reading, rights: Rights, { user, role, target }: Grant): Promise<void> {
  if (!rights.isAdministrator && rights.administers === undefined) throw forbidden(rights)
  const domain = await domainOf(tx, target)
  requireAdministratorOf(rights, domain)
  const found = await foundUser(tx, user)
  const { name } = await foundRole(tx, role)
  requireAdministratorOf(rights, found.domain_id)
  if (!rights.isAdministrator && name === 'admin') throw forbidden(rights)
  if ('project' in target) await refuseProtectedProject(tx, rights, target.project)
}

async function requireSight(tx: Reading, rights: Rights, { user, target }: Omit<Grant, 'role'>): Promise<void> {
  if (isSelf(rights, user)) return
  if (!rights.isAdministrator && rights.administers === undefined) throw forbidden(rights)
  requireAdministratorOf(rights, await domainOf(tx, target))
  await foundUser(tx, user)
}

/** @throws Problem 404 */
async function domainOf(tx: Reading, target: Target): Promise<string> {
  if ('project' in target) return (await foundProject(tx, target.project)).domain_id
  return (await foundDomain(tx, target.domain)).id
}

async function given(tx: Reading, { user, target }: Omit<Grant, 'role'>) {
  return 'project' in target ? rolesOf(tx, user, target.project) : domainRolesOf(tx, user, target.domain)
}

function notGranted({ user, role, target }: Grant) {
  const id = 'project' in target ? target.project : target.domain
  return problem('RoleAssignmentNotFound', { user, role, target: id })
}
