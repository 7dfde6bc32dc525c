import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { runOnce } from './postgres-server.ts'
import { template } from './postgres-setup.ts'

/** An empty database of the kind that this run of the suite is about. */
export interface TestDatabase {
  readonly kind: 'sqlite' | 'postgres'
  readonly url: string
  remove(): Promise<void>
}

/** The suite runs once for each kind; `vitest.config.ts` says which. */
export async function aDatabase(): Promise<TestDatabase> {
  const server = inject('postgres')
  if (server === undefined) return { kind: 'sqlite', url: 'sqlite::memory:', remove: async () => undefined }
  const name = `test_${randomBytes(8).toString('hex')}`
  await runOnce(server, `create database ${name} template ${template}`)
  return {
    kind: 'postgres',
    url: server.replace('/postgres?', `/${name}?`),
    remove: async () => void (await runOnce(server, `drop database if exists ${name} with (force)`)),
  }
}

/** What makes a service of its own process use the database; its usual file where the suite is about SQLite. */
export function environmentOf({ kind, url }: TestDatabase): Record<string, string> {
  return kind === 'sqlite' ? {} : { SALLYPORT_DATABASE_URL: url }
}
