import type { Storage } from '../model/attribute.ts'
import { type Attributes, columnOf, type Entity, type Resource } from '../model/resource.ts'
import { Secret } from '../model/secret.ts'
import type { Sealer } from './seal.ts'

export type Value = string | number | null
export type Row = Record<string, Value>

const columns = new WeakMap<Resource, readonly string[]>()

/** The columns of a resource's attributes, in the order of the table. */
export function columnsOf(resource: Resource): readonly string[] {
  const found = columns.get(resource) ?? columnsIn(resource)
  columns.set(resource, found)
  return found
}

function columnsIn(resource: Resource): string[] {
  return Object.entries(resource.attributes).flatMap(([name, { kind }]) => storedIn(columnOf(name), kind.storage))
}

function storedIn(column: string, storage: Storage): string[] {
  if (storage === 'none') return []
  if (typeof storage === 'string') return [column]
  return Object.entries(storage.object).flatMap(([key, inner]) => storedIn(`${column}_${key}`, inner))
}

/** Entity to row. Attributes the entity does not have are left out, so a part of an entity makes a part of a row. */
export function toRow(resource: Resource, entity: Readonly<Record<string, unknown>>, id: string, sealer: Sealer): Row {
  const row: Row = {}
  for (const [name, { kind }] of Object.entries(resource.attributes)) {
    if (Object.hasOwn(entity, name))
      write(row, columnOf(name), kind.storage, entity[name], place(resource, name, id), sealer)
  }
  return row
}

function write(row: Row, column: string, storage: Storage, value: unknown, at: string, sealer: Sealer): void {
  if (storage === 'none') return
  if (typeof storage === 'object') {
    for (const [key, inner] of Object.entries(storage.object)) {
      write(row, `${column}_${key}`, inner, Reflect.get(Object(value), key), at, sealer)
    }
    return
  }
  row[column] = stored(storage, value, at, sealer)
}

function stored(storage: Exclude<Storage, object | 'none'>, value: unknown, at: string, sealer: Sealer): Value {
  if (storage === 'json') return JSON.stringify(value ?? null)
  if (storage === 'boolean') return value ? 1 : 0
  if (value instanceof Secret) return sealer.seal(value, at)
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  throw new TypeError(`${at} cannot keep a ${typeof value}`)
}

/**
 * Row to entity. Attributes that are computed at each answer are absent until the domain adds them. The row itself becomes
 * the entity, since most of its values stay as they are: whoever needs it as a row too hands in a copy.
 */
export function fromRow<A extends Attributes>(resource: Resource<A>, row: Row, sealer: Sealer): Entity<Resource<A>> {
  const entity: Record<string, unknown> = row
  for (const [name, read] of readersOf(resource)) entity[name] = read(row, sealer)
  return entity as Entity<Resource<A>>
}

/** Takes one attribute's value out of a row. */
type Reader = (row: Readonly<Row>, sealer: Sealer) => unknown

// How attributes are kept is the same for every row, and a list has a hundred of them.
const known = new WeakMap<Resource, readonly (readonly [name: string, read: Reader])[]>()

/** Of the attributes whose value is another than the column's. */
function readersOf(resource: Resource) {
  const found = known.get(resource)
  if (found) return found
  const made = Object.keys(resource.attributes).flatMap((name): (readonly [string, Reader])[] => {
    const read = readerOf(resource, name)
    return read ? [[name, read]] : []
  })
  known.set(resource, made)
  return made
}

function readerOf(resource: Resource, name: string): Reader | undefined {
  const { kind, initial } = resource.attributes[name] ?? {}
  const column = columnOf(name)
  const storage = kind?.storage ?? 'none'
  if (typeof storage === 'object') {
    const members = Object.keys(storage.object).map((key) => [key, `${column}_${key}`] as const)
    return (row) => {
      const value: Record<string, unknown> = {}
      for (const [key, inner] of members) value[key] = row[inner]
      return value
    }
  }
  switch (storage) {
    case 'none':
      return () => initial
    case 'json':
      return (row) => JSON.parse(String(row[column]))
    case 'boolean':
      return (row) => row[column] === 1
    case 'secret':
      return (row, sealer) => {
        const [sealed, id] = [String(row[column]), String(row.id)]
        return new Secret(() => sealer.open(sealed, place(resource, name, id)).reveal())
      }
    default:
      return column === name ? undefined : (row) => row[column]
  }
}

function place(resource: Resource, attribute: string, id: string): string {
  return `${resource.singular}:${attribute}:${id}`
}
