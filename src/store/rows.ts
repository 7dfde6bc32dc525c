import type { Storage } from '../model/attribute.ts'
import { type Attributes, columnOf, type Entity, type Resource } from '../model/resource.ts'
import { Secret } from '../model/secret.ts'
import type { Sealer } from './seal.ts'

export type Value = string | number | null
export type Row = Record<string, Value>

/** The columns of a resource's attributes, in the order of the table. */
export function columnsOf(resource: Resource): string[] {
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

/** Row to entity. Attributes that are computed at each answer are absent until the domain adds them. */
export function fromRow<A extends Attributes>(
  resource: Resource<A>,
  row: Readonly<Row>,
  sealer: Sealer,
): Entity<Resource<A>> {
  const entity: Record<string, unknown> = {}
  for (const { name, column, storage, initial } of placesOf(resource)) {
    entity[name] =
      storage === 'none' ? initial : read(row, column, storage, () => place(resource, name, String(row.id)), sealer)
  }
  return entity as Entity<Resource<A>>
}

interface Place {
  readonly name: string
  readonly column: string
  /** For an object: its keys, and the columns that keep them. */
  readonly storage: Exclude<Storage, object> | readonly (readonly [key: string, column: string])[]
  readonly initial: unknown
}

// Where attributes are kept is the same for every row, and a list has a hundred of them.
const known = new WeakMap<Resource, readonly Place[]>()

function placesOf(resource: Resource): readonly Place[] {
  const found = known.get(resource)
  if (found) return found
  const made = Object.entries(resource.attributes).map(([name, { kind, initial }]): Place => {
    const column = columnOf(name)
    const { storage } = kind
    if (typeof storage !== 'object') return { name, column, storage, initial }
    const members = Object.keys(storage.object).map((key) => [key, `${column}_${key}`] as const)
    return { name, column, storage: members, initial }
  })
  known.set(resource, made)
  return made
}

/** @param at names the place a secret was sealed for */
function read(
  row: Readonly<Row>,
  column: string,
  storage: Place['storage'],
  at: () => string,
  sealer: Sealer,
): unknown {
  if (typeof storage === 'object') {
    const value: Record<string, unknown> = {}
    for (const [key, inner] of storage) value[key] = row[inner]
    return value
  }
  const value = row[column]
  if (storage === 'json') return JSON.parse(String(value))
  if (storage === 'boolean') return value === 1
  if (storage === 'secret') return new Secret(() => sealer.open(String(value), at()).reveal())
  return value
}

function place(resource: Resource, attribute: string, id: string): string {
  return `${resource.singular}:${attribute}:${id}`
}
