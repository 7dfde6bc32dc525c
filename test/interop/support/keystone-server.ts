import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Json } from '../../support/client.ts'
import { until } from '../../support/until.ts'

const run = promisify(execFile)
const adminPassword = 'admin of Keystone'
const domain = { id: 'default' }
/** Keystone is an application for somebody else's HTTP server; Python has one, which answers one request after the other. */
const serving = `
import sys
from wsgiref.simple_server import make_server
from keystone.server.wsgi import initialize_public_application
port = int(sys.argv.pop())
make_server('127.0.0.1', port, initialize_public_application()).serve_forever()
`

/** What a token is for. */
export type Scope = { readonly project: string } | 'system' | 'none'

/** The distribution's Keystone, with a database and keys of its own, at a port of loopback. */
export class KeystoneServer {
  readonly #folder: string
  readonly #port: number
  #process: ChildProcess | undefined
  #adminToken: string | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  static async open(): Promise<KeystoneServer> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-keystone-'))
    const server = new KeystoneServer(folder, await freePort())
    try {
      await server.#setUp()
    } catch (error) {
      await server.close()
      throw error
    }
    return server
  }

  async #setUp(): Promise<void> {
    for (const keys of ['fernet', 'credential']) await mkdir(join(this.#folder, keys), { mode: 0o700 })
    await writeFile(join(this.#folder, 'keystone.conf'), this.#configuration())
    await this.#manage('db_sync')
    await this.#letReadersBe()
    const { uid, gid } = userInfo()
    const owner = ['--keystone-user', String(uid), '--keystone-group', String(gid)]
    await this.#manage('fernet_setup', ...owner)
    await this.#manage('credential_setup', ...owner)
    const addresses = ['public', 'internal', 'admin'].flatMap((name) => [`--bootstrap-${name}-url`, this.url])
    const region = ['--bootstrap-region-id', 'RegionOne']
    await this.#manage('bootstrap', '--bootstrap-password', adminPassword, ...region, ...addresses)
    await this.start()
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/v3`
  }

  /** Variables for the `openstack` command. The administrator, if nobody is named. */
  environment(user = 'admin', project = 'admin', password = adminPassword): Readonly<Record<string, string>> {
    return {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: this.#folder,
      OS_AUTH_URL: this.url,
      OS_IDENTITY_API_VERSION: '3',
      OS_USERNAME: user,
      OS_PASSWORD: password,
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_NAME: project,
      OS_PROJECT_DOMAIN_NAME: 'Default',
      OS_REGION_NAME: 'RegionOne',
    }
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const child = spawn('/usr/bin/python3', ['-c', serving, String(this.#port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        OS_KEYSTONE_CONFIG_DIR: this.#folder,
        OS_KEYSTONE_CONFIG_FILES: join(this.#folder, 'keystone.conf'),
      },
    })
    let log = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000)
    })
    this.#process = child
    const answers = async () => {
      if (child.exitCode !== null) throw new Error(`keystone ended with ${child.exitCode}: ${log}`)
      try {
        return (await fetch(this.url, { signal: AbortSignal.timeout(5_000) })).ok
      } catch {
        // Not yet; the deadline says when it is too late.
        return false
      }
    }
    await until(answers, { what: 'Keystone', deadlineMs: 30_000, everyMs: 50 })
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async close(): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** A request of the administrator. @throws Error when it is refused */
  async request(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Json> {
    this.#adminToken ??= await this.logIn('admin', adminPassword, { project: 'admin' })
    return (await this.#send(method, path, { 'x-auth-token': this.#adminToken, ...headers }, body)).body
  }

  /** @returns a token. @throws Error when the log-in is refused */
  async logIn(user: string, password: string, scope: Scope): Promise<string> {
    const scoped =
      scope === 'none'
        ? {}
        : { scope: scope === 'system' ? { system: { all: true } } : { project: { name: scope.project, domain } } }
    const identity = { methods: ['password'], password: { user: { name: user, password, domain } } }
    const answer = await this.#send('POST', '/auth/tokens', {}, { auth: { identity, ...scoped } })
    return answer.headers.get('x-subject-token') ?? ''
  }

  /** Makes a user with a role in a project, which is made if it is not there. @returns the user's id */
  async makeUser(name: string, password: string, role: string, project: string): Promise<string> {
    const { user } = await this.request('POST', '/users', { user: { name, password, domain_id: domain.id } })
    const known = (await this.request('GET', `/projects?name=${project}`)).projects[0]
    const { id } =
      known ?? (await this.request('POST', '/projects', { project: { name: project, domain_id: domain.id } })).project
    const [{ id: roleId }] = (await this.request('GET', `/roles?name=${role}`)).roles
    await this.request('PUT', `/projects/${id}/users/${user.id}/roles/${roleId}`)
    return user.id
  }

  revoke(token: string): Promise<Json> {
    return this.request('DELETE', '/auth/tokens', undefined, { 'x-subject-token': token })
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: object) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      signal: AbortSignal.timeout(10_000),
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`Keystone answers ${method} ${path} with ${answer.status}: ${text}`)
    const decoded: Json = text ? JSON.parse(text) : undefined
    return { headers: answer.headers, body: decoded }
  }

  /** Its readers, which may keep a transaction open, would otherwise keep its writers out: "database is locked". */
  async #letReadersBe(): Promise<void> {
    const program = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("pragma journal_mode = wal")'
    await run('/usr/bin/python3', ['-c', program, join(this.#folder, 'keystone.db')])
  }

  async #manage(...args: readonly string[]): Promise<void> {
    await run('/usr/bin/keystone-manage', ['--config-file', join(this.#folder, 'keystone.conf'), ...args])
  }

  #configuration(): string {
    return `[DEFAULT]
log_file = ${this.#folder}/keystone.log
public_endpoint = ${this.url.replace(/\/v3$/, '')}
[database]
connection = sqlite:///${this.#folder}/keystone.db
[fernet_tokens]
key_repository = ${this.#folder}/fernet
[fernet_receipts]
key_repository = ${this.#folder}/fernet
[credential]
key_repository = ${this.#folder}/credential
[identity]
password_hash_rounds = 4
`
  }
}

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port')
  return address.port
}
