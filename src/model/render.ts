import { type TObject, type TSchema, Type } from 'typebox'
import type { Dialect, Purpose } from './dialect.ts'
import { type Attributes, attributeIn, type Entity, type Resource } from './resource.ts'

/** An object as a flavour shows it. `fields` narrows it to the named keys; unknown names are ignored. */
export function render<A extends Attributes>(
  resource: Resource<A>,
  entity: Entity<Resource<A>>,
  dialect: Dialect,
  purpose: Purpose,
  fields: readonly string[] = [],
): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  const values: Readonly<Record<string, unknown>> = entity
  const wanted = (name: string) => fields.length === 0 || fields.includes(name)
  for (const name of Object.keys(resource.attributes)) {
    if (name === 'tenant_id') {
      for (const key of dialect.owner.shows) if (wanted(key)) shown[key] = values.tenant_id
      continue
    }
    const attribute = attributeIn(resource, name, dialect)
    if (attribute?.shownFor.includes(purpose) && wanted(name)) {
      shown[name] = attribute.kind.render(values[name], dialect)
    }
  }
  return shown
}

/**
 * JSON Schema of an object in answers. Nothing is `required`: `fields` may leave out any key, and a serialiser would turn
 * a missing required key into a 500.
 */
export function answerSchema(resource: Resource, dialect: Dialect): TObject {
  const properties: Record<string, TSchema> = {}
  for (const name of Object.keys(resource.attributes)) {
    if (name === 'tenant_id') {
      for (const key of dialect.owner.shows) properties[key] = Type.Optional(Type.String())
      continue
    }
    const attribute = attributeIn(resource, name, dialect)
    if (attribute && attribute.shownFor.length > 0) properties[name] = Type.Optional(attribute.kind.schema)
  }
  return Type.Object(properties)
}
