import { Type } from 'typebox'
import { exampleIds } from './example-ids.ts'

/** Bodies of the identity API, a part of Keystone v3 (`clients.md` §1), as documents describe them. */

const byNameOrId = (description: string) =>
  Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }, { description })

const domain = byNameOrId('Domain, by name or id.')

export const LogIn = Type.Object(
  {
    auth: Type.Object({
      identity: Type.Object({
        methods: Type.Array(
          Type.Unsafe<string>({ type: 'string', enum: ['password', 'token', 'application_credential'] }),
          { minItems: 1, description: 'How to log in; of several, all have to hold.' },
        ),
        password: Type.Optional(
          Type.Object({
            user: Type.Object(
              {
                id: Type.Optional(Type.String()),
                name: Type.Optional(Type.String()),
                domain: Type.Optional(domain),
                password: Type.String({ writeOnly: true }),
              },
              { description: 'User, by id or by name and domain.' },
            ),
          }),
        ),
        token: Type.Optional(Type.Object({ id: Type.String({ description: 'A token that is still good.' }) })),
        application_credential: Type.Optional(
          Type.Object(
            {
              id: Type.Optional(Type.String()),
              name: Type.Optional(Type.String()),
              user: Type.Optional(
                Type.Object(
                  {
                    id: Type.Optional(Type.String()),
                    name: Type.Optional(Type.String()),
                    domain: Type.Optional(domain),
                  },
                  { description: 'Whose, where the credential is named and not given by its id.' },
                ),
              ),
              secret: Type.String({ writeOnly: true }),
            },
            { description: 'Application credential, by id or by name and user.' },
          ),
        ),
      }),
      scope: Type.Optional(
        Type.Unsafe({
          description: 'What the token is for; absent: the user’s default project, or the only one it has, or nothing.',
          anyOf: [
            Type.Object({
              project: Type.Object(
                {
                  id: Type.Optional(Type.String()),
                  name: Type.Optional(Type.String()),
                  domain: Type.Optional(domain),
                },
                { description: 'Project, by id or by name and domain.' },
              ),
            }),
            Type.Object({ domain: byNameOrId('Domain, by id or by name.') }),
            Type.Object({ unscoped: Type.Object({}) }),
            { type: 'string', enum: ['unscoped'] },
          ],
        }),
      ),
    }),
  },
  { title: 'LogIn' },
)

export const logInExample = {
  auth: {
    identity: {
      methods: ['password'],
      password: { user: { name: 'admin', domain: { name: 'Default' }, password: 'admin-password' } },
    },
    scope: { project: { name: 'admin', domain: { name: 'Default' } } },
  },
}

const Endpoint = Type.Object(
  {
    id: Type.String(),
    interface: Type.Unsafe<string>({ type: 'string', enum: ['public', 'internal', 'admin'] }),
    region: Type.String({ description: 'A flavour of the API.' }),
    region_id: Type.String(),
    url: Type.String({ format: 'uri', description: 'Without a version: clients append it.' }),
  },
  { title: 'CatalogEndpoint' },
)

const Service = Type.Object(
  { id: Type.String(), type: Type.String(), name: Type.String(), endpoints: Type.Array(Endpoint) },
  { title: 'CatalogService' },
)

export const Catalog = Type.Object(
  {
    catalog: Type.Array(Service),
    links: Type.Object({
      self: Type.String(),
      next: Type.Union([Type.String(), Type.Null()]),
      previous: Type.Union([Type.String(), Type.Null()]),
    }),
  },
  { title: 'Catalog' },
)

const named = { id: Type.String(), name: Type.String() }
const Domain = Type.Object(named)

export const Token = Type.Object(
  {
    token: Type.Object({
      methods: Type.Array(Type.String(), { description: 'How the user logged in.' }),
      user: Type.Object({
        ...named,
        domain: Domain,
        password_expires_at: Type.Union([Type.String(), Type.Null()]),
      }),
      project: Type.Optional(
        Type.Object({ ...named, domain: Domain }, { description: 'Absent: the token is for no project.' }),
      ),
      domain: Type.Optional(Type.Object(named, { description: 'Only of a token for a domain.' })),
      application_credential: Type.Optional(
        Type.Object(
          { ...named, restricted: Type.Boolean() },
          { description: 'What was logged in with; restricted: it makes and deletes no others.' },
        ),
      ),
      application_credential_restricted: Type.Optional(Type.Boolean()),
      is_domain: Type.Optional(Type.Boolean()),
      roles: Type.Optional(Type.Array(Type.Object(named))),
      catalog: Type.Optional(Type.Array(Service)),
      issued_at: Type.String({ format: 'date-time' }),
      expires_at: Type.String({ format: 'date-time' }),
      audit_ids: Type.Array(Type.String()),
    }),
  },
  { title: 'Token' },
)

const catalog = [
  {
    id: 'd6b1c1f7a7c14d3f9e0b2a4c6d8e0f12',
    type: 'network',
    name: 'neutron',
    endpoints: [
      {
        id: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
        interface: 'public',
        region: 'eu-de',
        region_id: 'eu-de',
        url: 'http://127.0.0.1:9696/otc',
      },
    ],
  },
]

export const catalogExample = {
  catalog,
  links: { self: 'http://127.0.0.1:9696/identity/v3/auth/catalog', next: null, previous: null },
}

const defaultDomain = { id: 'default', name: 'Default' }

export const tokenExample = {
  token: {
    methods: ['password'],
    user: { id: '8c7d6e5f4a3b42109f8e7d6c5b4a3921', name: 'admin', domain: defaultDomain, password_expires_at: null },
    project: { id: exampleIds.project, name: 'admin', domain: defaultDomain },
    is_domain: false,
    roles: [{ id: '1f2e3d4c5b6a47988776655443322110', name: 'admin' }],
    catalog,
    issued_at: '2026-11-20T09:12:00.000000Z',
    expires_at: '2026-11-21T09:12:00.000000Z',
    audit_ids: ['pV4xq1rTQ6uYb0mH3kzWcg'],
  },
}

export const IdentityVersion = Type.Object(
  {
    id: Type.String(),
    status: Type.String(),
    updated: Type.String(),
    links: Type.Array(Type.Object({ rel: Type.String(), href: Type.String() }, { title: 'Link' })),
    'media-types': Type.Array(Type.Object({ base: Type.String(), type: Type.String() })),
  },
  { title: 'IdentityVersion' },
)

export const identityVersionExample = {
  id: 'v3.14',
  status: 'stable',
  updated: '2020-04-07T00:00:00Z',
  links: [{ rel: 'self', href: 'http://127.0.0.1:9696/identity/v3/' }],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
}
