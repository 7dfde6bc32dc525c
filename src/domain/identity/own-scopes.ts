import { Domain } from '../../model/identity/domain.ts'
import type { Project } from '../../model/identity/project.ts'
import { findAll } from '../../store/resources.ts'
import type { Asking } from '../ports.ts'
import { factsOfUser, type ScopeIds } from '../token-facts.ts'
import { ownDomains } from './domains.ts'
import { projectsWithRole } from './projects.ts'
import type { Rights } from './rights.ts'

/** The projects that the caller can log in to. */
export async function ownProjects({ tx }: Asking, rights: Rights): Promise<Project[]> {
  const projects: Project[] = []
  for (const project of await projectsWithRole(tx, rights.facts.user.id)) {
    if (await canLogIn(tx, rights, { project: project.id })) projects.push(project)
  }
  return projects
}

/** The domains that the caller can log in to. */
export async function ownDomainsToLogIn({ tx }: Asking, rights: Rights): Promise<Domain[]> {
  const ids: string[] = []
  for (const domain of await ownDomains(tx, rights)) if (await canLogIn(tx, rights, { domain })) ids.push(domain)
  return findAll(tx, Domain, ids)
}

async function canLogIn(tx: Asking['tx'], { facts }: Rights, scope: ScopeIds): Promise<boolean> {
  const { methods, issuedAt, expiresAt, auditId } = facts
  return (await factsOfUser(tx, facts.user.id, scope, { methods, issuedAt, expiresAt, auditId })) !== undefined
}
