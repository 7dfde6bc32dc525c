import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { until } from './until.ts'

const run = promisify(execFile)

/** `nobody`, on every Linux: PostgreSQL does not run as root. */
const nobody = { uid: 65_534, gid: 65_534 }
const user = 'sallyport'

/** A PostgreSQL server of the tests' own, with nothing in it, reached through a socket in its folder only. */
export class PostgresServer {
  readonly #folder: string
  readonly #programs: string
  #process: ChildProcess | undefined
  #databases = 0

  private constructor(folder: string, programs: string) {
    this.#folder = folder
    this.#programs = programs
  }

  static async open(): Promise<PostgresServer> {
    const programs = await programsOf()
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-postgres-'))
    if (process.getuid?.() === 0) await chown(folder, nobody.uid, nobody.gid)
    const server = new PostgresServer(folder, programs)
    // A locale in which texts sort otherwise than by their bytes: ours must not depend on it.
    const locale = ['--locale-provider=icu', '--icu-locale=en', '--locale=C.UTF-8']
    const options = ['-D', join(folder, 'data'), '-U', user, '-A', 'trust', '-E', 'UTF8', '--no-sync', ...locale]
    await run(join(programs, 'initdb'), options, { ...server.#who, cwd: folder })
    await server.start()
    return server
  }

  get #who() {
    return process.getuid?.() === 0 ? nobody : {}
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: this.#folder,
      max_connections: '400',
      // What these tests try does not depend on the disk.
      fsync: 'off',
      full_page_writes: 'off',
    }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(this.#programs, 'postgres'), ['-D', join(this.#folder, 'data'), ...options], {
      ...this.#who,
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let log = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000)
    })
    this.#process = child
    const answers = async () => {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}: ${log}`)
      try {
        await this.run('postgres', 'select 1')
        return true
      } catch {
        // Not yet; the deadline says when it is too late.
        return false
      }
    }
    await until(answers, { what: 'the PostgreSQL server', deadlineMs: 20_000 })
  }

  get pid(): number {
    const pid = this.#process?.pid
    if (pid === undefined) throw new Error('the PostgreSQL server does not run')
    return pid
  }

  /** Ends it; connections break. */
  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return
    const ended = once(child, 'exit')
    // "Immediate": what is being done is cut off.
    child.kill('SIGQUIT')
    await ended
  }

  async close(): Promise<void> {
    await this.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  urlOf(database: string): string {
    return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(this.#folder)}`
  }

  /** Address of a new database. */
  async database(): Promise<string> {
    this.#databases += 1
    const name = `test_${process.pid}_${this.#databases}`
    await this.run('postgres', `create database ${name}`)
    return this.urlOf(name)
  }

  async run(database: string, statement: string): Promise<Record<string, unknown>[]> {
    return runOnce(this.urlOf(database), statement)
  }
}

/** One statement on a connection of its own. */
export async function runOnce(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Where the server's programs are: Debian's newest release there is, or the one of other distributions. */
async function programsOf(): Promise<string> {
  const base = '/usr/lib/postgresql'
  const releases = existsSync(base) ? (await readdir(base)).filter((name) => /^\d+$/.test(name)) : []
  const newest = releases.map(Number).sort((one, other) => other - one)[0]
  const places = [...(newest === undefined ? [] : [join(base, String(newest), 'bin')]), '/usr/bin']
  const found = places.find((place) => existsSync(join(place, 'initdb')))
  if (found === undefined) throw new Error('there is no PostgreSQL server on this machine')
  return found
}
