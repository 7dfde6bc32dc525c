import { type TSchema, Type } from 'typebox'
import { exampleIds } from './example-ids.ts'
import { operation } from './outlying-operation.ts'

/**
 * Keys that requests are signed with, as Keystone manages them (`/v3/credentials`, of type `ec2`) and as Open Telekom
 * Cloud does (`/v3.0/OS-CREDENTIAL/credentials`). Both are views of the same keys. The secret is in the answer that made
 * it and nowhere else.
 */

const group = 'Access keys'

const status = Type.Unsafe<string>({
  type: 'string',
  enum: ['active', 'inactive'],
  description: 'With an inactive key nothing can be signed.',
})
const text = (description: string) => Type.String({ description })
const userId = text('Whose key it is; absent in a request: the caller’s.')
const description = Type.String({ maxLength: 255, description: 'What it is for.' })
const access = text('The access key (AK): names it.')
const secret = text('The secret (SK): shown once, and never again.')

export const accessKeyExample = {
  user_id: '8c7d6e5f4a3b42109f8e7d6c5b4a3921',
  access: 'K5HMQ2J7TZ3WCXA4N6RD',
  secret: 'gT5mX2rQ8vB1nK7wL4cZ9yD3fH6jS0pAqWeRtYuI',
  description: 'terraform',
  create_time: '2026-11-20T09:14:07.120934Z',
}

// ---- Open Telekom Cloud

const shownKey = { user_id: userId, access, status, create_time: Type.String({ format: 'date-time' }), description }
const AccessKey = Type.Object(shownKey, { title: 'AccessKey' })
const NewAccessKey = Type.Object({ ...shownKey, secret }, { title: 'NewAccessKey' })
const { secret: exampleSecret, ...shown } = { ...accessKeyExample, status: 'active' }

const one = (schema: TSchema) => () => Type.Object({ credential: schema })
const keyPath = '/identity/v3.0/OS-CREDENTIAL/credentials'

// ---- Keystone

const Blob = (holds: string) => Type.String({ description: `JSON in a text: ${holds}.` })
const shownCredential = {
  id: text('Hexadecimal SHA-256 of the access key.'),
  type: Type.Unsafe<string>({ type: 'string', enum: ['ec2'] }),
  user_id: userId,
  project_id: Type.Union([Type.String(), Type.Null()], {
    description: 'Project of the requests that name none; null: the user’s default project.',
  }),
  links: Type.Object({ self: Type.String() }),
}
const Credential = Type.Object(
  { ...shownCredential, blob: Blob('`access`, without the secret') },
  { title: 'Credential' },
)
const NewCredential = Type.Object(
  { ...shownCredential, blob: Blob('`access` and `secret`') },
  { title: 'NewCredential' },
)
const pair = Blob('`access`, 8 to 128 letters, digits, `-` and `_`; and `secret`, 16 to 128 visible characters')

const credentialPath = '/identity/v3/credentials'
const credentialId = 'b892abcbded8d38abbdf71368afcc95d6f3dbaa594a571bbdebdc41611da233a'
const credentialExample = {
  id: credentialId,
  type: 'ec2',
  user_id: accessKeyExample.user_id,
  project_id: exampleIds.project,
  blob: JSON.stringify({ access: accessKeyExample.access }),
  links: { self: `http://127.0.0.1:9696${credentialPath}/${credentialId}` },
}
const bothInBlob = JSON.stringify({ access: accessKeyExample.access, secret: accessKeyExample.secret })

