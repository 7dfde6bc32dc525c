import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { Problem, problem } from '../model/problem.ts'
import type { Profile } from './profile.ts'

/** What went wrong, as a problem of the catalogue. Whatever is not an expected refusal is a bug, and says no more. */
export function problemOf(error: unknown, bodyLimit: number): Problem {
  if (error instanceof Problem) return error
  const code = (error as Partial<FastifyError> | undefined)?.code
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problem('BodyTooLarge', { limit: bodyLimit })
  // The second is a client that left before its body was whole: nobody hears the answer.
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' || code === 'ECONNRESET') return problem('BodyInvalid')
  if (code === 'FST_ERR_BAD_URL') return problem('PathInvalid')
  // No id is that long.
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return problem('NotFound')
  return problem('Internal')
}

/** After which time it makes sense to ask again, where something passing stands in the way. */
const retryAfterSeconds = 1

/** Answers below `/v2.0` in the flavour's words. */
export function sendProblem(found: Problem, profile: Profile, request: FastifyRequest, reply: FastifyReply) {
  const { status, body } = profile.problem(found, request.id)
  if (status === 503) void reply.header('retry-after', retryAfterSeconds)
  return reply.code(status).type('application/json').send(JSON.stringify(body))
}

/** JSON Schema of what `sendIdentityProblem` sends. */
export const identityErrorSchema: TSchema = Type.Object(
  {
    error: Type.Object({
      code: Type.Integer({ description: 'The status again.' }),
      title: Type.String({ description: 'Name of the status.' }),
      message: Type.String({ description: 'What is wrong, for people.' }),
    }),
  },
  { title: 'IdentityError' },
)

/** Answers of the identity API, and 401 everywhere: Keystone's shape, with where to log in. */
export function sendIdentityProblem(found: Problem, identityUrl: string, reply: FastifyReply) {
  if (found.status === 503) void reply.header('retry-after', retryAfterSeconds)
  if (found.status === 401) void reply.header('www-authenticate', `Keystone uri="${identityUrl}"`)
  return reply
    .code(found.status)
    .type('application/json')
    .send(JSON.stringify(identityProblem(found)))
}

export function identityProblem({ status, message }: Problem): object {
  return { error: { code: status, title: titles[status] ?? 'Error', message } }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
