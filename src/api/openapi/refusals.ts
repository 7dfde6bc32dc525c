import { accessKeyExample } from '../../model/access-key-operations.ts'
import type { IdentityOperation } from '../../model/identity/operation.ts'
import type { Operation } from '../../model/operations.ts'
import type { HostOperation } from '../../model/outlying-operations.ts'
import { type Problem, problem } from '../../model/problem.ts'
import { bodyLimit } from '../body.ts'

/** What a client has to expect beside success, by status. */
const meanings: Readonly<Record<number, string>> = {
  400: 'Something about the request is wrong; the body says what.',
  401: 'The token or signature is missing or not good.',
  403: 'The caller’s roles do not allow it.',
  404: 'It, or something it refers to, is not there for the caller.',
  409: 'It is in use, or there are too many.',
  413: 'The body is too large.',
  429: 'Too many requests, or too many log-ins that failed; `Retry-After` says when the next is answered.',
  503: 'Not now: the service is starting, or the database does not answer.',
}

/** The refusals that an operation can answer, with their meaning. */
export function refusalsOf(operation: Operation | HostOperation): Readonly<Record<string, string>> {
  const { method, path, request, permission, command } = operation
  if ('who' in operation) return identityRefusals(operation)
  const isAboutObjects = 'resource' in operation
  const isWrite = isAboutObjects && method !== 'GET'
  const refuses = 'refuses' in operation ? (operation.refuses ?? []) : []
  const namesOne = path.includes('/:') || ('headers' in operation && operation.headers?.request !== undefined)
  const expected: readonly (readonly [status: number, happens: boolean])[] = [
    [400, request !== undefined || isWrite || (isAboutObjects && !namesOne)],
    [401, permission !== 'open' || request !== undefined],
    [403, isAboutObjects || refuses.includes(403)],
    [404, namesOne || isWrite || refuses.includes(404)],
    [409, isWrite || refuses.includes(409)],
    [413, request !== undefined],
    [429, !isUncounted(command)],
    [503, command === 'readiness show'],
  ]
  return Object.fromEntries(
    expected.flatMap(([status, happens]) => (happens ? [[status, meanings[status] ?? '']] : [])),
  )
}

/** Whoever watches the service may ask as often as he likes. */
function isUncounted(command: string): boolean {
  return command === 'health show' || command === 'readiness show'
}

function identityRefusals({ method, path, request, who, does }: IdentityOperation): Readonly<Record<string, string>> {
  const isWrite = method !== 'GET'
  const expected: readonly (readonly [status: number, happens: boolean])[] = [
    [400, request !== undefined || does === 'list'],
    [401, true],
    [403, isWrite || (who !== 'authenticated' && who !== 'concerned')],
    [404, path.includes('/:') || does === 'create'],
    [409, isWrite && does !== 'act'],
    [413, request !== undefined],
    [429, true],
  ]
  return Object.fromEntries(
    expected.flatMap(([status, happens]) => (happens ? [[status, meanings[status] ?? '']] : [])),
  )
}

/** A refusal with that status, as this operation might meet it; nothing where there is no telling which. */
export function exampleOf(status: number, operation: Operation | HostOperation): Problem | undefined {
  const { path, permission, method } = operation
  const resource = 'resource' in operation ? operation.resource : undefined
  switch (status) {
    case 400:
      if (operation.command === 'token issue') return problem('LogInInvalid', { reason: 'auth is missing' })
      if ('who' in operation) {
        return method === 'GET'
          ? problem('NotBoolean', { value: 'maybe' })
          : problem('AttributeInvalid', { attribute: 'name', reason: 'it is blank' })
      }
      if (!resource) return problem('AccessKeyInvalid', { reason: 'credential is missing' })
      if (method === 'GET') return problem('LimitInvalid', { value: 'many' })
      if (method === 'DELETE') return problem('BodyNotSupported')
      return problem('UnknownAttributes', { attributes: 'colour' })
    case 401:
      return problem('Unauthorized')
    case 403:
      return problem('who' in operation || !resource ? 'IdentityForbidden' : 'PolicyNotAuthorized', { permission })
    case 404:
      if (resource) return problem(resource.notFound, { id: resource.example.object.id })
      if (path.endsWith('/credentials')) return problem('AccessKeyUserNotFound', { id: accessKeyExample.user_id })
      if (path.includes('credentials/:')) return problem('AccessKeyNotFound', { id: accessKeyExample.access })
      return path.includes('/:') ? problem('ExtensionNotFound', { alias: 'vpn-flavors' }) : problem('NotFound')
    case 413:
      return problem('BodyTooLarge', { limit: bodyLimit })
    case 429:
      return problem('TooManyRequests', { retry_after_seconds: 1 })
    default:
      return undefined
  }
}
