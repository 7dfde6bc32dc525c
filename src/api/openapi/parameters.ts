import { descriptionOf } from '../../model/descriptions.ts'
import type { Dialect } from '../../model/dialect.ts'
import type { IdentityOperation } from '../../model/identity/operation.ts'
import { identityOperations } from '../../model/identity/operations.ts'
import { type Operation, operations } from '../../model/operations.ts'
import { attributeIn, type Resource } from '../../model/resource.ts'
import { filterNamesOf, sortKeysOf } from '../v2/query.ts'

/** The query parameters of an operation: those of lists, and `fields` wherever one object is shown (`classic-api.md` §0.1). */
export function queryParameters(
  { resource, does, query }: Operation,
  dialect: Dialect,
): Readonly<Record<string, object>> {
  const fields = { fields: repeated('Keys that the answer is narrowed to; repeatable.') }
  if (does === 'show') return fields
  return does === 'list' ? { ...fields, ...paging(resource), ...filters(resource, dialect) } : (query ?? {})
}

function paging(resource: Resource): Record<string, object> {
  return {
    limit: { type: 'integer', minimum: 0, description: 'Size of a page; 0 or absent: everything.' },
    marker: { type: 'string', description: 'Id of the object that the page begins after.' },
    page_reverse: { type: 'boolean', description: 'Go backwards: the page ends before the marker.' },
    sort_key: repeated('What to sort by; repeatable, each with its `sort_dir`.', sortKeysOf(resource)),
    sort_dir: repeated('`asc` or `desc`, one for each `sort_key`.', ['asc', 'desc']),
  }
}

/** The query parameters of an operation of the identity API, whose lists have no pages. */
export function identityQuery(
  { resource, does, query }: IdentityOperation,
  dialect: Dialect,
): Readonly<Record<string, object>> {
  if (query) {
    return Object.fromEntries(
      Object.entries(query).map(([name, about]) => [name, { type: 'string', description: about }]),
    )
  }
  return does === 'list' ? filters(resource, dialect) : {}
}

function filters(resource: Resource, dialect: Dialect): Record<string, object> {
  const names = filterNamesOf(resource, dialect)
  const beside = Object.entries(resource.besideFilters ?? {}).map(([name, { description }]) => [
    name,
    { type: 'array', items: { type: 'string' }, description },
  ])
  const isOwned = Object.hasOwn(resource.attributes, 'tenant_id')
  const owners = isOwned ? dialect.owner.shows.filter((name) => !names.includes(name)) : []
  const equal = [...names, ...owners].map((name) => {
    const storage = attributeIn(resource, name, dialect)?.kind.storage
    const type = storage === 'boolean' || storage === 'integer' ? storage : 'string'
    const about = descriptionOf(resource, name, dialect)
    return [name, { type: 'array', items: { type }, description: `Only those with one of these. ${about}` }]
  })
  return Object.fromEntries([...equal, ...beside])
}

function repeated(description: string, words?: readonly string[]): object {
  return { type: 'array', items: { type: 'string', ...(words && { enum: [...words] }) }, description }
}

/** The variable parts of a path. */
export function pathParameters(path: string): Readonly<Record<string, object>> | undefined {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  if (names.length === 0) return undefined
  return Object.fromEntries(names.map((name) => [name, { type: 'string', description: meaningOf(name, path) }]))
}

function meaningOf(name: string, path: string): string {
  if (name !== 'id') return `The ${name.replaceAll('_', ' ')}.`
  const all = [...Object.values(identityOperations), ...Object.values(operations)]
  const one = all.find(({ resource }) => path.includes(`${resource.path}/:id`))?.resource.words.one
  return one === undefined ? 'Its name.' : `Id of ${one}.`
}