export const accessKeyOperations = {
  create_credential: operation('host', {
    method: 'POST',
    path: credentialPath,
    answers: 201,
    permission: 'identity:create_credential',
    summary: 'Give a user an access key and secret that the client made up.',
    group,
    command: 'credential create',
    refuses: [403, 404, 409],
    request: one(
      Type.Object(
        {
          type: shownCredential.type,
          blob: pair,
          user_id: Type.Optional(userId),
          project_id: Type.Optional(shownCredential.project_id),
        },
        { title: 'CredentialCreate' },
      ),
    ),
    answer: one(NewCredential),
    example: {
      request: {
        credential: {
          type: 'ec2',
          blob: bothInBlob,
          user_id: accessKeyExample.user_id,
          project_id: exampleIds.project,
        },
      },
      response: { credential: { ...credentialExample, blob: bothInBlob } },
    },
  }),
  list_credentials: operation('host', {
    path: credentialPath,
    permission: 'identity:list_credentials',
    summary: 'List access keys in Keystone’s form; to an administrator, everybody’s.',
    group,
    command: 'credential list',
    refuses: [403],
    answer: () =>
      Type.Object({
        credentials: Type.Array(Credential),
        links: Type.Object({ self: Type.String(), next: Type.Null(), previous: Type.Null() }),
      }),
    example: {
      response: {
        credentials: [credentialExample],
        links: { self: `http://127.0.0.1:9696${credentialPath}`, next: null, previous: null },
      },
    },
  }),
  show_credential: operation('host', {
    path: `${credentialPath}/:id`,
    permission: 'identity:get_credential',
    summary: 'Show an access key in Keystone’s form.',
    group,
    command: 'credential show',
    answer: one(Credential),
    example: { response: { credential: credentialExample } },
  }),
  update_credential: operation('host', {
    method: 'PATCH',
    path: `${credentialPath}/:id`,
    permission: 'identity:update_credential',
    summary: 'Change the secret or the default project of an access key.',
    group,
    command: 'credential set',
    request: one(
      Type.Object(
        { blob: Type.Optional(pair), project_id: Type.Optional(shownCredential.project_id) },
        { title: 'CredentialUpdate' },
      ),
    ),
    answer: one(Credential),
    example: {
      request: { credential: { project_id: null } },
      response: { credential: { ...credentialExample, project_id: null } },
    },
  }),
  delete_credential: operation('host', {
    method: 'DELETE',
    path: `${credentialPath}/:id`,
    answers: 204,
    permission: 'identity:delete_credential',
    summary: 'Delete an access key by the id that Keystone gives it.',
    group,
    command: 'credential delete',
    answer: undefined,
    example: {},
  }),
  create_access_key: operation('host', {
    method: 'POST',
    path: keyPath,
    answers: 201,
    permission: 'identity:create_credential',
    summary: 'Make an access key for a user, and show its secret this once.',
    group,
    command: 'access key create',
    refuses: [403, 404],
    request: one(
      Type.Object(
        { user_id: Type.Optional(userId), description: Type.Optional(description) },
        { title: 'AccessKeyCreate' },
      ),
    ),
    answer: one(NewAccessKey),
    example: {
      request: { credential: { user_id: accessKeyExample.user_id, description: 'terraform' } },
      response: { credential: { ...shown, secret: exampleSecret } },
    },
  }),
  list_access_keys: operation('host', {
    path: keyPath,
    permission: 'identity:list_credentials',
    summary: 'List the caller’s access keys, or those of the `user_id` in the query.',
    group,
    command: 'access key list',
    refuses: [403],
    answer: () => Type.Object({ credentials: Type.Array(AccessKey) }),
    example: { response: { credentials: [shown] } },
  }),
  show_access_key: operation('host', {
    path: `${keyPath}/:access`,
    permission: 'identity:get_credential',
    summary: 'Show an access key.',
    group,
    command: 'access key show',
    answer: one(AccessKey),
    example: { response: { credential: shown } },
  }),
  update_access_key: operation('host', {
    method: 'PUT',
    path: `${keyPath}/:access`,
    permission: 'identity:update_credential',
    summary: 'Switch an access key off or on, or describe it anew.',
    group,
    command: 'access key set',
    request: one(
      Type.Object(
        { status: Type.Optional(status), description: Type.Optional(description) },
        { title: 'AccessKeyUpdate' },
      ),
    ),
    answer: one(AccessKey),
    example: {
      request: { credential: { status: 'inactive' } },
      response: { credential: { ...shown, status: 'inactive' } },
    },
  }),
  delete_access_key: operation('host', {
    method: 'DELETE',
    path: `${keyPath}/:access`,
    answers: 204,
    permission: 'identity:delete_credential',
    summary: 'Delete an access key.',
    group,
    command: 'access key delete',
    answer: undefined,
    example: {},
  }),
}
