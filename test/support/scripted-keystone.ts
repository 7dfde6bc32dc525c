import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What the Keystone does with every request from now on. */
export type Mood = 'well' | 'silent' | 'failing' | 'no JSON' | 'no token' | 'somebody else’s 404' | 'cut off'

export interface ScriptedToken {
  readonly user?: string
  readonly project?: string
  readonly roles?: readonly string[]
  readonly scope?: 'project' | 'domain' | 'system' | 'none'
  /** Time of its end, in milliseconds. */
  readonly expiresAt?: number
  readonly isAdminProject?: boolean
}

/** The service user's name and password. */
export const account = { name: 'sallyport', password: 'of the service' }

/**
 * A Keystone that says what a test scripts: a real HTTP server on loopback with log-in and validation, which can be silent,
 * fail, talk rubbish, or be away, and counts what it was asked.
 */
export class ScriptedKeystone {
  mood: Mood = 'well'
  /** May the service user validate? */
  mayValidate = true
  password = account.password
  /** Life of the service user's tokens, in milliseconds. */
  serviceLifeMs = 3_600_000
  /** Ends every connection at the second request it carries. */
  keepsNothing = false
  /** How much its clock is behind, in milliseconds. */
  behindMs = 0
  logIns = 0
  /** Of tokens other than the service user's own, by token. */
  readonly validations: string[] = []
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve()

  readonly #tokens = new Map<string, ScriptedToken>()
  readonly #serviceTokens = new Set<string>()
  readonly #used = new WeakSet<Socket>()
  readonly #now: () => number
  #server: Server | undefined
  #port = 0

  private constructor(now: () => number) {
    this.#now = () => now() - this.behindMs
  }

  /** @param now its time of day; the machine's otherwise */
  static async open(now: () => number = () => Date.now()): Promise<ScriptedKeystone> {
    const keystone = new ScriptedKeystone(now)
    await keystone.come()
    return keystone
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/v3`
  }

  /** Listens, at the same port as before. */
  async come(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#port = (server.address() as AddressInfo).port
  }

  /** Ends, with every connection to it. */
  async go(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const ended = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await ended
  }

  issue(token: string, what: ScriptedToken = {}): string {
    this.#tokens.set(token, what)
    return token
  }

  revoke(token: string): void {
    this.#tokens.delete(token)
  }

  /** As after a change of the service user's password. */
  revokeServiceTokens(): void {
    this.#serviceTokens.clear()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request
    if (this.keepsNothing && this.#used.has(socket)) {
      socket.destroy()
      return
    }
    this.#used.add(socket)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : undefined
    const answer = this.#count(request, body)
    const { mood } = this
    await this.gate
    if (mood === 'silent') return
    if (mood === 'cut off') {
      response.writeHead(200, { 'content-length': '1000' }).write('{"token": {')
      response.destroy()
      return
    }
    const { status, headers = {}, json } = answer
    const text: Readonly<Record<Exclude<Mood, 'silent' | 'cut off'>, [number, string]>> = {
      well: [status, JSON.stringify(json)],
      failing: [500, JSON.stringify({ error: { code: 500, message: 'failing', title: 'Internal Server Error' } })],
      'no JSON': [200, '<html>it works!</html>'],
      'no token': [200, '{"token": {"user": {"id": 5}}}'],
      'somebody else’s 404': [404, '<html>not found</html>'],
    }
    response.writeHead(text[mood][0], { ...headers, 'content-type': 'application/json' }).end(text[mood][1])
  }

  #count(
    request: IncomingMessage,
    body: unknown,
  ): { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly json: object } {
    if (request.method === 'POST' && request.url === '/v3/auth/tokens') return this.#logIn(body)
    if (request.method !== 'GET' || request.url !== '/v3/auth/tokens?nocatalog') return error(404, 'no such page')
    const subject = String(request.headers['x-subject-token'])
    if (!this.#serviceTokens.has(subject)) this.validations.push(subject)
    if (!this.#serviceTokens.has(String(request.headers['x-auth-token']))) return error(401, 'log in first')
    if (!this.mayValidate) return error(403, 'not allowed')
    const found = this.#serviceTokens.has(subject) ? {} : this.#tokens.get(subject)
    if (!found || (found.expiresAt ?? Number.POSITIVE_INFINITY) <= this.#now()) return error(404, 'no such token')
    return { status: 200, headers: { 'x-subject-token': subject }, json: { token: this.#describe(found) } }
  }

  #logIn(body: unknown) {
    this.logIns += 1
    const { user } = (body as { auth: { identity: { password: { user: { name: string; password: string } } } } }).auth
      .identity.password
    if (user.name !== account.name || user.password !== this.password) return error(401, 'wrong password')
    const token = `service-${this.logIns}`
    this.#serviceTokens.add(token)
    const described = this.#describe({ user: user.name, expiresAt: this.#now() + this.serviceLifeMs })
    return { status: 201, headers: { 'x-subject-token': token }, json: { token: described } }
  }

  #describe({ user = 'ann', project = 'ab12', roles = ['member'], ...token }: ScriptedToken): object {
    const domain = { id: 'default', name: 'Default' }
    const scopes = {
      project: { project: { id: project, name: `project ${project}`, domain }, is_domain: false },
      domain: { domain },
      system: { system: { all: true } },
      none: {},
    }
    const scope = token.scope ?? 'project'
    return {
      methods: ['password'],
      user: { id: `id-of-${user}`, name: user, domain, password_expires_at: null },
      audit_ids: ['nWs18SQrR0KV0DHIYhlexA'],
      issued_at: new Date(this.#now()).toISOString(),
      expires_at: new Date(token.expiresAt ?? this.#now() + 3_600_000).toISOString(),
      ...scopes[scope],
      ...(scope !== 'none' && { roles: roles.map((name) => ({ id: `id-of-${name}`, name })) }),
      ...(token.isAdminProject !== undefined && { is_admin_project: token.isAdminProject }),
    }
  }
}

function error(code: number, message: string) {
  return { status: code, json: { error: { code, message, title: 'Error' } } }
}
