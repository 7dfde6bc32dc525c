import type { Decoding } from '../attribute.ts'
import { problem } from '../problem.ts'
import type { AnyAttribute, Attributes, Changes, Entity, Given, Resource } from '../resource.ts'

/** How identity bodies are read: like others, but what is not known is ignored, as Keystone does (`clients.md` §1). */

type JsonObject = Readonly<Record<string, unknown>>
type Dialect = Decoding['dialect']

/** @throws Problem when there is no object under the resource's name. */
export function unwrapIdentity({ singular, aliases = {} }: Resource, body: unknown): JsonObject {
  if (!isObject(body)) throw problem('BodyMissing')
  const wrapped = Object.hasOwn(body, singular) ? body[singular] : undefined
  if (wrapped === undefined) throw problem('WrapperMissing', { resource: singular })
  if (!isObject(wrapped)) throw problem('WrapperInvalid', { resource: singular })
  const renamed = Object.entries(aliases).flatMap(([alias, name]) =>
    Object.hasOwn(wrapped, alias) && !Object.hasOwn(wrapped, name) ? [[name, wrapped[alias]]] : [],
  )
  return { ...wrapped, ...Object.fromEntries(renamed) }
}

/** Reads the body of a POST. @throws Problem for the first attribute that is missing or wrong. */
export function decodeIdentityCreate<A extends Attributes>(
  resource: Resource<A>,
  body: unknown,
  dialect: Dialect,
): Given<Resource<A>> {
  const given = unwrapIdentity(resource, body)
  const decoded: Record<string, unknown> = {}
  for (const [name, attribute] of clientAttributes(resource)) {
    if (isGiven(attribute, given, name)) {
      decoded[name] = attribute.kind.merge(attribute.kind.decode(given[name], { attribute: name, dialect }), undefined)
    } else if (attribute.inPost === 'required') {
      throw problem('AttributeRequired', { attribute: name })
    } else {
      decoded[name] = attribute.initial
    }
  }
  return decoded as Given<Resource<A>>
}

/** Reads the body of a PATCH: only what it names. @throws Problem */
export function decodeIdentityUpdate<A extends Attributes>(
  resource: Resource<A>,
  body: unknown,
  dialect: Dialect,
): Changes<Resource<A>> {
  const given = unwrapIdentity(resource, body)
  const changes: Record<string, unknown> = {}
  for (const [name, attribute] of clientAttributes(resource)) {
    if (isGiven(attribute, given, name)) {
      changes[name] = attribute.kind.decode(given[name], { attribute: name, dialect })
    }
  }
  return changes as Changes<Resource<A>>
}

/**
 * The object after a change. What is given once may be said again, as clients do that send whole objects back.
 * @throws Problem when it would become another
 */
export function changedIdentity<A extends Attributes>(
  resource: Resource<A>,
  before: Entity<Resource<A>> & { readonly id: string },
  changes: Changes<Resource<A>>,
): Entity<Resource<A>> & { readonly id: string } {
  const result: Record<string, unknown> = { ...before }
  for (const [name, input] of Object.entries(changes)) {
    const attribute = resource.attributes[name]
    if (!attribute) continue
    const value = attribute.kind.merge(input, result[name])
    if (attribute.inPut === 'refused' && value !== result[name]) {
      throw problem('AttributeFixed', { attribute: name, resource: resource.singular, id: before.id })
    }
    result[name] = value
  }
  return result as Entity<Resource<A>> & { readonly id: string }
}

function clientAttributes({ attributes }: Resource): [name: string, attribute: AnyAttribute][] {
  return Object.entries(attributes).filter(([, { origin }]) => origin === 'client')
}

function isGiven({ nullIsAbsent }: AnyAttribute, given: JsonObject, name: string): boolean {
  return Object.hasOwn(given, name) && !(nullIsAbsent && given[name] === null)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
