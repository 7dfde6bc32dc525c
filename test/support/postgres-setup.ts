import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/store/open.ts'
import { openedFor } from './opened-for.ts'
import { PostgresServer } from './postgres-server.ts'

/** A database at the newest schema, which those of the tests are copies of. */
export const template = 'sallyport_template'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a database of the tests' PostgreSQL server; absent where the suite runs on SQLite. */
    postgres?: string
  }
}

/** Before the suite on PostgreSQL: one server for all its files. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await PostgresServer.open()
  await server.run('postgres', `create database ${template}`)
  const { close } = await openDatabase(openedFor(server.urlOf(template)))
  await close()
  provide('postgres', server.urlOf('postgres'))
  return () => server.close()
}
