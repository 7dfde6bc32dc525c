import { isAbsolute } from 'node:path'
import { ConfigurationError } from '../config/load.ts'
import { type CopiedTable, copyDatabase } from '../store/copy.ts'
import { type DatabaseOptions, isPostgresUrl, sqlitePath } from '../store/engine.ts'
import { openDatabase } from '../store/open.ts'
import { systemClock } from './world.ts'

/**
 * `sallyport database copy FROM TO`: every row of one database into another, empty one, compared afterwards. The service
 * has to be stopped: a database that it uses is refused.
 *
 * @param write told each line of progress
 * @throws Error in words for the operator
 */
export async function copyBetween(from: string, to: string, write: (line: string) => void): Promise<void> {
  const onTrouble = (error: unknown) =>
    write(`trouble with a database: ${error instanceof Error ? error.message : error}`)
  const [source, target] = [optionsOf(from, 'FROM', onTrouble), optionsOf(to, 'TO', onTrouble)]
  if (source.url === target.url) throw new ConfigurationError('FROM and TO are the same database')
  const opened = await openDatabase(source)
  try {
    const other = await openDatabase(target)
    try {
      const tell = ({ table, rows }: CopiedTable) => write(`${table.padEnd(24)}${String(rows).padStart(9)} rows`)
      const tables = await copyDatabase(opened, other, tell)
      const rows = tables.reduce((sum, table) => sum + table.rows, 0)
      write(`copied ${rows} rows of ${tables.length} tables; read again, both sides have the same rows in each`)
      write('next: set SALLYPORT_DATABASE_URL to the new database, keep the master key, and start the service')
    } finally {
      await other.close()
    }
  } finally {
    await opened.close()
  }
}

/** @throws ConfigurationError for what is no database. */
function optionsOf(text: string, which: string, onTrouble: DatabaseOptions['onTrouble']): DatabaseOptions {
  const url = isAbsolute(text) ? `sqlite://${text}` : text
  if (!isPostgresUrl(url) && sqlitePath(url) === undefined) {
    throw new ConfigurationError(`${which} has to be an absolute path, sqlite:///path or postgres://user@host/name`)
  }
  // Everybody on the machine can read a command's arguments.
  if (isPostgresUrl(url) && /^[^:]+:\/\/[^/@]*:[^/@]*@/.test(url)) {
    throw new ConfigurationError(`${which} must not hold a password; put it into PGPASSWORD or ~/.pgpass`)
  }
  // What is lost while it is copied is found out by the next statement.
  return { url, clock: systemClock, onTrouble, onLost: onTrouble }
}
