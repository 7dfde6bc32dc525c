import { Kysely, Migrator, type Transaction } from 'kysely'
import { Secret } from '../model/secret.ts'
import { type DatabaseOptions, type Engine, openEngine } from './engine.ts'
import { migrations } from './migrations/index.ts'
import type { Key } from './outbox.ts'
import { RememberedObjects } from './remembered.ts'
import { SealBroken, type Sealer } from './seal.ts'
import type { Tables } from './tables.ts'

/** Of a kind. Enough for the largest installation measured: some 30 MB when all its connections were asked for. */
const objectsRemembered = 10_000

/** The database of one server. */
export interface Store {
  readonly db: Kysely<Tables>
  readonly sealer: Sealer
  readonly remembered: RememberedObjects
  readonly engine: Engine
  /** Called after each commit that touched gateways or networks: there is something to read in the outbox. */
  readonly listeners: Set<() => void>
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
  /** Absent in a transaction. */
  readonly remembered?: RememberedObjects
}

/** A database at the newest schema, whatever is in it. */
export interface OpenDatabase {
  readonly db: Kysely<Tables>
  readonly engine: Engine
  close(): Promise<void>
}

/** @throws Error in words for the operator when it cannot be used. */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const engine = await openEngine(options)
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  const close = async () => {
    await engine.close()
    await db.destroy()
  }
  try {
    await migrate(db)
  } catch (error) {
    await close()
    throw error
  }
  return { db, engine, close }
}

/**
 * Opens the database of a server.
 * @throws Error in words for the operator: it cannot be used, or was sealed with another master key.
 */
export async function openStore(options: DatabaseOptions, sealer: Sealer): Promise<Store> {
  const { db, engine, close } = await openDatabase(options)
  try {
    await checkSeal(db, sealer)
  } catch (error) {
    await close()
    throw error
  }
  const listeners = new Set<() => void>()
  engine.listen(() => tell(listeners))
  return { db, sealer, remembered: new RememberedObjects(objectsRemembered), engine, listeners, close }
}

function tell(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener()
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
  const { engine, sealer, listeners } = store
  const touched = new Set<Key>()
  const result = await engine.writeAlone(() =>
    store.db.transaction().execute(async (db) => {
      await engine.begin(db)
      const done = await work({ db, sealer, touched })
      if (touched.size > 0) await engine.announce(db)
      return done
    }),
  )
  if (touched.size > 0) tell(listeners)
  return result
}
