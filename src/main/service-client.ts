import { readFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { parse } from 'yaml'
import type { Secret } from '../model/secret.ts'
import { type CredentialFiles, credentialFiles, writeCredentials } from './credentials.ts'

/** Longest wait for an answer. */
const timeoutMs = 30_000

export type Json = Readonly<Record<string, unknown>>

/**
 * A running service, spoken to as its administrator with what it wrote into its state directory. A database has one process
 * at a time (SQLite's file is locked by the server), so commands speak to the server that runs.
 */
export interface ServiceClient {
  /** Of the identity API, without a slash at the end. */
  readonly identityUrl: string
  /** Name of the user that is spoken as, in domain `Default`. */
  readonly username: string
  /**
   * @param path below the listener
   * @returns the answer's body; of 204, an empty object
   * @throws Error in the words of the refusal
   */
  ask(method: string, path: string, body?: object): Promise<Json>
  /** Writes the password down where the old one was, once it is the administrator's. */
  keepPassword(password: Secret): Promise<void>
}

/** @throws Error in words for the operator: no such installation, not running, or the password was changed elsewhere */
export async function openServiceClient(stateDir: string): Promise<ServiceClient> {
  const files = credentialFiles(stateDir)
  const written = await writtenLogIn(files)
  const { root, cacert, username } = written
  const ca = cacert === undefined ? undefined : await readFile(cacert, 'utf8')
  const send = async (method: string, path: string, token: string, body?: object) =>
    exchange({ method, url: root + path, ca, token, body })
  const domain = { name: written.domain }
  const user = { name: username, domain, password: written.password }
  const scope = { project: { name: written.project, domain } }
  const logIn = { auth: { identity: { methods: ['password'], password: { user } }, scope } }
  const answer = await send('POST', '/identity/v3/auth/tokens', '', logIn)
  if (answer.status === 401) {
    throw new Error(`the service does not know the password in ${files.cloudsYaml}; correct it there`)
  }
  refuseFailure(answer)
  const token = answer.headers['x-subject-token']
  if (typeof token !== 'string') throw new Error(`${root} is no Sallyport: its log-in gives no token`)
  return {
    identityUrl: `${root}/identity/v3`,
    username,
    async ask(method, path, body) {
      const told = await send(method, path, token, body)
      refuseFailure(told)
      return objectIn(told.body)
    },
    keepPassword: (password) => writeCredentials(files, { url: root, cacert }, password),
  }
}

interface WrittenLogIn {
  /** Address of the service, without a path. */
  readonly root: string
  readonly username: string
  readonly password: string
  readonly project: string
  readonly domain: string
  readonly cacert: string | undefined
}

async function writtenLogIn({ cloudsYaml }: CredentialFiles): Promise<WrittenLogIn> {
  let text: string
  try {
    text = await readFile(cloudsYaml, 'utf8')
  } catch (cause) {
    throw new Error(`${cloudsYaml} cannot be read: has the service been started?`, { cause })
  }
  const { auth, cacert } = objectIn(objectIn(objectIn(parse(text)).clouds).sallyport)
  const textOf = (key: string) => {
    const value = objectIn(auth)[key]
    if (typeof value !== 'string') throw new Error(`${cloudsYaml} does not say ${key}`)
    return value
  }
  return {
    root: textOf('auth_url').replace(/\/identity\/v3\/?$/, ''),
    username: textOf('username'),
    password: textOf('password'),
    project: textOf('project_name'),
    domain: textOf('user_domain_name'),
    cacert: typeof cacert === 'string' ? cacert : undefined,
  }
}

interface Question {
  readonly method: string
  readonly url: string
  /** PEM of whom to trust; the usual authorities without. */
  readonly ca: string | undefined
  readonly token: string
  readonly body?: object | undefined
}

interface Told {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** `undefined`: there was none, or it was no JSON. */
  readonly body: unknown
}

/** `fetch` cannot be told whom to trust, so it is not used. */
async function exchange({ method, url, ca, token, body }: Question): Promise<Told> {
  const start = url.startsWith('https:') ? requestHttps : requestHttp
  const headers = { 'x-auth-token': token, 'content-type': 'application/json', 'user-agent': 'sallyport' }
  const options = { method, headers, signal: AbortSignal.timeout(timeoutMs), ...(ca !== undefined && { ca }) }
  try {
    return await new Promise<Told>((resolve, reject) => {
      const sent = start(url, options, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8')
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: jsonOf(text) })
        })
      })
      sent.on('error', reject)
      sent.end(body && JSON.stringify(body))
    })
  } catch (cause) {
    throw new Error(`the service does not answer at ${new URL(url).origin}: start it first`, { cause })
  }
}

function refuseFailure({ status, body }: Told): void {
  if (status < 400) return
  const { error, NeutronError } = objectIn(body)
  const { message } = objectIn(error ?? NeutronError)
  throw new Error(typeof message === 'string' ? message : `the service answered ${status}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
