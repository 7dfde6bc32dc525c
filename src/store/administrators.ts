import type { Reading } from './open.ts'

/** Whether there is anybody who is an administrator of the whole installation and can log in. */
export async function isThereAnAdministrator({ db }: Reading): Promise<boolean> {
  const row = await db
    .selectFrom('role_assignment as a')
    .innerJoin('role as r', 'r.id', 'a.role_id')
    .innerJoin('user as u', 'u.id', 'a.user_id')
    .innerJoin('domain as home', 'home.id', 'u.domain_id')
    .innerJoin('project as p', 'p.id', 'a.project_id')
    .innerJoin('domain as there', 'there.id', 'p.domain_id')
    .select('u.id')
    .where('r.name', '=', 'admin')
    .where('u.enabled', '=', 1)
    .where('u.password_hash', '!=', '')
    .where('home.enabled', '=', 1)
    .where('p.enabled', '=', 1)
    .where('there.enabled', '=', 1)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether the user has the role `admin` in any project, or on any domain but `domain`. */
export async function isAdministratorBeyond({ db }: Reading, user: string, domain: string): Promise<boolean> {
  const inProject = await db
    .selectFrom('role_assignment as a')
    .innerJoin('role as r', 'r.id', 'a.role_id')
    .select('r.id')
    .where('r.name', '=', 'admin')
    .where('a.user_id', '=', user)
    .executeTakeFirst()
  if (inProject) return true
  const onDomain = await db
    .selectFrom('domain_role_assignment as a')
    .innerJoin('role as r', 'r.id', 'a.role_id')
    .select('r.id')
    .where('r.name', '=', 'admin')
    .where('a.user_id', '=', user)
    .where('a.domain_id', '!=', domain)
    .executeTakeFirst()
  return onDomain !== undefined
}

/** Whether anybody has the role `admin` in the project. */
export async function hasAdministrator({ db }: Reading, project: string): Promise<boolean> {
  const row = await db
    .selectFrom('role_assignment as a')
    .innerJoin('role as r', 'r.id', 'a.role_id')
    .select('r.id')
    .where('r.name', '=', 'admin')
    .where('a.project_id', '=', project)
    .executeTakeFirst()
  return row !== undefined
}
