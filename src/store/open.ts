import { Kysely, Migrator, type Transaction } from 'kysely'
import { Secret } from '../model/secret.ts'
import { migrations } from './migrations/index.ts'
import type { Key } from './outbox.ts'
import { SealBroken, type Sealer } from './seal.ts'
import { openSqlite } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** The database of one server. */
export interface Store {
  readonly db: Kysely<Tables>
  readonly sealer: Sealer
  /** Called after each commit that touched gateways or networks, with what to look at again. */
  readonly listeners: Set<(keys: ReadonlySet<Key>) => void>
  close(): Promise<void>
}

/**
 * One write transaction. Store functions take it first, so nobody wonders which one they run in. `touched` collects what
 * the agent has to look at; it is told after the commit, never before.
 */
export interface Tx {
  readonly db: Transaction<Tables>
  readonly sealer: Sealer
  readonly touched: Set<Key>
}

/** For reading outside a transaction; a `Tx` can stand in its place. */
export interface Reading {
  readonly db: Kysely<Tables>
  readonly sealer: Sealer
}

/**
 * Opens the database and brings it to the newest schema.
 * @param file path of the SQLite file, or `:memory:`.
 */
export async function openStore(file: string, sealer: Sealer): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: openSqlite(file) })
  try {
    await migrate(db)
    await checkSeal(db, sealer)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { db, sealer, listeners: new Set(), close: () => db.destroy() }
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw new Error('the database could not be brought to the newest schema', { cause: error })
}

/** A master key that is not the one the secrets were sealed with is found out now, not at the first tunnel. */
async function checkSeal(db: Kysely<Tables>, sealer: Sealer): Promise<void> {
  const place = 'meta:seal-check'
  const row = await db.selectFrom('meta').select('value').where('name', '=', 'seal-check').executeTakeFirst()
  if (!row) {
    const value = sealer.seal(new Secret('seal-check'), place)
    await db.insertInto('meta').values({ name: 'seal-check', value }).execute()
    return
  }
  try {
    sealer.open(row.value, place)
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause
    throw new Error('the master key is not the one this database was sealed with', { cause })
  }
}

/** Runs `work` in one transaction; listeners hear of what it touched after the commit, and of nothing if it throws. */
export async function transaction<T>(store: Store, work: (tx: Tx) => Promise<T>): Promise<T> {
  const touched = new Set<Key>()
  const result = await store.db.transaction().execute((db) => work({ db, sealer: store.sealer, touched }))
  if (touched.size > 0) for (const listener of store.listeners) listener(touched)
  return result
}
