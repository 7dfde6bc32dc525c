import type { Answer, TestCloud } from './cloud.ts'

/** The identity API as a client speaks it. Whoever is not named is the administrator. */
export const v3 = '/identity/v3'
export const tokens = `${v3}/auth/tokens`

export type Json = Answer['body']

export interface Asked {
  readonly as?: string
  readonly body?: unknown
}

export class Identity {
  readonly cloud: TestCloud

  constructor(cloud: TestCloud) {
    this.cloud = cloud
  }

  call(method: string, path: string, { as, body }: Asked = {}): Promise<Answer> {
    return this.cloud.request(method, v3 + path, body, as === undefined ? {} : { 'x-auth-token': as })
  }

  get = (path: string, as?: string) => this.call('GET', path, as === undefined ? {} : { as })

  /** Makes an object and returns it. @throws Error when the answer is not 201. */
  async make(path: string, singular: string, attributes: object, as?: string): Promise<Json> {
    const { status, body } = await this.call('POST', path, {
      body: { [singular]: attributes },
      ...(as !== undefined && { as }),
    })
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(body)}`)
    return body[singular]
  }

  change(path: string, singular: string, changes: object, as?: string): Promise<Answer> {
    return this.call('PATCH', path, { body: { [singular]: changes }, ...(as !== undefined && { as }) })
  }

  logIn(auth: object, query = ''): Promise<Answer> {
    return this.cloud.request('POST', tokens + query, { auth }, { 'x-auth-token': '' })
  }

  /** @throws Error when it is refused */
  async token(auth: object): Promise<string> {
    const { status, headers, body } = await this.logIn(auth)
    if (status !== 201) throw new Error(`the log-in answered ${status}: ${JSON.stringify(body)}`)
    return String(headers['x-subject-token'])
  }

  /** Whether a token is still good, as whoever holds it finds out. */
  async isGood(token: string): Promise<boolean> {
    const { status } = await this.cloud.request('GET', `${v3}/auth/catalog`, undefined, { 'x-auth-token': token })
    return status === 200
  }

  async role(name: string): Promise<string> {
    return (await this.get(`/roles?name=${name}`)).body.roles[0].id
  }

  async give(user: string, role: string, target: string): Promise<void> {
    const { status } = await this.call('PUT', `${target}/users/${user}/roles/${await this.role(role)}`)
    if (status !== 204) throw new Error(`giving ${role} answered ${status}`)
  }

  /** A user with a password, and a role in a project of its own. */
  async person(name: string, role = 'member', domain_id = 'default'): Promise<Person> {
    const project = await this.make('/projects', 'project', { name: `${name}s`, domain_id })
    const password = `password of ${name}`
    const user = await this.make('/users', 'user', { name, password, domain_id, default_project_id: project.id })
    await this.give(user.id, role, `/projects/${project.id}`)
    return { user, project, password }
  }
}

export interface Person {
  readonly user: Json
  readonly project: Json
  readonly password: string
}

/** What a person sends to log in by password. */
export function byPassword({ user, password }: Pick<Person, 'user' | 'password'>, scope?: unknown) {
  return {
    identity: { methods: ['password'], password: { user: { id: user.id, password } } },
    ...(scope !== undefined && { scope }),
  }
}

export function inProject(project: Json) {
  return { project: { id: project.id } }
}
