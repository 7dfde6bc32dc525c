import type { Dialect } from '../../model/dialect.ts'
import type { Filter, Listing, Page } from '../../model/filter.ts'
import { largestInteger } from '../../model/keepable.ts'
import { decodeFlag, decodeInteger } from '../../model/kinds.ts'
import { problem } from '../../model/problem.ts'
import { pythonText } from '../../model/python-text.ts'
import { attributeIn, columnOf, type Resource } from '../../model/resource.ts'

/** A parsed query string: a repeated key has a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

export function valuesOf(query: Query, key: string): readonly string[] {
  const value = query[key]
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** Which keys the answer is narrowed to; none: all. */
export function fieldsOf(query: Query): readonly string[] {
  return valuesOf(query, 'fields').filter((field) => field !== '')
}

/** What is asked of a list. @throws Problem in the words of the reference's query layer (`classic-api.md` §0.2). */
export function listingOf(resource: Resource, query: Query, dialect: Dialect): Listing {
  return {
    filters: filtersOf(resource, query, dialect),
    beside: besideOf(resource, query),
    page: pageOf(resource, query),
  }
}

/** What a list can be sorted by (`classic-api.md` §0.1). */
export function sortKeysOf({ alsoSortable = [] }: Resource): readonly string[] {
  return ['id', 'tenant_id', 'project_id', 'name', ...alsoSortable]
}

/** Attributes that a list can be filtered by. */
export function filterNamesOf(resource: Resource, dialect: Dialect): readonly string[] {
  return Object.keys(resource.attributes).filter((name) => {
    const storage = attributeIn(resource, name, dialect)?.kind.storage
    return storage === 'boolean' || storage === 'integer' || storage === 'text'
  })
}

function pageOf(resource: Resource, query: Query): Page {
  const keys = valuesOf(query, 'sort_key')
  const directions = valuesOf(query, 'sort_dir')
  if (keys.length !== directions.length) throw problem('SortKeysUneven')
  const sortable = sortKeysOf(resource)
  const wrongKeys = keys.filter((key) => !sortable.includes(key))
  if (wrongKeys.length > 0) throw problem('SortKeyInvalid', { values: pythonText(wrongKeys) })
  const wrongDirections = directions.filter((direction) => direction !== 'asc' && direction !== 'desc')
  if (wrongDirections.length > 0) throw problem('SortDirectionInvalid', { values: pythonText(wrongDirections) })
  const [limit = '0'] = valuesOf(query, 'limit')
  if (!/^\d+$/.test(limit)) throw problem('LimitInvalid', { value: limit })
  const [marker] = valuesOf(query, 'marker').filter((value) => value !== '')
  const order = keys.map((key, index) => ({ column: aliases[key] ?? key, descending: directions[index] === 'desc' }))
  const atMost = Math.min(Number(limit) || Number.POSITIVE_INFINITY, resource.largestPage ?? Number.POSITIVE_INFINITY)
  return {
    order: order.length > 0 ? order : (resource.order ?? []),
    limit: Number.isFinite(atMost) ? Math.min(atMost, largestInteger) : undefined,
    marker,
    backwards: /^true$/i.test(valuesOf(query, 'page_reverse')[0] ?? ''),
  }
}

/** Parameters that are no attribute although one might be called so. */
const reserved = new Set(['fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir'])

/** Spellings that clients send for an attribute (`classic-api.md` §0.1). */
const aliases: Readonly<Record<string, string>> = {
  endpoint_type: 'type',
  project_id: 'tenant_id',
}

/**
 * Equality filters: one key repeated means any of its values, several keys mean all of them; keys that are no attribute,
 * and empty values, are ignored.
 */
function filtersOf(resource: Resource, query: Query, dialect: Dialect): Filter[] {
  return Object.keys(query).flatMap((key): Filter[] => {
    const values = valuesOf(query, key).filter((value) => value !== '')
    const name = resource.aliases?.[key] ?? aliases[key] ?? key
    if (reserved.has(key) || values.length === 0) return []
    const attribute = attributeIn(resource, name, dialect)
    if (!attribute || typeof attribute.kind.storage === 'object') return []
    const column = columnOf(name)
    switch (attribute.kind.storage) {
      case 'boolean':
        return [{ column, values: values.map(numberOfFlag) }]
      case 'integer':
        return [{ column, values: values.map(integerOf) }]
      case 'text':
        return [{ column, values: values.flatMap((value) => canonicalText(resource, name, value, dialect) ?? []) }]
      default:
        return []
    }
  })
}

/** Conditions on what is kept beside the objects; a parameter without a value is as if not asked. */
function besideOf({ besideFilters = {} }: Resource, query: Query): NonNullable<Listing['beside']> {
  return Object.entries(besideFilters).flatMap(([name, filter]) => {
    const values = valuesOf(query, name).filter((value) => value !== '')
    return values.length === 0 ? [] : filter.read(values)
  })
}

/** Filters are coerced as attributes are, and refused in the same words (`classic-api.md` §0.4 G12). */
function numberOfFlag(value: string): number {
  const flag = decodeFlag(value)
  if (flag === undefined) throw problem('NotBoolean', { value })
  return flag ? 1 : 0
}

function integerOf(value: string): number {
  const integer = decodeInteger(value)
  if (integer === undefined) throw problem('NotInteger', { value })
  return integer
}

/**
 * Algorithms are kept in canonical spelling: a filter is in the flavour's. An algorithm the flavour has no word for is
 * shown, and so found, by its canonical one; the other flavour's word for one matches nothing.
 */
function canonicalText(resource: Resource, name: string, value: string, dialect: Dialect): string | undefined {
  const kind = algorithmAttributes[name]
  if (!kind || !Object.hasOwn(resource.attributes, name)) return value
  return dialect.read(kind, value) ?? (dialect.spell(kind, value) === value ? value : undefined)
}

const algorithmAttributes: Readonly<Record<string, 'encryption' | 'integrity' | 'group' | undefined>> = {
  auth_algorithm: 'integrity',
  encryption_algorithm: 'encryption',
  pfs: 'group',
}
