import type { FastifySchema } from 'fastify'
import type { Operation } from '../../model/operations.ts'
import type { HostOperation } from '../../model/outlying-operations.ts'
import { identityErrorSchema, identityProblem } from '../errors.ts'
import { identityPrefix } from '../identity/prefix.ts'
import { type Profile, wordedFor } from '../profile.ts'
import type { NamedSchemas } from './named-schemas.ts'
import { identityQuery, pathParameters, queryParameters } from './parameters.ts'
import { exampleOf, refusalsOf } from './refusals.ts'

/** What a document says about an operation, in the form that @fastify/swagger takes it. */
export function routeSchema(
  name: string,
  operation: Operation | HostOperation,
  profile: Profile,
  named: NamedSchemas,
): FastifySchema {
  const { summary, group, command, permission, path } = operation
  const { request, response } = operation.example(profile)
  const isOpen = permission === 'open'
  const query =
    'who' in operation
      ? identityQuery(operation, profile)
      : 'resource' in operation
        ? queryParameters(operation, profile)
        : {}
  const headers = 'headers' in operation ? operation.headers?.request : undefined
  const params = pathParameters(path)
  return {
    // Spread, because Fastify's type of a schema has no room for extensions.
    ...{ operationId: name, summary, tags: [group], 'x-permission': permission, 'x-cli': command },
    ...('role' in operation && { 'x-role': operation.role }),
    ...('who' in operation && { 'x-who': operation.who }),
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

function answer(operation: Operation | HostOperation, example: unknown, profile: Profile, named: NamedSchemas) {
  const headers = 'headers' in operation ? operation.headers?.answer : undefined
  const told = { description: 'Done.', ...(headers && { headers: texts(headers) }) }
  if (!operation.answer) return { type: 'null', ...told }
  return { ...told, ...content(operation.answer(profile), example, named) }
}

function refusals(operation: Operation | HostOperation, profile: Profile, named: NamedSchemas) {
  const isIdentity = operation.path.startsWith(identityPrefix)
  const wording = 'feature' in operation ? wordedFor(operation, profile) : profile
  return Object.fromEntries(
    Object.entries(refusalsOf(operation)).map(([status, description]) => {
      // Not ready yet is said in the form of the good answer.
      if (status === '503') return [status, { description, ...content(operation.answer?.(profile), undefined, named) }]
      const found = exampleOf(Number(status), operation)
      const [schema, example] =
        isIdentity || status === '401'
          ? [identityErrorSchema, found && identityProblem(found)]
          : [wording.problemSchema, found && wording.problem(found, exampleRequest).body]
      return [status, { description, ...content(schema, example, named) }]
    }),
  )
}

const exampleRequest = 'req-6c1f0a58-2b8e-4d0a-9a52-3f7d0e8b9c13'

/** A body and what it may look like. */
function content(schema: unknown, example: unknown, named: NamedSchemas) {
  return { content: { 'application/json': { schema: named.refer(schema), ...(example !== undefined && { example }) } } }
}

function texts(described: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(described).map(([name, description]) => [name, { type: 'string', description }]),
  )
}
