import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { Secret } from '../model/secret.ts'
import { type CredentialFiles, credentialFiles, writeCredentials } from './credentials.ts'

/** Longest wait for an answer, in milliseconds. */
const timeoutMs = 30_000

type Json = Readonly<Record<string, unknown>>

/** What an installation wrote down for its administrator. */
interface WrittenLogIn {
  readonly authUrl: string
  readonly username: string
  readonly password: string
  readonly project: string
  readonly domain: string
  readonly cacert: string | undefined
}

/**
 * The identity API of an installation, asked as its administrator with what it wrote into its state directory. A database
 * has one process at a time (SQLite's file is locked by the server), so commands speak to the server that runs.
 */
export class IdentityClient {
  readonly #logIn: WrittenLogIn
  readonly #files: CredentialFiles
  readonly #token: string

  private constructor(logIn: WrittenLogIn, files: CredentialFiles, token: string) {
    this.#logIn = logIn
    this.#files = files
    this.#token = token
  }

  /** @throws Error in words for the operator: no such installation, not running, or the password was changed elsewhere */
  static async open(stateDir: string): Promise<IdentityClient> {
    const files = credentialFiles(stateDir)
    const logIn = await readLogIn(files)
    const domain = { name: logIn.domain }
    const user = { name: logIn.username, domain, password: logIn.password }
    const answer = await send('POST', `${logIn.authUrl}/auth/tokens`, '', {
      auth: {
        identity: { methods: ['password'], password: { user } },
        scope: { project: { name: logIn.project, domain } },
      },
    })
    if (answer.status === 401) {
      throw new Error(`the service does not know the password in ${files.cloudsYaml}; correct it there`)
    }
    await refuseFailure(answer)
    return new IdentityClient(logIn, files, answer.headers.get('x-subject-token') ?? '')
  }

  /** @returns the answer's body; of 204, an empty object. @throws Error in the words of the refusal */
  async call(method: string, path: string, body?: object): Promise<Json> {
    const answer = await send(method, this.#logIn.authUrl + path, this.#token, body)
    await refuseFailure(answer)
    return answer.status === 204 ? {} : objectIn(await answer.json())
  }

  /** The objects of a list. */
  async list(kind: string, query: Readonly<Record<string, string>> = {}): Promise<Json[]> {
    const found = (await this.call('GET', `/${kind}?${new URLSearchParams(query)}`))[kind]
    return Array.isArray(found) ? found.map(objectIn) : []
  }

  /** The one object of that name or id. @throws Error when there is none, or more than one */
  async find(kind: string, name: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const byName = await this.list(kind, { ...query, name })
    const found = byName.length > 0 ? byName : (await this.list(kind, query)).filter(({ id }) => id === name)
    const [one, another] = found
    if (!one) throw new Error(`there is no ${kind.slice(0, -1)} ${name}`)
    if (another) throw new Error(`there are several ${kind} called ${name}; say the id`)
    return one
  }

  /** Writes the administrator's new password down where the old one was, if it is the administrator's. */
  async keepPassword(user: Json, password: Secret): Promise<void> {
    const { username, authUrl, cacert } = this.#logIn
    if (user.name !== username || user.domain_id !== 'default') return
    await writeCredentials(this.#files, { url: authUrl.replace(/\/identity\/v3$/, ''), cacert }, password)
  }
}

async function readLogIn({ cloudsYaml }: CredentialFiles): Promise<WrittenLogIn> {
  let text: string
  try {
    text = await readFile(cloudsYaml, 'utf8')
  } catch (cause) {
    throw new Error(`${cloudsYaml} cannot be read: has the service been started?`, { cause })
  }
  const clouds = objectIn(objectIn(parse(text)).clouds)
  const { auth: written, cacert } = objectIn(clouds.sallyport)
  const auth = objectIn(written)
  const textOf = (key: string) => {
    const value = auth[key]
    if (typeof value !== 'string') throw new Error(`${cloudsYaml} does not say ${key}`)
    return value
  }
  return {
    authUrl: textOf('auth_url'),
    username: textOf('username'),
    password: textOf('password'),
    project: textOf('project_name'),
    domain: textOf('user_domain_name'),
    cacert: typeof cacert === 'string' ? cacert : undefined,
  }
}

async function send(method: string, url: string, token: string, body?: object): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/json', 'user-agent': 'sallyport' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw new Error(`the service does not answer at ${new URL(url).origin}: start it first`, { cause })
  }
}

async function refuseFailure(answer: Response): Promise<void> {
  if (answer.status < 400) return
  const { message } = objectIn(objectIn(await answer.json()).error)
  throw new Error(typeof message === 'string' ? message : `the service answered ${answer.status}`)
}

function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
