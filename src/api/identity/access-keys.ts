import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AccessKey, AccessKeys, KeyManager } from '../../domain/access-keys.ts'
import { doerOf } from '../../domain/tokens.ts'
import { accessKeyOperations } from '../../model/access-key-operations.ts'
import { problem } from '../../model/problem.ts'
import type { Secret } from '../../model/secret.ts'
import { deedOf } from '../audit.ts'
import { decodeJson } from '../body.ts'
import { publicUrl } from '../links.ts'
import { decodeAccessKey, decodeAccessKeyChange, decodeCredential, decodeCredentialChange } from './access-key-body.ts'

export interface AccessKeyOptions {
  readonly accessKeys: AccessKeys
  readonly publicUrl: string | undefined
}

type Name = keyof typeof accessKeyOperations
type Answers = (request: FastifyRequest, reply: FastifyReply) => Promise<object | undefined>

/** Keys that requests are signed with, as Keystone and as Open Telekom Cloud manage them. */
export function mountAccessKeys(app: FastifyInstance, { accessKeys, publicUrl: configured }: AccessKeyOptions): void {
  const linkTo = (request: FastifyRequest, id = '') =>
    `${publicUrl(request, configured)}${accessKeyOperations.list_credentials.path}${id && `/${id}`}`
  const credential = (request: FastifyRequest, key: AccessKey, secret?: Secret) => ({
    id: key.id,
    type: 'ec2',
    user_id: key.user_id,
    project_id: key.project_id,
    blob: JSON.stringify({ access: key.access, ...(secret && { secret: secret.reveal() }) }),
    links: { self: linkTo(request, key.id) },
  })

  const handlers: { readonly [N in Name]: Answers } = {
    async create_credential(request) {
      const { key, secret } = await accessKeys.create(
        managerOf(request),
        decodeCredential(bodyOf(request)),
        deedOf(request),
      )
      return { credential: credential(request, key, secret) }
    },
    async list_credentials(request) {
      const { user_id, type = 'ec2' } = queryOf(request)
      const keys = type === 'ec2' ? await accessKeys.list(managerOf(request), user_id) : []
      const links = { self: linkTo(request), next: null, previous: null }
      return { credentials: keys.map((key) => credential(request, key)), links }
    },
    async show_credential(request) {
      return { credential: credential(request, await accessKeys.show(managerOf(request), whichId(request))) }
    },
    async update_credential(request) {
      const { access, ...changes } = decodeCredentialChange(bodyOf(request))
      const { access: known } = await accessKeys.show(managerOf(request), whichId(request))
      if (access !== undefined && access !== known) {
        throw problem('AccessKeyInvalid', { reason: 'the access key of a credential cannot be changed' })
      }
      const key = await accessKeys.change(managerOf(request), whichId(request), changes, deedOf(request))
      return { credential: credential(request, key) }
    },
    async delete_credential(request) {
      await accessKeys.remove(managerOf(request), whichId(request), deedOf(request))
      return undefined
    },
    async create_access_key(request) {
      const { key, secret } = await accessKeys.create(
        managerOf(request),
        decodeAccessKey(bodyOf(request)),
        deedOf(request),
      )
      return { credential: { ...accessKey(key), secret: secret.reveal() } }
    },
    async list_access_keys(request) {
      const who = managerOf(request)
      return { credentials: (await accessKeys.list(who, queryOf(request).user_id ?? who.userId)).map(accessKey) }
    },
    async show_access_key(request) {
      return { credential: accessKey(await accessKeys.show(managerOf(request), whichAccess(request))) }
    },
    async update_access_key(request) {
      const changes = decodeAccessKeyChange(bodyOf(request))
      const key = await accessKeys.change(managerOf(request), whichAccess(request), changes, deedOf(request))
      return { credential: accessKey(key) }
    },
    async delete_access_key(request) {
      await accessKeys.remove(managerOf(request), whichAccess(request), deedOf(request))
      return undefined
    },
  }

  for (const name of Object.keys(handlers) as Name[]) {
    const { method, path, answers } = accessKeyOperations[name]
    app.route({
      method,
      url: path,
      config: method === 'GET' ? {} : { audited: { action: name, resourceType: 'access_key', answers } },
      handler: async (request, reply) => {
        const answer = await handlers[name](request, reply)
        void reply.code(answers)
        // A secret is for whoever asked, and for nobody's cache.
        if (answers === 201) void reply.header('cache-control', 'no-store')
        return answer
      },
    })
  }
}

/** As Open Telekom Cloud shows it. */
function accessKey({ user_id, access, status, created_at, description }: AccessKey) {
  return { user_id, access, status, create_time: created_at, description }
}

function managerOf({ facts, caller }: FastifyRequest): KeyManager {
  if (!facts) throw problem('Unauthorized')
  // It may have been given a part of its user's roles; a key has them all.
  if (facts.methods.includes('application_credential')) {
    throw problem('AccessKeyForeign', { permission: 'identity:manage_credentials_by_application_credential' })
  }
  return { userId: facts.user.id, isAdmin: caller?.isAdmin ?? false, doer: doerOf(facts) }
}

function bodyOf({ body }: FastifyRequest): unknown {
  return decodeJson(body instanceof Uint8Array ? body : undefined)
}

/** Of a key that is repeated the first value counts. */
function queryOf({ query }: FastifyRequest): { readonly user_id?: string; readonly type?: string } {
  const first = (name: string) => {
    const value: unknown = [Reflect.get(Object(query), name)].flat()[0]
    return typeof value === 'string' && value !== '' ? { [name]: value } : {}
  }
  return { ...first('user_id'), ...first('type') }
}

function whichId({ params }: FastifyRequest): { readonly id: string } {
  return { id: String(Reflect.get(Object(params), 'id')) }
}

function whichAccess({ params }: FastifyRequest): { readonly access: string } {
  return { access: String(Reflect.get(Object(params), 'access')) }
}
