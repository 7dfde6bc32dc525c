import { PostgresDialect, sql } from 'kysely'
import { Pool, types } from 'pg'
import type { DatabaseOptions, Engine } from './engine.ts'
import { announcements, PostgresListener } from './postgres-listener.ts'
import { inWords, PatientPool } from './postgres-pool.ts'
import { createTurns } from './turns.ts'

/** Oldest release that is tried (`docs/guide/postgresql.md`). */
const oldestVersion = 14

/** Longest waits, in milliseconds: none of them is reached unless something is wrong. */
const limits = {
  connectionTimeoutMillis: 5_000,
  statement_timeout: 30_000,
  /** For the writer before this one. */
  lock_timeout: 10_000,
  /** A process that was stopped in a transaction must not keep all others from writing. */
  idle_in_transaction_session_timeout: 15_000,
}

/** Key of the advisory lock that a writing transaction holds; that of the server is in `postgres-listener.ts`. */
const writerLock = 0x5a11_0001

/**
 * A PostgreSQL server. Writing transactions follow one another as in SQLite: within the process they take turns, which
 * keeps waiting ones from taking all connections, and across processes an advisory lock decides.
 *
 * @throws Error in words for the operator: not reachable, too old, not UTF-8, in use.
 */
export async function openPostgres(options: DatabaseOptions): Promise<Engine> {
  const { url, clock, onLost, isShared = false } = options
  let isClosing = false
  // A connection that is being closed may still be told that the server ends it.
  const onTrouble = (error: unknown) => {
    if (!isClosing) options.onTrouble(error)
  }
  const config = {
    connectionString: url,
    application_name: 'sallyport',
    keepAlive: true,
    types: { getTypeParser },
    ...limits,
  }
  const pool = new Pool({ ...config, max: 10 })
  // An idle connection that breaks is replaced at its next use; without a listener the event would end the process.
  pool.on('error', onTrouble)
  pool.on('connect', (client) => client.on('error', onTrouble))
  const listener = new PostgresListener({ config, clock, onTrouble, onLost, isAlone: !isShared })
  try {
    await refuseUnsuitable(pool)
    await listener.start()
  } catch (error) {
    await listener.close()
    await pool.end()
    throw error
  }
  const turns = createTurns()
  return {
    name: 'postgres',
    dialect: new PostgresDialect({ pool: new PatientPool(pool) }),
    get isAnswering() {
      return listener.isConnected
    },
    writeAlone: turns,
    begin: async (tx) => void (await sql`select pg_advisory_xact_lock(${writerLock})`.execute(tx)),
    announce: async (tx) => void (await sql`select pg_notify(${announcements}, '')`.execute(tx)),
    listen: (callback) => listener.onNews(callback),
    close: () => {
      isClosing = true
      return listener.close()
    },
  }
}

/** Counts and sequences come as numbers: none of ours reaches 2^53. */
const getTypeParser: typeof types.getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser

async function refuseUnsuitable(pool: Pool): Promise<void> {
  let facts: { version: string; encoding: string } | undefined
  try {
    const { rows } = await pool.query<{ version: string; encoding: string }>(
      `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`,
    )
    facts = rows[0]
  } catch (cause) {
    throw new Error(`the PostgreSQL database cannot be used: ${inWords(cause)}`, { cause })
  }
  if (Number(facts?.version) < oldestVersion * 10_000) {
    throw new Error(`PostgreSQL ${oldestVersion} or newer is needed; this server has ${facts?.version}`)
  }
  if (facts?.encoding !== 'UTF8') {
    throw new Error(`the database has to be encoded in UTF8; it is in ${facts?.encoding}`)
  }
}
