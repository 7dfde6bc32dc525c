import type { FastifySchema } from 'fastify'
import type { Operation } from '../../model/operations.ts'
import type { OutlyingOperation } from '../../model/outlying-operations.ts'
import { identityErrorSchema } from '../errors.ts'
import { identityPrefix } from '../identity/prefix.ts'
import type { Profile } from '../profile.ts'
import type { NamedSchemas } from './named-schemas.ts'
import { pathParameters, queryParameters } from './parameters.ts'
import { refusalsOf } from './refusals.ts'

/** What a document says about an operation, in the form that @fastify/swagger takes it. */
export function routeSchema(
  name: string,
  operation: Operation | OutlyingOperation,
  profile: Profile,
  named: NamedSchemas,
): FastifySchema {
  const { summary, group, command, permission, path } = operation
  const { request, response } = operation.example(profile)
  const isOpen = permission === 'open'
  const query = 'resource' in operation ? queryParameters(operation, profile) : {}
  const headers = 'headers' in operation ? operation.headers?.request : undefined
  const params = pathParameters(path)
  return {
    ...{ operationId: name, summary, tags: [group], 'x-permission': permission, 'x-cli': command },
    ...('role' in operation && { 'x-role': operation.role }),
    ...(isOpen && { security: [] }),
    ...(params && { params: { type: 'object', properties: params } }),
    ...(Object.keys(query).length > 0 && { querystring: { type: 'object', properties: query } }),
    ...(headers && { headers: { type: 'object', properties: texts(headers), required: Object.keys(headers) } }),
    ...(operation.request && {
      body: { ...named.referInside(operation.request(profile)), examples: [request] },
    }),
    response: {
      [operation.answers]: answer(operation, response, profile, named),
      ...refusals(operation, profile, named),
    },
  }
}

function answer(operation: Operation | OutlyingOperation, example: unknown, profile: Profile, named: NamedSchemas) {
  const headers = 'headers' in operation ? operation.headers?.answer : undefined
  const told = { description: 'Done.', ...(headers && { headers: texts(headers) }) }
  if (!operation.answer) return { type: 'null', ...told }
  return { ...told, content: { [json]: { schema: named.refer(operation.answer(profile)), example } } }
}

function refusals(operation: Operation | OutlyingOperation, profile: Profile, named: NamedSchemas) {
  const isIdentity = operation.path.startsWith(identityPrefix)
  return Object.fromEntries(
    Object.entries(refusalsOf(operation)).map(([status, description]) => {
      const isKeystone = isIdentity || status === '401'
      const schema =
        status === '503' ? operation.answer?.(profile) : isKeystone ? identityErrorSchema : profile.problemSchema
      return [status, { description, content: { [json]: { schema: named.refer(schema) } } }]
    }),
  )
}

const json = 'application/json'

function texts(described: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(described).map(([name, description]) => [name, { type: 'string', description }]),
  )
}
