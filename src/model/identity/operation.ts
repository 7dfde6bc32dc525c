import { type TSchema, Type } from 'typebox'
import type { Described } from '../described.ts'
import type { Dialect } from '../dialect.ts'
import { answerExample } from '../example.ts'
import { answerSchema } from '../render.ts'
import type { Resource } from '../resource.ts'
import { bodiesOf, groupOf, type Verb, wordsOf } from '../resource-operations.ts'

/**
 * Who may do something:
 *
 * - `administrator`: whoever has the role `admin` in a project;
 * - `domain_administrator`: also whoever has it on the domain that it is about, and logged in to that;
 * - `self`: also the user that it is about;
 * - `concerned`: also whoever has a role there. Others are told that it is not there;
 * - `authenticated`: whoever has logged in. Lists hold what is theirs.
 */
export type Who = 'administrator' | 'domain_administrator' | 'self' | 'concerned' | 'authenticated'

/** One thing that is asked of the resources of the identity API. */
export interface IdentityOperation extends Described {
  readonly below: 'host'
  readonly resource: Resource
  readonly does: Verb | 'act'
  readonly answers: 200 | 201 | 204
  readonly who: Who
  /** What a list can be narrowed by, with what it means; absent: by the attributes of the resource. */
  readonly query?: Readonly<Record<string, string>>
  /** Kind of the object that its path names, for the audit; absent: the resource. */
  readonly audited?: string
}

export const identityV3 = '/identity/v3'

const Links = Type.Object(
  {
    self: Type.String(),
    next: Type.Union([Type.String(), Type.Null()]),
    previous: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'ListLinks' },
)

/** The form of every list; `self` is the address that was asked. */
export function listOf(plural: string, item: TSchema): TSchema {
  return Type.Object({ [plural]: Type.Array(item), links: Links })
}

export function listExample(plural: string, items: readonly object[], path: string) {
  const links = { self: `http://127.0.0.1:9696${identityV3}${path}`, next: null, previous: null }
  return { [plural]: items, links }
}

/** Who may do each of the five things; those that are not named are not offered. */
export type Managed<V extends Verb> = Readonly<Record<V, Who>>

/** The usual five for a resource, or those of them that are offered. */
export function managed<const Singular extends string, V extends Verb>(
  singular: Singular,
  resource: Resource,
  who: Managed<V>,
  path: string = resource.path,
): { readonly [Name in `${V}_${Singular}`]: IdentityOperation } {
  const rows = (Object.entries(who) as [V, Who][]).map(([does, may]) => [
    `${does}_${singular}`,
    managedRow(singular, resource, does, may, identityV3 + path),
  ])
  return Object.fromEntries(rows)
}

const methods: Readonly<Record<Verb, Described['method']>> = {
  create: 'POST',
  list: 'GET',
  show: 'GET',
  update: 'PATCH',
  delete: 'DELETE',
}

const answers = { create: 201, list: 200, show: 200, update: 200, delete: 204 } as const

function managedRow(singular: string, resource: Resource, does: Verb, who: Who, path: string): IdentityOperation {
  const isOfOne = does === 'show' || does === 'update' || does === 'delete'
  const rule = { create: 'create', list: 'list', show: 'get', update: 'update', delete: 'delete' }[does]
  return {
    below: 'host',
    method: methods[does],
    path: isOfOne ? `${path}/:id` : path,
    resource,
    does,
    answers: answers[does],
    permission: `identity:${rule}_${does === 'list' ? resource.plural : singular}`,
    who,
    ...wordsOf(resource, does),
    ...(does === 'list' && { summary: `List the ${resource.words.many}.` }),
    group: groupOf(resource.words.many),
    ...bodies(resource, does, path),
  }
}

/** As everywhere, but for lists, which have links of Keystone's form. */
function bodies(resource: Resource, does: Verb, path: string): Pick<Described, 'request' | 'answer' | 'example'> {
  if (does !== 'list') return bodiesOf(resource, does)
  const { plural } = resource
  const below = path.slice(identityV3.length)
  return {
    request: undefined,
    answer: (dialect) => listOf(plural, answerSchema(resource, dialect)),
    example: (dialect) => ({
      request: undefined,
      response: listExample(plural, [answerExample(resource, dialect, 'list')], below),
    }),
  }
}

type Told = Pick<IdentityOperation, 'resource' | 'permission' | 'who' | 'summary' | 'group' | 'command'> &
  Partial<Pick<IdentityOperation, 'method' | 'does' | 'answers' | 'query' | 'audited'>> & {
    readonly request?: TSchema
    readonly answer?: (dialect: Dialect) => TSchema
    readonly example?: (dialect: Dialect) => { readonly request?: unknown; readonly response?: unknown }
  }

/** Any other operation; what has no answer is answered with 204. */
export function identityOperation(path: string, { request, answer, example, ...told }: Told): IdentityOperation {
  return {
    method: 'GET',
    does: 'act',
    answers: answer ? 200 : 204,
    ...told,
    below: 'host',
    path: identityV3 + path,
    request: request && (() => request),
    answer,
    example: (dialect) => ({ request: undefined, response: undefined, ...example?.(dialect) }),
  }
}
