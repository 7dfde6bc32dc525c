import { Type } from 'typebox'
import type { Described } from './described.ts'
import type { Operation } from './operations.ts'
import type { Resource } from './resource.ts'
import { groupOf } from './resource-operations.ts'
import { longestTag, mostTags } from './standard-attributes.ts'

/**
 * The reference's tags (its extension `standard-attr-tag`) of one kind of object. They are words, and not the tags of
 * connections, which have a key and a value (`tag-operations.ts`).
 */

type TagName<Singular extends string> =
  | `${'list' | 'replace' | 'delete'}_${Singular}_tags`
  | `${'show' | 'add' | 'remove'}_${Singular}_tag`

type Told = Pick<Operation, 'method' | 'path' | 'answers' | 'summary' | 'command'> &
  Partial<Pick<Operation, 'request' | 'answer'>> & { readonly request?: Described['request'] }

const exampleTags = { tags: ['berlin', 'third-floor'] }

const asked = () =>
  Type.Object({
    tags: Type.Array(Type.String({ minLength: 1, maxLength: longestTag, pattern: '^[^\\u0000,]*$' }), {
      uniqueItems: true,
      maxItems: mostTags,
      description: 'All that it is to have.',
    }),
  })
const shown = () => Type.Object({ tags: Type.Array(Type.String()) })

export function objectTagOperations<const Singular extends string>(
  singular: Singular,
  resource: Resource,
): { readonly [Name in TagName<Singular>]: Operation } {
  const { one, many, command } = resource.words
  const row = ({ path, request, answer, ...told }: Told): Operation => ({
    path: `${resource.path}/:id/tags${path}`,
    resource,
    does: 'act',
    role: 'member',
    group: groupOf(many),
    permission: `${told.method === 'GET' ? 'get' : told.method === 'PUT' ? 'update' : 'delete'}_${resource.plural}_tags`,
    request,
    answer,
    example: () => ({ request: request && exampleTags, response: answer && exampleTags }),
    ...told,
  })
  const rows: Readonly<Record<string, Operation>> = {
    [`list_${singular}_tags`]: row({
      method: 'GET',
      path: '',
      answers: 200,
      summary: `List the tags of ${one}.`,
      command: `${command} tag list`,
      answer: shown,
    }),
    [`replace_${singular}_tags`]: row({
      method: 'PUT',
      path: '',
      answers: 200,
      summary: `Give ${one} these tags and no others.`,
      command: `${command} tag replace`,
      request: asked,
      answer: shown,
    }),
    [`delete_${singular}_tags`]: row({
      method: 'DELETE',
      path: '',
      answers: 204,
      summary: `Take all tags from ${one}.`,
      command: `${command} tag clear`,
    }),
    [`show_${singular}_tag`]: row({
      method: 'GET',
      path: '/:tag',
      answers: 204,
      summary: `Find out whether ${one} has a tag.`,
      command: `${command} tag show`,
    }),
    [`add_${singular}_tag`]: row({
      method: 'PUT',
      path: '/:tag',
      answers: 201,
      summary: `Give ${one} one more tag.`,
      command: `${command} tag add`,
    }),
    [`remove_${singular}_tag`]: row({
      method: 'DELETE',
      path: '/:tag',
      answers: 204,
      summary: `Take a tag from ${one}.`,
      command: `${command} tag remove`,
    }),
  }
  return rows as { readonly [Name in TagName<Singular>]: Operation }
}
