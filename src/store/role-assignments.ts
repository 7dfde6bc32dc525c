import type { Reading, Tx } from './open.ts'

/** What a role is given on: a project or a domain. */
export type Target = { readonly project: string } | { readonly domain: string }

/** A role of a user on a project or on a domain. */
export interface Assignment {
  readonly user: string
  readonly role: string
  readonly target: Target
}

export interface NamedRole {
  readonly id: string
  readonly name: string
}

/** The roles that a user was given in a project, by name. */
export async function rolesOf({ db }: Reading, user: string, project: string): Promise<NamedRole[]> {
  return db
    .selectFrom('role_assignment')
    .innerJoin('role', 'role.id', 'role_assignment.role_id')
    .select(['role.id', 'role.name'])
    .where('role_assignment.user_id', '=', user)
    .where('role_assignment.project_id', '=', project)
    .orderBy('role.name')
    .execute()
}

/** The roles that a user was given on a domain, by name. */
export async function domainRolesOf({ db }: Reading, user: string, domain: string): Promise<NamedRole[]> {
  return db
    .selectFrom('domain_role_assignment')
    .innerJoin('role', 'role.id', 'domain_role_assignment.role_id')
    .select(['role.id', 'role.name'])
    .where('domain_role_assignment.user_id', '=', user)
    .where('domain_role_assignment.domain_id', '=', domain)
    .orderBy('role.name')
    .execute()
}

/** Those of the names that are roles. */
export async function rolesNamed({ db }: Reading, names: readonly string[]): Promise<NamedRole[]> {
  return db.selectFrom('role').select(['id', 'name']).where('name', 'in', names).execute()
}

/** The projects that a user has any role in, in the order of their ids. */
export async function projectsOfUser({ db }: Reading, user: string): Promise<string[]> {
  const rows = await db
    .selectFrom('role_assignment')
    .select('project_id')
    .distinct()
    .where('user_id', '=', user)
    .orderBy('project_id')
    .execute()
  return rows.map(({ project_id }) => project_id)
}

/** The domains that a user has any role on, in the order of their ids. */
export async function domainsOfUser({ db }: Reading, user: string): Promise<string[]> {
  const rows = await db
    .selectFrom('domain_role_assignment')
    .select('domain_id')
    .distinct()
    .where('user_id', '=', user)
    .orderBy('domain_id')
    .execute()
  return rows.map(({ domain_id }) => domain_id)
}

export async function assignRole({ db }: Tx, user_id: string, project_id: string, role_id: string): Promise<void> {
  await db.insertInto('role_assignment').values({ user_id, project_id, role_id }).execute()
}

/** Gives the role; no change where the user has it. */
export async function giveRole({ db }: Tx, { user, role, target }: Assignment): Promise<void> {
  if ('project' in target) {
    const row = { user_id: user, project_id: target.project, role_id: role }
    await db
      .insertInto('role_assignment')
      .values(row)
      .onConflict((same) => same.doNothing())
      .execute()
    return
  }
  const row = { user_id: user, domain_id: target.domain, role_id: role }
  await db
    .insertInto('domain_role_assignment')
    .values(row)
    .onConflict((same) => same.doNothing())
    .execute()
}

/** @returns whether the user had it. */
export async function takeRole({ db }: Tx, { user, role, target }: Assignment): Promise<boolean> {
  const { numDeletedRows } =
    'project' in target
      ? await db
          .deleteFrom('role_assignment')
          .where('user_id', '=', user)
          .where('role_id', '=', role)
          .where('project_id', '=', target.project)
          .executeTakeFirst()
      : await db
          .deleteFrom('domain_role_assignment')
          .where('user_id', '=', user)
          .where('role_id', '=', role)
          .where('domain_id', '=', target.domain)
          .executeTakeFirst()
  return numDeletedRows > 0n
}

