import { type TSchema, Type } from 'typebox'
import { exampleIds } from './example-ids.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import type { Operation } from './operations.ts'
import { tagLimits } from './tag.ts'

/** The tag API of connections (`classic-api.md` §7). */

type Told = Pick<Operation, 'summary' | 'command' | 'answers' | 'permission' | 'request' | 'answer' | 'example'>

/** Its resource is the connection; its paths have the project instead of `/vpn`. */
function ofTags(method: Operation['method'], path: string, told: Told): Operation {
  return {
    method,
    path: `/:project_id/ipsec-site-connections${path}`,
    resource: IpsecConnection,
    does: 'act',
    role: 'member',
    feature: 'tags',
    group: 'Tags',
    ...told,
  }
}

const characters = '^[A-Za-z0-9_-]+$'
const key = Type.String({ minLength: 1, maxLength: tagLimits.key, pattern: characters, description: 'Unique on it.' })
const value = Type.String({ maxLength: tagLimits.value, pattern: '^[A-Za-z0-9_-]*$', description: 'What it says.' })
const tag = Type.Object({ key, value }, { title: 'Tag' })
const changedTag = Type.Object({ key, value: Type.Optional(value) }, { title: 'ChangedTag' })
const shownTag = Type.Object({ key: Type.String(), value: Type.String() }, { title: 'ShownTag' })
const valuesOfKey = Type.Object({ key: Type.String(), values: Type.Array(Type.String()) }, { title: 'TagValues' })

const search = Type.Object(
  {
    action: Type.Enum(['filter', 'count'], { description: 'To list what is found, or only to count it.' }),
    tags: Type.Optional(
      Type.Array(valuesOfKey, {
        maxItems: tagLimits.atOnce,
        description: 'All have to hold; no values: any. `*x` ends with x.',
      }),
    ),
    matches: Type.Optional(
      Type.Array(Type.Object({ key: Type.Enum(['resource_name']), value: Type.String({ maxLength: 255 }) }), {
        description: 'Part of the name.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'The most that are listed.' })),
    offset: Type.Optional(Type.Integer({ minimum: 0, description: 'How many are left out before.' })),
  },
  { title: 'TagSearch' },
)
const found = Type.Object({
  resources: Type.Optional(
    Type.Array(
      Type.Object(
        {
          resource_id: Type.String(),
          resource_name: Type.String(),
          resource_detail: Type.Null(),
          tags: Type.Array(shownTag),
        },
        { title: 'TaggedResource' },
      ),
    ),
  ),
  total_count: Type.Integer(),
})

const oneTag = { key: 'env', value: 'lab' }
const changes = { permission: 'update_ipsec_site_connection', answers: 204, answer: undefined } as const
const looks = { permission: 'get_ipsec_site_connection', answers: 200, request: undefined } as const

export const tagOperations = {
  create_connection_tag: ofTags('POST', '/:resource_id/tags', {
    ...changes,
    summary: 'Give a connection a tag.',
    command: 'vpn connection tag set',
    request: () => Type.Object({ tag }),
    example: () => ({ request: { tag: oneTag }, response: undefined }),
  }),
  change_connection_tags: ofTags('POST', '/:resource_id/tags/action', {
    ...changes,
    summary: 'Create or delete tags of a connection.',
    command: 'vpn connection tag change',
    request: () =>
      Type.Object({
        action: Type.Enum(['create', 'delete']),
        tags: Type.Array(changedTag, { maxItems: tagLimits.atOnce }),
      }),
    example: () => ({ request: { action: 'create', tags: [oneTag] }, response: undefined }),
  }),
  list_connection_tags: ofTags('GET', '/:resource_id/tags', {
    ...looks,
    summary: 'List the tags of a connection.',
    command: 'vpn connection tag list',
    answer: () => Type.Object({ tags: Type.Array(shownTag) }),
    example: () => ({ request: undefined, response: { tags: [oneTag] } }),
  }),
  delete_connection_tag: ofTags('DELETE', '/:resource_id/tags/:key', {
    ...changes,
    summary: 'Delete a tag of a connection.',
    command: 'vpn connection tag delete',
    request: undefined,
    example: () => ({ request: undefined, response: undefined }),
  }),
  list_project_tags: ofTags('GET', '/tags', {
    ...looks,
    summary: 'List the tags in use in a project.',
    command: 'vpn tag list',
    answer: () => Type.Object({ tags: Type.Array(valuesOfKey) }),
    example: () => ({ request: undefined, response: { tags: [{ key: 'env', values: ['lab'] }] } }),
  }),
  search_connections_by_tags: ofTags('POST', '/resource_instances/action', {
    ...looks,
    summary: 'Find connections by their tags.',
    command: 'vpn tag search',
    request: (): TSchema => search,
    answer: () => found,
    example: () => ({
      request: {
        action: 'filter',
        limit: 100,
        offset: 0,
        tags: [{ key: 'env', values: ['lab'] }],
        matches: [{ key: 'resource_name', value: 'branch' }],
      },
      response: {
        resources: [
          { resource_id: exampleIds.connection, resource_name: 'to-branch', resource_detail: null, tags: [oneTag] },
        ],
        total_count: 1,
      },
    }),
  }),
}
