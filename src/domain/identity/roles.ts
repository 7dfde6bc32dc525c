import type { Listing } from '../../model/filter.ts'
import { changedIdentity } from '../../model/identity/decode.ts'
import { Role } from '../../model/identity/role.ts'
import { problem } from '../../model/problem.ts'
import type { Changes, Given } from '../../model/resource.ts'
import { list } from '../../store/list.ts'
import type { Reading } from '../../store/open.ts'
import { find, insert, remove, update } from '../../store/resources.ts'
import { removeAssignments } from '../../store/role-assignments.ts'
import type { Asking, Work } from '../ports.ts'
import { refuseDuplicate } from './duplicates.ts'
import { reservedRoles } from './implied-roles.ts'
import { type Rights, requireAdministrator } from './rights.ts'

export async function createRole(work: Work, rights: Rights, given: Given<typeof Role>): Promise<Role> {
  requireAdministrator(rights)
  await refuseDuplicate(work.tx, 'role', { name: given.name })
  const role: Role = { ...given, id: work.world.ids.hex(), domain_id: null, options: {}, links: { self: '' } }
  await insert(work.tx, Role, role)
  return role
}

export async function listRoles({ tx }: Asking, _rights: Rights, listing: Listing): Promise<Role[]> {
  return list(tx, Role, { ...listing, scope: undefined })
}

export async function showRole({ tx }: Asking, _rights: Rights, id: string): Promise<Role> {
  return foundRole(tx, id)
}

/** @throws Problem 403 for a new name of a role that means something */
export async function updateRole(work: Work, rights: Rights, id: string, changes: Changes<typeof Role>): Promise<Role> {
  requireAdministrator(rights)
  const before = await foundRole(work.tx, id)
  const after = changedIdentity(Role, before, changes)
  if (after.name !== before.name) refuseReserved(before)
  await refuseDuplicate(work.tx, 'role', { id, name: after.name })
  await update(work.tx, Role, id, after)
  return after
}

/** Nobody has it any more. @throws Problem 403 for a role that means something */
export async function deleteRole(work: Work, rights: Rights, id: string): Promise<void> {
  requireAdministrator(rights)
  refuseReserved(await foundRole(work.tx, id))
  await removeAssignments(work.tx, { role: id })
  await remove(work.tx, Role, id)
}

function refuseReserved({ name }: Role): void {
  const reserved: readonly string[] = reservedRoles
  if (reserved.includes(name)) throw problem('RoleReserved', { name })
}

/** @throws Problem 404 */
export async function foundRole(tx: Reading, id: string): Promise<Role> {
  const role = await find(tx, Role, id)
  if (!role) throw problem('RoleNotFound', { id })
  return role
}
