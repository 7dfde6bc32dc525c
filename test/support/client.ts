import { until } from './until.ts'

/** JSON as a client sees it. */
// biome-ignore lint/suspicious/noExplicitAny: answers are untyped JSON, and tests look into them
export type Json = any

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
    const answer = await fetch(`${url}/identity/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: { methods: ['password'], password: { user } },
          scope: { project: { name: 'admin', domain } },
        },
      }),
      signal: AbortSignal.timeout(10_000),
    })
    const token = answer.headers.get('x-subject-token')
    if (answer.status !== 201 || token === null) throw new Error(`log-in answered ${answer.status}`)
    return new ApiClient(url + v2, token)
  }

  async request(method: string, path: string, body?: object): Promise<{ status: number; body: Json }> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: { 'x-auth-token': this.#token, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : undefined }
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
