import type { DomainReference, LogIn, ProjectReference, UserReference } from '../../domain/log-in.ts'
import { problem } from '../../model/problem.ts'
import { Secret } from '../../model/secret.ts'

/** How one can log in. */
export const logInMethods = ['password', 'token', 'application_credential'] as const

/**
 * Reads Keystone's `POST /v3/auth/tokens` (`clients.md` §1.2): by one or several methods, for a project, a domain or nothing.
 * @throws Problem when the body is not of that form, or asks for a method or a scope that there is not.
 */
export function decodeLogIn(body: unknown): LogIn {
  const auth = object(member(body, 'auth'), 'auth')
  const identity = object(member(auth, 'identity'), 'identity')
  const methods = methodsOf(member(identity, 'methods'))
  const shows = (method: (typeof logInMethods)[number]) => methods.includes(method)
  return {
    methods,
    ...(shows('password') && { password: passwordOf(object(member(identity, 'password'), 'password')) }),
    ...(shows('token') && {
      token: new Secret(text(member(object(member(identity, 'token'), 'token'), 'id'), 'token.id')),
    }),
    ...(shows('application_credential') && {
      applicationCredential: credentialOf(object(member(identity, 'application_credential'), 'application_credential')),
    }),
    scope: scopeOf(member(auth, 'scope')),
  }
}

function methodsOf(named: unknown): readonly string[] {
  if (!Array.isArray(named) || named.length === 0) throw bad('identity.methods has to name a method')
  const offered: readonly unknown[] = logInMethods
  for (const method of named) {
    if (offered.includes(method)) continue
    throw problem('LogInMethodNotOffered', { method, offered: logInMethods.join("', '") })
  }
  return [...new Set<string>(named)]
}

function passwordOf(password: object): NonNullable<LogIn['password']> {
  const user = object(member(password, 'user'), 'user')
  return { user: userOf(user), password: new Secret(text(member(user, 'password'), 'password')) }
}

function credentialOf(credential: object): NonNullable<LogIn['applicationCredential']> {
  const secret = new Secret(text(member(credential, 'secret'), 'application_credential.secret'))
  const id = member(credential, 'id')
  if (id !== undefined) return { which: { id: text(id, 'application_credential.id') }, secret }
  const name = text(member(credential, 'name'), 'application_credential.name')
  return { which: { name, user: userOf(object(member(credential, 'user'), 'application_credential.user')) }, secret }
}

function userOf(user: object): UserReference {
  const id = member(user, 'id')
  if (id !== undefined) return { id: text(id, 'user.id') }
  return { name: text(member(user, 'name'), 'user.name'), domain: domainOf(member(user, 'domain')) }
}

function scopeOf(scope: unknown): LogIn['scope'] {
  if (scope === undefined || scope === null) return 'default'
  if (scope === 'unscoped' || member(scope, 'unscoped') !== undefined) return 'unscoped'
  const [project, domain] = [member(scope, 'project'), member(scope, 'domain')]
  if ((project === undefined) === (domain === undefined)) throw bad('scope can be a project or a domain')
  if (domain !== undefined) return { domain: domainOf(domain) }
  return { project: projectOf(object(project, 'scope.project')) }
}

function projectOf(project: object): ProjectReference {
  const id = member(project, 'id')
  if (id !== undefined) return { id: text(id, 'project.id') }
  return { name: text(member(project, 'name'), 'project.name'), domain: domainOf(member(project, 'domain')) }
}

function domainOf(domain: unknown): DomainReference {
  const found = object(domain, 'domain')
  const id = member(found, 'id')
  return id === undefined ? { name: text(member(found, 'name'), 'domain.name') } : { id: text(id, 'domain.id') }
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function object(value: unknown, name: string): object {
  if (typeof value !== 'object' || value === null) throw bad(`${name} is missing`)
  return value
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw bad(`${name} is missing`)
  return value
}

function bad(reason: string) {
  return problem('LogInInvalid', { reason })
}
