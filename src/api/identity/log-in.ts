import type { DomainReference, LogIn, ProjectReference, UserReference } from '../../domain/tokens.ts'
import { problem } from '../../model/problem.ts'
import { Secret } from '../../model/secret.ts'

/**
 * Reads Keystone's `POST /v3/auth/tokens` (`clients.md` §1.2): by password or by token, scoped to a project or not.
 * @throws Problem when the body is not of that form.
 */
export function decodeLogIn(body: unknown): LogIn {
  const auth = object(member(body, 'auth'), 'auth')
  const identity = object(member(auth, 'identity'), 'identity')
  const methods = member(identity, 'methods')
  if (!Array.isArray(methods) || methods.length !== 1) throw bad('identity.methods has to name one method')
  return { by: methodOf(identity, methods[0]), scope: scopeOf(member(auth, 'scope')) }
}

function methodOf(identity: object, method: unknown): LogIn['by'] {
  if (method === 'password') {
    const user = object(member(object(member(identity, 'password'), 'password'), 'user'), 'user')
    return { method, user: userOf(user), password: new Secret(text(member(user, 'password'), 'password')) }
  }
  if (method === 'token') {
    return { method, token: new Secret(text(member(object(member(identity, 'token'), 'token'), 'id'), 'token.id')) }
  }
  throw bad("identity.methods can be 'password' or 'token'")
}

function userOf(user: object): UserReference {
  const id = member(user, 'id')
  if (id !== undefined) return { id: text(id, 'user.id') }
  return { name: text(member(user, 'name'), 'user.name'), domain: domainOf(member(user, 'domain')) }
}

function scopeOf(scope: unknown): LogIn['scope'] {
  if (scope === undefined || scope === null) return 'default'
  if (scope === 'unscoped' || member(scope, 'unscoped') !== undefined) return 'unscoped'
  const project = member(scope, 'project')
  if (project === undefined) throw bad('scope can be a project')
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
