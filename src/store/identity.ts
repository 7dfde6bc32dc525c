import type { Insertable, Selectable } from 'kysely'
import { isKeepable } from '../model/keepable.ts'
import type { Reading, Tx } from './open.ts'
import type { AnyTable } from './resources.ts'
import type { ApplicationCredentialTable, DomainTable, ProjectTable, UserTable } from './tables.ts'

/** Domains, projects, users and application credentials, as a log-in looks for them. */
export type DomainRow = Selectable<DomainTable>
export type ProjectRow = Selectable<ProjectTable>
export type UserRow = Selectable<UserTable>
export type ApplicationCredentialRow = Selectable<ApplicationCredentialTable>

/** What is meant: an id, or a name that is unique in its domain. */
type ByIdOrName = { readonly id: string } | { readonly name: string; readonly domain_id: string }

export async function findDomain(
  { db }: Reading,
  by: { readonly id: string } | { readonly name: string },
): Promise<DomainRow | undefined> {
  if (!isKeepable('id' in by ? by.id : by.name)) return undefined
  const query = db.selectFrom('domain').selectAll()
  return 'id' in by
    ? query.where('id', '=', by.id).executeTakeFirst()
    : query.where('name', '=', by.name).executeTakeFirst()
}

export async function findUser({ db }: Reading, by: ByIdOrName): Promise<UserRow | undefined> {
  if (!isKeepable('id' in by ? by.id : by.name)) return undefined
  const query = db.selectFrom('user').selectAll()
  return 'id' in by
    ? query.where('id', '=', by.id).executeTakeFirst()
    : query.where('name', '=', by.name).where('domain_id', '=', by.domain_id).executeTakeFirst()
}

export async function isThereAnyUser({ db }: Reading): Promise<boolean> {
  return (await db.selectFrom('user').select('id').limit(1).executeTakeFirst()) !== undefined
}

export async function findProject({ db }: Reading, by: ByIdOrName): Promise<ProjectRow | undefined> {
  if (!isKeepable('id' in by ? by.id : by.name)) return undefined
  const query = db.selectFrom('project').selectAll()
  return 'id' in by
    ? query.where('id', '=', by.id).executeTakeFirst()
    : query.where('name', '=', by.name).where('domain_id', '=', by.domain_id).executeTakeFirst()
}

export async function findApplicationCredential(
  { db }: Reading,
  by: { readonly id: string } | { readonly name: string; readonly user_id: string },
): Promise<ApplicationCredentialRow | undefined> {
  if (!isKeepable('id' in by ? by.id : by.name)) return undefined
  const query = db.selectFrom('application_credential').selectAll()
  return 'id' in by
    ? query.where('id', '=', by.id).executeTakeFirst()
    : query.where('name', '=', by.name).where('user_id', '=', by.user_id).executeTakeFirst()
}

export async function insertDomain({ db }: Tx, domain: Insertable<DomainTable>): Promise<void> {
  await db.insertInto('domain').values(domain).execute()
}

export async function insertProject({ db }: Tx, project: Insertable<ProjectTable>): Promise<void> {
  await db.insertInto('project').values(project).execute()
}

export async function insertUser({ db }: Tx, user: Insertable<UserTable>): Promise<void> {
  await db.insertInto('user').values(user).execute()
}

export async function changePassword({ db }: Tx, user: string, password_hash: string): Promise<void> {
  await db.updateTable('user').set({ password_hash }).where('id', '=', user).execute()
}

export async function insertRole({ db }: Tx, id: string, name: string): Promise<void> {
  await db.insertInto('role').values({ id, name }).execute()
}

export async function findRole({ db }: Reading, name: string): Promise<{ id: string; name: string } | undefined> {
  return db.selectFrom('role').selectAll().where('name', '=', name).executeTakeFirst()
}

/** Whether something else of the kind has the name; of projects and users, in the same domain. */
export async function isNameTaken(
  { db }: Reading,
  table: 'domain' | 'role' | 'project' | 'user',
  name: string,
  { domain, but }: { readonly domain?: string; readonly but?: string } = {},
): Promise<boolean> {
  let query = db.withTables<AnyTable>().selectFrom(table).select('id').where('name', '=', name)
  if (domain !== undefined) query = query.where('domain_id', '=', domain)
  if (but !== undefined) query = query.where('id', '!=', but)
  return (await query.executeTakeFirst()) !== undefined
}
