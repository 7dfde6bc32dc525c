import type { Dialect, OwnerKey } from './dialect.ts'
import { isKeepable } from './keepable.ts'
import { canonicalUuid } from './kinds.ts'
import { problem } from './problem.ts'
import { pythonText } from './python-text.ts'
import {
  type AnyAttribute,
  type Attributes,
  attributeIn,
  type Changes,
  type Entity,
  type Given,
  type Resource,
} from './resource.ts'

/** Who asks, as far as decoding has to know. */
export interface Asker {
  readonly projectId: string
  readonly isAdmin: boolean
}

export interface Request {
  readonly dialect: Dialect
  readonly asker: Asker
}

type JsonObject = { readonly [key: string]: unknown }

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** Finds the object under its wrapper: `{"ikepolicy": {…}}` (`classic-api.md` §0.4 G2–G4). */
export function unwrap(resource: Resource, body: unknown): JsonObject {
  if (isEmpty(body)) throw problem('BodyMissing')
  if (!isObject(body)) throw problem('BodyInvalid')
  const wrapped = Object.hasOwn(body, resource.singular) ? body[resource.singular] : undefined
  if (wrapped === undefined || wrapped === null) {
    if (Object.hasOwn(body, resource.plural)) throw problem('BulkNotSupported')
    throw problem('WrapperMissing', { resource: resource.singular })
  }
  if (!isObject(wrapped)) throw problem('WrapperInvalid', { resource: resource.singular })
  return withoutAliases(resource, wrapped)
}

function withoutAliases({ aliases = {} }: Resource, wrapped: JsonObject): JsonObject {
  const meant = (key: string) => (Object.hasOwn(aliases, key) ? aliases[key] : undefined)
  if (!Object.keys(wrapped).some((key) => meant(key) !== undefined)) return wrapped
  return Object.fromEntries(
    Object.entries(wrapped).map(([key, value]) => {
      const name = meant(key)
      return [name === undefined || Object.hasOwn(wrapped, name) ? key : name, value]
    }),
  )
}

/** Reads the body of a POST. Attributes are looked at in the order of the table; the first problem wins. */
export function decodeCreate<A extends Attributes>(
  resource: Resource<A>,
  body: unknown,
  { dialect, asker }: Request,
): Given<Resource<A>> {
  const given = unwrap(resource, body)
  const owner = ownerOf(given, dialect, asker)
  if (owner === undefined) throw problem('AttributeRequired', { attribute: dialect.owner.accepts[0] })
  refuseUnknown(resource, given, dialect)

  const names = Object.keys(resource.attributes)
  for (const name of names) {
    const attribute = attributeIn(resource, name, dialect)
    if (!attribute || name === 'tenant_id') continue
    const present = isGiven(attribute, given, name)
    if (present && attribute.inPost === 'refused') throw problem('AttributeNotAllowed', { attribute: name })
    if (!present && attribute.inPost === 'required') throw problem('AttributeRequired', { attribute: name })
  }

  const decoded: Record<string, unknown> = { tenant_id: decodeOwner(owner) }
  for (const name of names) {
    const attribute = attributeIn(resource, name, dialect)
    if (name === 'tenant_id') continue
    if (attribute && isGiven(attribute, given, name)) {
      decoded[name] = attribute.kind.merge(attribute.kind.decode(given[name], { attribute: name, dialect }), undefined)
    } else if (resource.attributes[name]?.origin === 'client') {
      decoded[name] = attribute?.initial ?? resource.attributes[name].initial
    }
  }
  return decoded as Given<Resource<A>>
}

/** Reads the body of a PUT: only what it names, in the order of the table. */
export function decodeUpdate<A extends Attributes>(
  resource: Resource<A>,
  body: unknown,
  { dialect, asker }: Request,
): Changes<Resource<A>> {
  const given = unwrap(resource, body)
  ownerOf(given, dialect, asker)
  refuseUnknown(resource, given, dialect)
  const named = Object.keys(resource.attributes).filter((name) => Object.hasOwn(given, name))
  for (const name of Object.keys(resource.attributes)) {
    const readOnly = name === 'tenant_id' ? dialect.owner.accepts : [name]
    const refused = readOnly.find((key) => Object.hasOwn(given, key))
    if (refused !== undefined && attributeIn(resource, name, dialect)?.inPut === 'refused') {
      throw problem('AttributeReadOnly', { attribute: refused })
    }
  }
  const changes: Record<string, unknown> = {}
  for (const name of named) {
    const attribute = attributeIn(resource, name, dialect)
    if (!attribute || !isGiven(attribute, given, name)) continue
    changes[name] = attribute.kind.decode(given[name], { attribute: name, dialect })
  }
  return changes as Changes<Resource<A>>
}

/** The object after the change; objects inside it are merged key by key. */
export function changed<A extends Attributes>(
  resource: Resource<A>,
  entity: Entity<Resource<A>>,
  changes: Changes<Resource<A>>,
): Entity<Resource<A>> {
  const result: Record<string, unknown> = { ...entity }
  for (const [name, input] of Object.entries(changes)) {
    const attribute = resource.attributes[name]
    if (attribute) result[name] = attribute.kind.merge(input, result[name])
  }
  return result as Entity<Resource<A>>
}

function isGiven(attribute: AnyAttribute, given: JsonObject, name: string): boolean {
  return Object.hasOwn(given, name) && !(attribute.nullIsAbsent && given[name] === null)
}

function isOwnerKey(name: string, dialect: Dialect): boolean {
  return dialect.owner.accepts.some((key) => key === name)
}

/** G5 and G6: both names of the owner agree, and only an administrator names somebody else. */
function ownerOf(given: JsonObject, dialect: Dialect, asker: Asker): unknown {
  const named = dialect.owner.accepts.filter((key: OwnerKey) => Object.hasOwn(given, key)).map((key) => given[key])
  // An administrator of everything may be in no project.
  if (named.length === 0) return asker.projectId === '' ? undefined : asker.projectId
  if (named.some((value) => value !== named[0])) throw problem('OwnersDiffer')
  const owner = named[0]
  if (owner !== asker.projectId && !asker.isAdmin) throw problem('ForeignOwner')
  return owner
}

/** The id of a project, which is written without dashes. */
function decodeOwner(value: unknown): string {
  const refused = (reason: string) => problem('AttributeInvalid', { attribute: 'tenant_id', reason })
  if (typeof value !== 'string') throw refused(`'${pythonText(value)}' is not a valid string`)
  if (value.length > 255) throw refused(`'${value}' exceeds maximum length of 255`)
  if (value === '' || !isKeepable(value)) throw refused('it is not the id of a project')
  return canonicalUuid(value)?.replaceAll('-', '') ?? value
}

function refuseUnknown(resource: Resource, given: JsonObject, dialect: Dialect): void {
  const unknown = Object.keys(given).filter(
    (name) => !isOwnerKey(name, dialect) && (name === 'tenant_id' || !attributeIn(resource, name, dialect)),
  )
  if (unknown.length > 0) throw problem('UnknownAttributes', { attributes: unknown.join(', ') })
}
