import { type TObject, type TSchema, Type } from 'typebox'
import { descriptionOf } from './descriptions.ts'
import type { Dialect, Purpose } from './dialect.ts'
import { asItIs } from './kinds.ts'
import { type AnyAttribute, type Attributes, attributeIn, type Entity, type Resource } from './resource.ts'
import { schemaName } from './schema-name.ts'

/** How much of an object is shown. */
export interface Sight {
  /** Whether to somebody who may see all attributes. */
  readonly isAdmin: boolean
  /** Keys that the answer is narrowed to, none: all. Unknown names are ignored. */
  readonly fields?: readonly string[]
}

/** An object as a flavour shows it. */
export function render<A extends Attributes>(
  resource: Resource<A>,
  entity: Entity<Resource<A>>,
  dialect: Dialect,
  purpose: Purpose,
  sight: Sight,
): Record<string, unknown> {
  return renderer(resource, dialect, purpose, sight)(entity)
}

/** The same for many objects: what is shown is found out once for all of them. */
export function renderer<A extends Attributes>(
  resource: Resource<A>,
  dialect: Dialect,
  purpose: Purpose,
  sight: Sight,
): (entity: Entity<Resource<A>>) => Record<string, unknown> {
  const isWhole = sight.fields === undefined || sight.fields.length === 0
  return isWhole ? wholeRenderer(resource, dialect, purpose, sight) : made(resource, dialect, purpose, sight)
}

type Renderer = (entity: never) => Record<string, unknown>
const known = new WeakMap<Dialect, WeakMap<Resource, Map<string, Renderer>>>()

/** Of all that is shown; found out once for each flavour. */
function wholeRenderer<A extends Attributes>(
  resource: Resource<A>,
  dialect: Dialect,
  purpose: Purpose,
  { isAdmin }: Sight,
) {
  const ofDialect = known.get(dialect) ?? new WeakMap<Resource, Map<string, Renderer>>()
  known.set(dialect, ofDialect)
  const ofResource = ofDialect.get(resource) ?? new Map<string, Renderer>()
  ofDialect.set(resource, ofResource)
  const key = isAdmin ? `${purpose}, all` : purpose
  const found = ofResource.get(key) as ReturnType<typeof made<A>> | undefined
  if (found) return found
  const whole = made(resource, dialect, purpose, { isAdmin })
  // Who reads is given the same objects again for as long as nothing changes in them (`store/remembered.ts`).
  const renderer = purpose === 'list' || purpose === 'show' ? onceForEach(whole) : whole
  ofResource.set(key, renderer)
  return renderer
}

function onceForEach<E extends object>(render: (entity: E) => Record<string, unknown>) {
  const rendered = new WeakMap<E, Record<string, unknown>>()
  return (entity: E) => {
    const known = rendered.get(entity)
    if (known) return known
    const answer = render(entity)
    rendered.set(entity, answer)
    return answer
  }
}

function made<A extends Attributes>(
  resource: Resource<A>,
  dialect: Dialect,
  purpose: Purpose,
  { isAdmin, fields = [] }: Sight,
): (entity: Entity<Resource<A>>) => Record<string, unknown> {
  const wanted = (name: string) => fields.length === 0 || fields.includes(name)
  const shown = Object.keys(resource.attributes).flatMap(
    (name): [key: string, name: string, kind: AnyAttribute['kind'] | undefined][] => {
      const attribute = attributeIn(resource, name, dialect)
      if (!attribute || (attribute.restricted === 'to see' && !isAdmin)) return []
      const keys = name === 'tenant_id' ? dialect.owner.shows : attribute.shownFor.includes(purpose) ? [name] : []
      // Most values are shown as they are, and a list has thousands.
      const kind = attribute.kind.render === asItIs ? undefined : attribute.kind
      return keys.filter(wanted).map((key) => [key, name, kind])
    },
  )
  // A copy of an object that has all its keys is cheaper than one that gets them one by one.
  const empty: Readonly<Record<string, unknown>> = Object.fromEntries(shown.map(([key]) => [key, undefined]))
  return (entity) => {
    const values: Readonly<Record<string, unknown>> = entity
    const answer: Record<string, unknown> = { ...empty }
    for (const [key, name, kind] of shown) {
      const value = values[name]
      answer[key] = kind === undefined ? value : kind.render(value, dialect)
    }
    return answer
  }
}

/**
 * JSON Schema of an object in answers. Nothing is `required`: `fields` may leave out any key, and a serialiser would turn
 * a missing required key into a 500. The limits are the resource's own, not the flavour's: an object is shown in every
 * flavour, whichever it was made in.
 */
export function answerSchema(resource: Resource, dialect: Dialect): TObject {
  const properties: Record<string, TSchema> = {}
  const described = (name: string, schema: TSchema, readOnly: boolean) => {
    const description = descriptionOf(resource, name, dialect)
    return Type.Optional(
      Type.Unsafe({ ...schema, ...(description !== undefined && { description }), ...(readOnly && { readOnly }) }),
    )
  }
  for (const name of Object.keys(resource.attributes)) {
    if (name === 'tenant_id') {
      for (const key of dialect.owner.shows) properties[key] = described(key, Type.String(), false)
      continue
    }
    const attribute = attributeIn(resource, name, dialect)
    if (!attribute || attribute.shownFor.length === 0) continue
    const { kind, origin } = resource.attributes[name] ?? attribute
    properties[name] = described(name, kind.schema, origin === 'server')
  }
  return Type.Object(properties, { title: schemaName(resource) })
}
