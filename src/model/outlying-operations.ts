import { type TSchema, Type } from 'typebox'
import { accessKeyOperations } from './access-key-operations.ts'
import type { IdentityOperation } from './identity/operation.ts'
import { identityOperations } from './identity/operations.ts'
import {
  Catalog,
  catalogExample,
  IdentityVersion,
  identityVersionExample,
  LogIn,
  logInExample,
  Token,
  tokenExample,
} from './identity-schemas.ts'
import { type OutlyingOperation, operation } from './outlying-operation.ts'

export type { OutlyingOperation }

const subjectToken = { 'x-subject-token': 'The token that is asked about.' }
const givenToken = { 'x-subject-token': 'The token, to be sent as X-Auth-Token.' }

const Health = Type.Object(
  {
    status: Type.String({ description: '`ok`; of readiness: `ready` or `not ready`.' }),
    version: Type.String({ description: 'Version of the program.' }),
    driver: Type.Unsafe<string>({
      type: 'string',
      enum: ['strongswan', 'simulated'],
      description: '`simulated` makes no tunnels.',
    }),
    backend: Type.String({ description: 'What carries ESP.' }),
    daemon: Type.String({ description: 'Name and version of the key exchange daemon.' }),
    database: Type.Unsafe<string>({
      type: 'string',
      enum: ['sqlite', 'postgres'],
      description: 'What keeps everything.',
    }),
    identity: Type.Unsafe<string>({
      type: 'string',
      enum: ['builtin', 'keystone'],
      description: 'Whose users they are.',
    }),
    ready: Type.Boolean({
      description: 'Whether database and Keystone answer, and every gateway was looked at since the start.',
    }),
    reason: Type.Optional(Type.String({ description: 'Why it is not ready.' })),
  },
  { title: 'Health' },
)
const healthExample = {
  version: '0.1.0',
  driver: 'strongswan',
  backend: 'kernel',
  daemon: 'strongSwan 5.9.8',
  database: 'sqlite',
  identity: 'builtin',
  ready: true,
}

const Link = Type.Object({ rel: Type.String(), href: Type.String() }, { title: 'Link' })
const Extension = Type.Object(
  {
    alias: Type.String({ description: 'Short name that clients look for.' }),
    name: Type.String(),
    description: Type.String(),
    updated: Type.String(),
    links: Type.Array(Link),
  },
  { title: 'Extension' },
)
const extensionExample = {
  alias: 'vpnaas',
  name: 'VPN service',
  description: 'Extension for VPN service',
  updated: '2013-05-29T10:00:00-00:00',
  links: [],
}

const fixed = (schema: TSchema) => () => schema

/** One that is about a resource of the identity API, or about none. */
export type HostOperation = OutlyingOperation | IdentityOperation

export const outlyingOperations = {
  log_in: operation('host', {
    method: 'POST',
    path: '/identity/v3/auth/tokens',
    answers: 201,
    permission: 'open',
    summary: 'Log in by password, token or application credential, and get a token.',
    group: 'Identity',
    command: 'token issue',
    headers: { answer: givenToken },
    request: fixed(LogIn),
    answer: fixed(Token),
    example: { request: logInExample, response: tokenExample },
  }),
  show_token: operation('host', {
    path: '/identity/v3/auth/tokens',
    permission: 'identity:validate_token',
    summary: 'Show what a token says; another user’s only to an administrator.',
    group: 'Identity',
    command: 'token show',
    headers: { request: subjectToken, answer: givenToken },
    answer: fixed(Token),
    example: { response: tokenExample },
  }),
  log_out: operation('host', {
    method: 'DELETE',
    path: '/identity/v3/auth/tokens',
    answers: 204,
    permission: 'identity:revoke_token',
    summary: 'Revoke a token; another user’s only as an administrator.',
    group: 'Identity',
    command: 'token revoke',
    headers: { request: subjectToken },
    answer: undefined,
    example: {},
  }),
  show_catalog: operation('host', {
    path: '/identity/v3/auth/catalog',
    permission: 'authenticated',
    summary: 'List the services and where they are.',
    group: 'Identity',
    command: 'catalog list',
    answer: fixed(Catalog),
    example: { response: catalogExample },
  }),
  ...accessKeyOperations,
  list_identity_versions: operation('host', {
    path: '/identity/',
    answers: 300,
    permission: 'open',
    summary: 'List the versions of the identity API.',
    group: 'Identity',
    command: 'identity version list',
    answer: fixed(Type.Object({ versions: Type.Object({ values: Type.Array(IdentityVersion) }) })),
    example: { response: { versions: { values: [identityVersionExample] } } },
  }),
  show_identity_version: operation('host', {
    path: '/identity/v3/',
    permission: 'open',
    summary: 'Show the version of the identity API.',
    group: 'Identity',
    command: 'identity version show',
    answer: fixed(Type.Object({ version: IdentityVersion })),
    example: { response: { version: identityVersionExample } },
  }),
  show_health: operation('host', {
    path: '/healthz',
    permission: 'open',
    summary: 'Show that the process answers, and what carries the tunnels.',
    group: 'Health',
    command: 'health show',
    answer: fixed(Health),
    example: { response: { status: 'ok', ...healthExample } },
  }),
  show_readiness: operation('host', {
    path: '/readyz',
    permission: 'open',
    summary: 'Show whether the service can do its work; 503 until it can.',
    group: 'Health',
    command: 'readiness show',
    answer: fixed(Health),
    example: { response: { status: 'ready', ...healthExample } },
  }),
  list_versions: operation('flavour', {
    path: '/',
    permission: 'open',
    summary: 'List the versions of the network API.',
    group: 'Versions and extensions',
    command: 'versions show',
    answer: fixed(
      Type.Object({
        versions: Type.Array(
          Type.Object(
            { id: Type.String(), status: Type.String(), links: Type.Array(Link) },
            { title: 'NetworkVersion' },
          ),
        ),
      }),
    ),
    example: {
      response: {
        versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: 'http://127.0.0.1:9696/v2.0/' }] }],
      },
    },
  }),
  list_collections: operation('flavour', {
    path: '/v2.0/',
    permission: 'authenticated',
    summary: 'List the collections of the network API.',
    group: 'Versions and extensions',
    command: 'collection list',
    answer: fixed(
      Type.Object({
        resources: Type.Array(
          Type.Object(
            { name: Type.String(), collection: Type.String(), links: Type.Array(Link) },
            { title: 'Collection' },
          ),
        ),
      }),
    ),
    example: {
      response: {
        resources: [
          {
            name: 'network',
            collection: 'networks',
            links: [{ rel: 'self', href: 'http://127.0.0.1:9696/v2.0/networks' }],
          },
        ],
      },
    },
  }),
  list_extensions: operation('flavour', {
    path: '/v2.0/extensions',
    permission: 'authenticated',
    summary: 'List the extensions of the network API.',
    group: 'Versions and extensions',
    command: 'extension list',
    answer: fixed(Type.Object({ extensions: Type.Array(Extension) })),
    example: { response: { extensions: [extensionExample] } },
  }),
  show_extension: operation('flavour', {
    path: '/v2.0/extensions/:id',
    permission: 'authenticated',
    summary: 'Show an extension by its alias.',
    group: 'Versions and extensions',
    command: 'extension show',
    answer: fixed(Type.Object({ extension: Extension })),
    example: { response: { extension: extensionExample } },
  }),
  ...identityOperations,
} satisfies Record<string, HostOperation>

export type OutlyingName = keyof typeof outlyingOperations
