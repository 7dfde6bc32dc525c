import { isKeepable } from '../model/keepable.ts'
import type { Reading, Tx } from './open.ts'
import type { ProjectTable, TokenTable, UserTable } from './tables.ts'

/** Projects, users, roles and tokens. */

export async function findUser(
  { db }: Reading,
  by: { readonly id: string } | { readonly name: string; readonly domain_id: string },
): Promise<UserTable | undefined> {
  if (!isKeepable('id' in by ? by.id : by.name)) return undefined
  const query = db.selectFrom('user').selectAll()
  return 'id' in by
    ? query.where('id', '=', by.id).executeTakeFirst()
    : query.where('name', '=', by.name).where('domain_id', '=', by.domain_id).executeTakeFirst()
}

export async function findProject(
  { db }: Reading,
  by: { readonly id: string } | { readonly name: string; readonly domain_id: string },
): Promise<ProjectTable | undefined> {
  if (!isKeepable('id' in by ? by.id : by.name)) return undefined
  const query = db.selectFrom('project').selectAll()
  return 'id' in by
    ? query.where('id', '=', by.id).executeTakeFirst()
    : query.where('name', '=', by.name).where('domain_id', '=', by.domain_id).executeTakeFirst()
}

/** Names and ids of the roles a user has in a project. */
export async function rolesOf({ db }: Reading, user: string, project: string): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('role_assignment')
    .innerJoin('role', 'role.id', 'role_assignment.role_id')
    .select(['role.id', 'role.name'])
    .where('role_assignment.user_id', '=', user)
    .where('role_assignment.project_id', '=', project)
    .orderBy('role.name')
    .execute()
}

export async function insertToken({ db }: Tx, token: TokenTable): Promise<void> {
  await db.insertInto('token').values(token).execute()
}

export async function findToken({ db }: Reading, hash: string): Promise<TokenTable | undefined> {
  return db.selectFrom('token').selectAll().where('hash', '=', hash).executeTakeFirst()
}

export async function removeToken({ db }: Tx, hash: string): Promise<boolean> {
  const result = await db.deleteFrom('token').where('hash', '=', hash).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Tokens whose time is over. */
export async function removeExpiredTokens({ db }: Tx, now: string): Promise<void> {
  await db.deleteFrom('token').where('expires_at', '<', now).execute()
}

export async function insertProject({ db }: Tx, project: ProjectTable): Promise<void> {
  await db.insertInto('project').values(project).execute()
}

export async function insertUser({ db }: Tx, user: UserTable): Promise<void> {
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

export async function assignRole({ db }: Tx, user_id: string, project_id: string, role_id: string): Promise<void> {
  await db.insertInto('role_assignment').values({ user_id, project_id, role_id }).execute()
}
