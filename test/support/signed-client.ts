import type { Answer, TestCloud } from './cloud.ts'
import { type Signer, signScoped } from './signing.ts'

/** What goes over the wire: a request with everything that its client set. */
export interface Sealed {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface SignedClientOptions {
  readonly sign?: typeof signScoped
  /** Added after signing, as the libraries do. */
  readonly unsigned?: Readonly<Record<string, string>>
  readonly now?: () => number
}

/** A client without a log-in: it signs each request. */
export class SignedClient {
  readonly #cloud: TestCloud
  readonly #signer: Signer
  readonly #options: SignedClientOptions

  constructor(cloud: TestCloud, signer: Signer, options: SignedClientOptions = {}) {
    this.#cloud = cloud
    this.#signer = signer
    this.#options = options
  }

  /** With an access key that is made for the administrator, or for the user. */
  static async open(cloud: TestCloud, { user, ...options }: SignedClientOptions & { user?: string } = {}) {
    return new SignedClient(cloud, await aKey(cloud, user), options)
  }

  seal(method: string, target: string, body?: unknown, more: Readonly<Record<string, string>> = {}): Sealed {
    const { sign = signScoped, unsigned = {}, now = Date.now } = this.#options
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const headers = {
      accept: 'application/json',
      'user-agent': 'golangsdk/2.0.0',
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...more,
    }
    const content = text === undefined ? {} : { body: text }
    const signed = sign(this.#signer, { method, target, headers, ...content }, now())
    return { method, target, headers: { ...signed, ...unsigned }, ...content }
  }

  request(method: string, target: string, body?: unknown, more?: Readonly<Record<string, string>>): Promise<Answer> {
    return send(this.#cloud, this.seal(method, target, body, more))
  }

  get = (path: string) => this.request('GET', path)
  post = (path: string, body: unknown) => this.request('POST', path, body)
  put = (path: string, body: unknown) => this.request('PUT', path, body)
  delete = (path: string) => this.request('DELETE', path)

  async make(path: string, singular: string, attributes: object): Promise<Answer['body']> {
    const { status, body } = await this.post(path, { [singular]: attributes })
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(body)}`)
    return body[singular]
  }
}

/** Sends a request as it is, and nothing with it. */
export async function send(cloud: TestCloud, { method, target, headers, body }: Sealed): Promise<Answer> {
  const answer = await cloud.server.api.inject({
    method: method as 'GET',
    url: target,
    headers,
    ...(body !== undefined && { payload: body }),
  })
  const text = answer.payload
  return { status: answer.statusCode, body: text ? JSON.parse(text) : undefined, headers: answer.headers }
}

export const keysPath = '/identity/v3.0/OS-CREDENTIAL/credentials'

/** A new access key of the administrator's, or of the user. */
export async function aKey(cloud: TestCloud, user?: string): Promise<Signer> {
  const { status, body } = await cloud.post(keysPath, { credential: user === undefined ? {} : { user_id: user } })
  if (status !== 201) throw new Error(`the access key was not made: ${JSON.stringify(body)}`)
  return { access: body.credential.access, secret: body.credential.secret }
}
