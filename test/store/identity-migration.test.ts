import { Kysely, Migrator, sql } from 'kysely'
import { expect, it } from 'vitest'
import { openEngine } from '../../src/store/engine.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import type { Tables } from '../../src/store/tables.ts'
import { aDatabase } from '../support/databases.ts'
import { openedFor } from '../support/opened-for.ts'

it('an installation of the first release gets its domain, and its administrator that of it', async () => {
  const database = await aDatabase()
  const engine = await openEngine(openedFor(database.url))
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  // Databases of the suite on PostgreSQL are copies of one at the newest schema.
  if (database.kind === 'postgres') await sql`drop schema public cascade`.execute(db)
  if (database.kind === 'postgres') await sql`create schema public`.execute(db)
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  expect((await migrator.migrateTo('0003-audit')).error).toBeUndefined()
  const domain_id = 'default'
  await db.insertInto('project').values({ id: 'p', name: 'admin', domain_id, description: '', enabled: 1 }).execute()
  const user = { name: 'admin', domain_id, password_hash: 'x', default_project_id: 'p', enabled: 1 }
  await db
    .insertInto('user')
    .values({ id: 'u', ...user })
    .execute()
  await db.insertInto('role').values({ id: 'r', name: 'admin' }).execute()
  await db.insertInto('role_assignment').values({ user_id: 'u', project_id: 'p', role_id: 'r' }).execute()
  expect((await migrator.migrateToLatest()).error).toBeUndefined()
  expect(await db.selectFrom('domain').select(['id', 'name', 'enabled']).execute()).toEqual([
    { id: 'default', name: 'Default', enabled: 1 },
  ])
  expect(await db.selectFrom('domain_role_assignment').selectAll().execute()).toEqual([
    { user_id: 'u', domain_id: 'default', role_id: 'r' },
  ])
  await engine.close()
  await db.destroy()
  await database.remove()
})
