import type { Listing } from '../../model/filter.ts'
import { changedIdentity } from '../../model/identity/decode.ts'
import { Project } from '../../model/identity/project.ts'
import { problem } from '../../model/problem.ts'
import type { Changes, Given } from '../../model/resource.ts'
import { countWith, forgetDefaultProject, removeWith } from '../../store/belongings.ts'
import { list } from '../../store/list.ts'
import type { Reading } from '../../store/open.ts'
import { find, findAll, insert, remove, update } from '../../store/resources.ts'
import { projectsOfUser, removeAssignments } from '../../store/role-assignments.ts'
import { removeTokens } from '../../store/tokens.ts'
import type { Asking, Work } from '../ports.ts'
import { domainToFill } from './domains.ts'
import { refuseDuplicate } from './duplicates.ts'
import {
  forbidden,
  homeOf,
  mayAdminister,
  type Rights,
  refuseProtectedProject,
  refuseWithoutAdministrator,
  requireAdministratorOf,
} from './rights.ts'

export async function createProject(work: Work, rights: Rights, given: Given<typeof Project>): Promise<Project> {
  const { id: domain } = await domainToFill(work.tx, rights, given.domain_id || homeOf(rights))
  if (given.parent_id !== null && given.parent_id !== domain) {
    throw problem('ParentNotOffered', { domain, value: given.parent_id })
  }
  const named = { ...given, domain_id: domain }
  await refuseDuplicate(work.tx, 'project', named)
  const id = work.world.ids.hex()
  const project: Project = { ...named, id, parent_id: domain, options: {}, links: { self: '' } }
  await insert(work.tx, Project, project)
  return project
}

/** Whoever may not list them all may look for their own by name. */
export async function listProjects({ tx }: Asking, rights: Rights, listing: Listing): Promise<Project[]> {
  const among = async (scope: Parameters<typeof list>[2]['scope']) =>
    (await list(tx, Project, { ...listing, scope })).map(withParent)
  if (rights.isAdministrator) return among(undefined)
  if (rights.administers !== undefined) return among([{ column: 'domain_id', values: [rights.administers] }])
  const isLookUp = listing.filters.some(({ column }) => column === 'name' || column === 'id')
  if (!isLookUp) throw forbidden(rights)
  return among([{ column: 'id', values: await projectsOfUser(tx, rights.facts.user.id) }])
}

/** The projects that a user has a role in. */
export async function projectsWithRole(tx: Reading, user: string): Promise<Project[]> {
  return (await findAll(tx, Project, await projectsOfUser(tx, user))).map(withParent)
}

export async function showProject({ tx }: Asking, rights: Rights, id: string): Promise<Project> {
  const project = await foundProject(tx, id)
  const isSeen =
    mayAdminister(rights, project.domain_id) || (await projectsOfUser(tx, rights.facts.user.id)).includes(id)
  if (!isSeen) throw problem('ProjectNotFound', { id })
  return project
}

export async function updateProject(
  work: Work,
  rights: Rights,
  id: string,
  changes: Changes<typeof Project>,
): Promise<Project> {
  const before = await projectToChange(work, rights, id)
  const after = changedIdentity(Project, before, changes)
  await refuseDuplicate(work.tx, 'project', after)
  await update(work.tx, Project, id, after)
  if (before.enabled && !after.enabled) {
    await removeTokens(work.tx, { project_id: id })
    await refuseWithoutAdministrator(work.tx)
  }
  return after
}

/** What a project may own: by table, with its name for people. */
const belongings: Readonly<Record<string, string>> = {
  ipsec_site_connection: 'IPsec site connections',
  vpnservice: 'VPN services',
  endpoint_group: 'endpoint groups',
  ikepolicy: 'IKE policies',
  ipsecpolicy: 'IPsec policies',
  router: 'routers',
  port: 'ports',
  subnet: 'subnets',
  network: 'networks',
}

/** @throws Problem 409 naming what the project still has: nothing that carries tunnels goes with it */
export async function deleteProject(work: Work, rights: Rights, id: string): Promise<void> {
  await projectToChange(work, rights, id)
  const left: string[] = []
  for (const [table, words] of Object.entries(belongings)) {
    const count = await countWith(work.tx, table, 'tenant_id', id)
    if (count > 0) left.push(`${count} ${words}`)
  }
  if (left.length > 0) throw problem('ProjectInUse', { id, left: left.join(', ') })
  await removeTokens(work.tx, { project_id: id })
  await removeWith(work.tx, 'application_credential', 'project_id', id)
  await removeWith(work.tx, 'quota', 'tenant_id', id)
  await removeAssignments(work.tx, { project: id })
  await forgetDefaultProject(work.tx, id)
  await remove(work.tx, Project, id)
  await refuseWithoutAdministrator(work.tx)
}

/** @throws Problem 404 */
export async function foundProject(tx: Reading, id: string): Promise<Project> {
  const project = await find(tx, Project, id)
  if (!project) throw problem('ProjectNotFound', { id })
  return withParent(project)
}

/** @throws Problem 403 for whoever may manage none, before it is said whether there is one; 404 */
async function projectToChange({ tx }: Work, rights: Rights, id: string): Promise<Project> {
  if (!rights.isAdministrator && rights.administers === undefined) throw forbidden(rights)
  const project = await foundProject(tx, id)
  requireAdministratorOf(rights, project.domain_id)
  await refuseProtectedProject(tx, rights, id)
  return project
}

/** Projects are in their domain and not in one another. */
function withParent(project: Project): Project {
  return { ...project, parent_id: project.domain_id }
}