/** An assignment with the names of what it is about. */
export interface NamedAssignment {
  readonly user_id: string
  readonly user_name: string
  readonly user_domain_id: string
  readonly user_domain_name: string
  readonly role_id: string
  readonly role_name: string
  /** Absent: it is on the domain. */
  readonly project_id?: string
  readonly project_name?: string
  /** The domain itself, or the project's. */
  readonly domain_id: string
  readonly domain_name: string
}

/** Which assignments; every condition that is given has to hold. */
export interface AssignmentFilter {
  readonly user?: string | undefined
  readonly role?: string | undefined
  readonly project?: string | undefined
  readonly domain?: string | undefined
}

export async function assignmentsInProjects({ db }: Reading, filter: AssignmentFilter): Promise<NamedAssignment[]> {
  if (filter.domain !== undefined) return []
  let query = db
    .selectFrom('role_assignment as a')
    .innerJoin('user as u', 'u.id', 'a.user_id')
    .innerJoin('role as r', 'r.id', 'a.role_id')
    .innerJoin('project as p', 'p.id', 'a.project_id')
    .innerJoin('domain as home', 'home.id', 'u.domain_id')
    .innerJoin('domain as d', 'd.id', 'p.domain_id')
    .select(['u.id as user_id', 'u.name as user_name', 'home.id as user_domain_id', 'home.name as user_domain_name'])
    .select(['r.id as role_id', 'r.name as role_name'])
    .select(['p.id as project_id', 'p.name as project_name', 'd.id as domain_id', 'd.name as domain_name'])
  if (filter.user !== undefined) query = query.where('a.user_id', '=', filter.user)
  if (filter.role !== undefined) query = query.where('a.role_id', '=', filter.role)
  if (filter.project !== undefined) query = query.where('a.project_id', '=', filter.project)
  return query.orderBy('a.user_id').orderBy('a.project_id').orderBy('a.role_id').execute()
}

export async function assignmentsOnDomains({ db }: Reading, filter: AssignmentFilter): Promise<NamedAssignment[]> {
  if (filter.project !== undefined) return []
  let query = db
    .selectFrom('domain_role_assignment as a')
    .innerJoin('user as u', 'u.id', 'a.user_id')
    .innerJoin('role as r', 'r.id', 'a.role_id')
    .innerJoin('domain as home', 'home.id', 'u.domain_id')
    .innerJoin('domain as d', 'd.id', 'a.domain_id')
    .select(['u.id as user_id', 'u.name as user_name', 'home.id as user_domain_id', 'home.name as user_domain_name'])
    .select(['r.id as role_id', 'r.name as role_name', 'd.id as domain_id', 'd.name as domain_name'])
  if (filter.user !== undefined) query = query.where('a.user_id', '=', filter.user)
  if (filter.role !== undefined) query = query.where('a.role_id', '=', filter.role)
  if (filter.domain !== undefined) query = query.where('a.domain_id', '=', filter.domain)
  return query.orderBy('a.user_id').orderBy('a.domain_id').orderBy('a.role_id').execute()
}

/** Takes every role from a user, or all roles in a project or on a domain from everybody, or a role from everybody. */
export async function removeAssignments({ db }: Tx, of: AssignmentFilter): Promise<void> {
  if (of.domain === undefined) {
    let query = db.deleteFrom('role_assignment')
    if (of.user !== undefined) query = query.where('user_id', '=', of.user)
    if (of.role !== undefined) query = query.where('role_id', '=', of.role)
    if (of.project !== undefined) query = query.where('project_id', '=', of.project)
    await query.execute()
  }
  if (of.project === undefined) {
    let query = db.deleteFrom('domain_role_assignment')
    if (of.user !== undefined) query = query.where('user_id', '=', of.user)
    if (of.role !== undefined) query = query.where('role_id', '=', of.role)
    if (of.domain !== undefined) query = query.where('domain_id', '=', of.domain)
    await query.execute()
  }
}
