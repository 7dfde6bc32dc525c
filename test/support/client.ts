import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { until } from './until.ts'

/** JSON as a client sees it. */
// biome-ignore lint/suspicious/noExplicitAny: answers are untyped JSON, and tests look into them
export type Json = any

/** Connections are kept: a client that polls every millisecond should not be what is measured. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const timeoutMs = 10_000

/** A plain HTTP client of the public API. */
export class ApiClient {
  readonly #url: string
  readonly #token: string

  private constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  /** Logs in as admin. `v2` is the path of the flavour: `/v2.0`, `/openstack/v2.0`. */
  static async logIn(url: string, password: string, v2: string): Promise<ApiClient> {
    const domain = { name: 'Default' }
    const user = { name: 'admin', password, domain }
    const auth = {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: 'admin', domain } },
    }
    const { status, headers } = await send('POST', `${url}/identity/v3/auth/tokens`, {}, { auth })
    const token = headers['x-subject-token']
    if (status !== 201 || typeof token !== 'string') throw new Error(`log-in answered ${status}`)
    return new ApiClient(url + v2, token)
  }

  /** What it shows with every request. */
  get token(): string {
    return this.#token
  }

  request(method: string, path: string, body?: object): Promise<{ status: number; body: Json }> {
    return send(method, this.#url + path, { 'x-auth-token': this.#token }, body)
  }

  async #expect(status: number, method: string, path: string, body?: object): Promise<Json> {
    const answer = await this.request(method, path, body)
    if (answer.status !== status) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return answer.body
  }

  /** Makes an object: `make('/networks', 'network', { name })`. */
  async make(path: string, singular: string, attributes: object): Promise<Json> {
    return (await this.#expect(201, 'POST', path, { [singular]: attributes }))[singular]
  }

  get(path: string): Promise<Json> {
    return this.#expect(200, 'GET', path)
  }

  put(path: string, body: object): Promise<Json> {
    return this.#expect(200, 'PUT', path, body)
  }

  delete(path: string): Promise<Json> {
    return this.#expect(204, 'DELETE', path)
  }

  async connectionStatus(id: string): Promise<string> {
    return (await this.get(`/vpn/ipsec-site-connections/${id}?fields=status`)).ipsec_site_connection.status
  }

  /** Waits until a connection has the status. @returns milliseconds waited. */
  async untilStatus(id: string, status: string, deadlineMs = 20_000): Promise<number> {
    const begun = performance.now()
    await until(async () => (await this.connectionStatus(id)) === status, {
      deadlineMs,
      everyMs: 1,
      what: `status ${status} of connection ${id}`,
    })
    return performance.now() - begun
  }
}

async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Json }> {
  return new Promise((resolve, reject) => {
    const payload = body && JSON.stringify(body)
    const length = payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }
    const type = payload === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request(
      url,
      { method, agent, timeout: timeoutMs, headers: { ...headers, ...type, ...length } },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          text += part
        })
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: text ? JSON.parse(text) : undefined,
          }),
        )
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${url} took longer than ${timeoutMs} ms`)))
    sent.on('error', reject)
    sent.end(payload)
  })
}
