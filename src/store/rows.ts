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
  const id = String(row.id)
  for (const [name, { kind, initial }] of Object.entries(resource.attributes)) {
    entity[name] =
      kind.storage === 'none' ? initial : read(row, columnOf(name), kind.storage, place(resource, name, id), sealer)
  }
  return entity as Entity<Resource<A>>
}

function read(row: Readonly<Row>, column: string, storage: Storage, at: string, sealer: Sealer): unknown {
  if (typeof storage === 'object') {
    return Object.fromEntries(
      Object.entries(storage.object).map(([key, inner]) => [key, read(row, `${column}_${key}`, inner, at, sealer)]),
    )
  }
  const value = row[column]
  if (storage === 'json') return JSON.parse(String(value))
  if (storage === 'boolean') return value === 1
  if (storage === 'secret') return sealer.open(String(value), at)
  return value
}

function place(resource: Resource, attribute: string, id: string): string {
  return `${resource.singular}:${attribute}:${id}`
}
