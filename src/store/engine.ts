import type { Dialect, Transaction } from 'kysely'
import type { Clock } from '../model/clock.ts'
import { openSqlite } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** What the databases do each in their own way, beneath statements that are the same for all. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  readonly dialect: Dialect
  /** Whether the database was there when it was last spoken to. */
  readonly isAnswering: boolean
  /**
   * One writer at a time, in this process and beyond it: what a transaction has read holds until its commit, so rules
   * that count or look for users of an object need no locks of their own (`docs/decisions/0010`).
   */
  writeAlone<T>(write: () => Promise<T>): Promise<T>
  /** First statement of each write transaction. */
  begin(tx: Transaction<Tables>): Promise<void>
  /** Last statement of a transaction that others should hear of: they are told with its commit, and only then. */
  announce(tx: Transaction<Tables>): Promise<void>
  /** Calls back after each commit that was announced, by whichever process, and whenever one may have been missed. */
  listen(callback: () => void): void
  close(): Promise<void>
}

/** Where a database is, and how it is opened. */
export interface DatabaseOptions {
  /** `sqlite:///absolute/path`, `sqlite::memory:` or `postgres://user:password@host:port/name`. */
  readonly url: string
  readonly clock: Clock
  /** Told of trouble with a running database that no request stands behind. */
  readonly onTrouble: (error: unknown) => void
  /** Another server uses the database now: this one has to end. */
  readonly onLost: (error: Error) => void
  /**
   * Several processes may have the database open: for tests. A server is alone with its database, because two would
   * each drive all gateways.
   */
  readonly isShared?: boolean
}

/** @throws Error in words for the operator when the database cannot be used. */
export async function openEngine(options: DatabaseOptions): Promise<Engine> {
  const { url } = options
  // Loaded where it is used: its client takes a good part of a start that does not need it.
  if (isPostgresUrl(url)) return (await import('./postgres.ts')).openPostgres(options)
  const path = sqlitePath(url)
  if (path === undefined) throw new Error('a database is sqlite:///absolute/path or postgres://user@host/name')
  return openSqlite(path)
}

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url)
}

/** The file that a URL names; `undefined` for what is no SQLite URL. */
export function sqlitePath(url: string): string | undefined {
  return /^sqlite:(?:\/\/)?(\/.+|:memory:)$/.exec(url)?.[1]
}
