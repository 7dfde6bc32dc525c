import type { Listing } from '../../model/filter.ts'
import { changedIdentity } from '../../model/identity/decode.ts'
import { defaultDomain } from '../../model/identity/default-domain.ts'
import { Domain } from '../../model/identity/domain.ts'
import { problem } from '../../model/problem.ts'
import type { Changes, Given } from '../../model/resource.ts'
import { countWith } from '../../store/belongings.ts'
import { list } from '../../store/list.ts'
import type { Reading } from '../../store/open.ts'
import { find, insert, remove, update } from '../../store/resources.ts'
import { domainsOfUser, removeAssignments } from '../../store/role-assignments.ts'
import { removeTokens, removeTokensOfDomain } from '../../store/tokens.ts'
import type { Asking, Work } from '../ports.ts'
import { refuseDuplicate } from './duplicates.ts'
import { forbidden, mayAdminister, type Rights, refuseWithoutAdministrator, requireAdministrator } from './rights.ts'

export async function createDomain(work: Work, rights: Rights, given: Given<typeof Domain>): Promise<Domain> {
  requireAdministrator(rights)
  await refuseDuplicate(work.tx, 'domain', given)
  const domain: Domain = { ...given, id: work.world.ids.hex(), options: {}, links: { self: '' } }
  await insert(work.tx, Domain, domain)
  return domain
}

/** Whoever may not list them all may look for their own by name. */
export async function listDomains({ tx }: Asking, rights: Rights, listing: Listing): Promise<Domain[]> {
  if (rights.isAdministrator) return list(tx, Domain, { ...listing, scope: undefined })
  const own = await ownDomains(tx, rights)
  const isLookUp = listing.filters.some(({ column }) => column === 'name' || column === 'id')
  if (rights.administers === undefined && !isLookUp) throw forbidden(rights)
  return list(tx, Domain, { ...listing, scope: [{ column: 'id', values: own }] })
}

export async function showDomain({ tx }: Asking, rights: Rights, id: string): Promise<Domain> {
  const domain = await foundDomain(tx, id)
  if (!rights.isAdministrator && !(await ownDomains(tx, rights)).includes(id)) throw problem('DomainNotFound', { id })
  return domain
}

export async function updateDomain(
  work: Work,
  rights: Rights,
  id: string,
  changes: Changes<typeof Domain>,
): Promise<Domain> {
  requireAdministrator(rights)
  const before = await foundDomain(work.tx, id)
  const after = changedIdentity(Domain, before, changes)
  await refuseDuplicate(work.tx, 'domain', after)
  await update(work.tx, Domain, id, after)
  if (before.enabled && !after.enabled) {
    await removeTokensOfDomain(work.tx, id)
    await refuseWithoutAdministrator(work.tx)
  }
  return after
}

/** @throws Problem unless it is disabled and empty */
export async function deleteDomain(work: Work, rights: Rights, id: string): Promise<void> {
  requireAdministrator(rights)
  const domain = await foundDomain(work.tx, id)
  if (id === defaultDomain.id) throw problem('DomainReserved', { id })
  if (domain.enabled) throw problem('DomainEnabled')
  const projects = await countWith(work.tx, 'project', 'domain_id', id)
  const users = await countWith(work.tx, 'user', 'domain_id', id)
  if (projects + users > 0) throw problem('DomainInUse', { id, left: `${projects} projects and ${users} users` })
  await removeTokens(work.tx, { domain_id: id })
  await removeAssignments(work.tx, { domain: id })
  await remove(work.tx, Domain, id)
}

/** @throws Problem 404 */
export async function foundDomain(tx: Reading, id: string): Promise<Domain> {
  const domain = await find(tx, Domain, id)
  if (!domain) throw problem('DomainNotFound', { id })
  return domain
}

/** The domains that a log-in may be for: where the user has a role, and its own. */
export async function ownDomains(tx: Reading, { facts: { user } }: Rights): Promise<string[]> {
  return [...new Set([user.domain.id, ...(await domainsOfUser(tx, user.id))])]
}

/** @throws Problem 404 for a domain that is not there or in which the caller may not make anything */
export async function domainToFill(tx: Reading, rights: Rights, id: string): Promise<Domain> {
  if (!mayAdminister(rights, id)) throw forbidden(rights)
  return foundDomain(tx, id)
}
