import { Type } from 'typebox'
import { attribute } from '../attribute.ts'
import { exampleIds } from '../example-ids.ts'
import { flag, invalid, json, text } from '../kinds.ts'
import { type Entity, resource } from '../resource.ts'
import { Secret } from '../secret.ts'
import { expiry } from './expiry.ts'
import { description, identifier, links, password, uniqueName, unkept } from './kinds.ts'

/** A role as a request names it, and as it is kept: by its id. */
export interface RoleReference {
  readonly id?: string
  readonly name?: string
  readonly domain_id?: null
}

const RoleReferences = Type.Array(
  Type.Object({
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    domain_id: Type.Optional(Type.Null()),
  }),
)

const { kind: accessRules } = json<readonly unknown[]>(
  Type.Array(Type.Unknown(), { maxItems: 0 }),
  decodeAccessRules,
).optional([])

/** What a program logs in with in place of its user, for one project, with no more roles than the user has. */
export const ApplicationCredential = resource({
  singular: 'application_credential',
  plural: 'application_credentials',
  path: '/application_credentials',
  notFound: 'ApplicationCredentialNotFound',
  description: 'What a program logs in with in its user’s place: for one project, with some of the user’s roles.',
  words: { one: 'an application credential', many: 'application credentials', command: 'application credential' },
  example: {
    object: {
      id: exampleIds.application_credential,
      name: 'monitoring',
      description: 'Reads the state of connections',
      project_id: exampleIds.project,
      roles: [{ id: exampleIds.member_role, name: 'member', domain_id: null }],
      expires_at: null,
      unrestricted: false,
      secret: null,
      access_rules: [],
      links: {
        self: `http://127.0.0.1:9696/identity/v3/users/${exampleIds.user}/application_credentials/${exampleIds.application_credential}`,
      },
    },
    atFirst: { secret: new Secret('made-up-and-shown-once-only') },
    posts: ['name', 'description'],
    puts: {},
  },
  attributes: {
    id: identifier(),
    name: uniqueName(255, 'of a user'),
    description: description(),
    project_id: text().readOnly().describe('Project it is for: that of the token it was made with.'),
    roles: json<readonly RoleReference[]>(RoleReferences, decodeRoles)
      .optional([])
      .describe('Its roles, by id or name; all that the token has unless given. What the user loses, it loses too.'),
    expires_at: expiry().optional(null).describe('When it ends, in UTC; null: never.'),
    unrestricted: flag().optional(false).describe('Whether what logs in with it may make and delete others.'),
    secret: password()
      .optional(null)
      .shown('create')
      .describe('What to log in with: made up unless given, and shown only here.'),
    access_rules: attribute(unkept(accessRules))
      .optional([])
      .hidden()
      .describe('Has to be empty: access cannot be narrowed to single requests.'),
    links: links(),
  },
})

export type ApplicationCredential = Entity<typeof ApplicationCredential>

function decodeRoles(value: unknown, at: Parameters<typeof invalid>[0]): readonly RoleReference[] {
  if (!Array.isArray(value)) throw invalid(at, 'it is not a list of roles')
  return value.map((each: unknown) => {
    for (const key of ['id', 'name'] as const) {
      const named: unknown = typeof each === 'object' && each !== null ? Reflect.get(each, key) : undefined
      if (typeof named === 'string') return { [key]: named }
    }
    throw invalid(at, 'each role has to have an id or a name')
  })
}

function decodeAccessRules(value: unknown, at: Parameters<typeof invalid>[0]): readonly unknown[] {
  if (Array.isArray(value) && value.length === 0) return value
  throw invalid(at, 'access rules are not offered')
}
