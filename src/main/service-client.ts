import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { credentialFiles } from './credentials.ts'

const timeoutMs = 30_000

/** A running service, spoken to as its administrator. */
export interface ServiceClient {
  /** Of the identity API, without a slash at the end. */
  readonly identityUrl: string
  /** @param path below the listener @throws Error in words for the operator when the answer is a refusal */
  ask(method: string, path: string, body?: object): Promise<unknown>
}

/**
 * Logs in to the service of an installation with what it wrote down for its administrator. A command speaks to the service
 * instead of opening the database, because a database has one process.
 * @throws Error in words for the operator
 */
export async function openServiceClient(stateDir: string): Promise<ServiceClient> {
  const { cloudsYaml } = credentialFiles(stateDir)
  const auth = await administratorOf(cloudsYaml)
  const root = auth.auth_url.replace(/\/identity\/v3\/?$/, '')
  const user = { name: auth.username, password: auth.password, domain: { name: auth.user_domain_name } }
  const scope = { project: { name: auth.project_name, domain: { name: auth.project_domain_name } } }
  const logIn = { auth: { identity: { methods: ['password'], password: { user } }, scope } }
  const { headers } = await send(`${root}/identity/v3/auth/tokens`, 'POST', {}, logIn)
  const token = headers.get('x-subject-token')
  if (token === null) throw new Error(`${root} is no Sallyport: its log-in gives no token`)
  return {
    identityUrl: `${root}/identity/v3`,
    async ask(method, path, body) {
      const answer = await send(root + path, method, { 'x-auth-token': token }, body)
      return answer.status === 204 ? undefined : answer.json()
    },
  }
}

const needed = ['auth_url', 'username', 'password', 'project_name', 'user_domain_name', 'project_domain_name'] as const

async function administratorOf(file: string): Promise<Readonly<Record<(typeof needed)[number], string>>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new Error(`${file} cannot be read: start the service once, and run this as the user that it runs as`, {
      cause,
    })
  }
  const read: unknown = parse(text)
  const auth = ['clouds', 'sallyport', 'auth'].reduce<unknown>((value, key) => Reflect.get(Object(value), key), read)
  const entries = needed.map((name) => {
    const value: unknown = Reflect.get(Object(auth), name)
    if (typeof value !== 'string') throw new Error(`${file} says no ${name}`)
    return [name, value] as const
  })
  return Object.fromEntries(entries) as Record<(typeof needed)[number], string>
}

async function send(url: string, method: string, headers: Record<string, string>, body?: object): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(url, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw new Error(`the service does not answer at ${new URL(url).origin}; is it running?`, { cause })
  }
  if (answer.ok) return answer
  const told = await messageOf(answer)
  throw new Error(`the service refused it with ${answer.status}: ${told}`)
}

async function messageOf(answer: Response): Promise<string> {
  const text = await answer.text()
  const found = /"message":\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  return found === undefined ? text : String(JSON.parse(found))
}
