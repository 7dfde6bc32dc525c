import { descriptionOf } from './descriptions.ts'
import type { Dialect } from './dialect.ts'
import type { JsonSchema, ObjectSchema } from './json-schema.ts'
import { type AnyAttribute, attributeIn, type Resource } from './resource.ts'
import { schemaName } from './schema-name.ts'

/**
 * JSON Schema of what stands under the wrapper in a POST: every attribute that may be given, with the flavour's limits and
 * words, and what it is when it is not given. All that the schema allows is decoded (`decodeCreate`). Decoding also takes
 * what clients send beside it: `"yes"` for true, `"1500"` for 1500, a bare text for a list of one, null for "not given".
 */
export function createSchema(resource: Resource, dialect: Dialect): ObjectSchema {
  const given = attributesOf(resource, dialect).filter(({ attribute }) => attribute.inPost !== 'refused')
  const required = given.filter(({ attribute }) => attribute.inPost === 'required').map(({ name }) => name)
  const properties = given.map(({ name, attribute }) => {
    const schema = requestSchema(resource, name, attribute, dialect)
    if (attribute.inPost === 'required' || attribute.initial === undefined) return [name, schema]
    return [name, { ...schema, default: attribute.kind.render(attribute.initial, dialect) }]
  })
  const isOwned = Object.hasOwn(resource.attributes, 'tenant_id')
  const owners = isOwned ? dialect.owner.accepts.map((key) => [key, ownerSchema(resource, key, dialect)]) : []
  return body(`${schemaName(resource)}Create`, Object.fromEntries([...owners, ...properties]), required)
}

/** JSON Schema of what stands under the wrapper in a PUT: what may be changed. What it does not name stays as it is. */
export function updateSchema(resource: Resource, dialect: Dialect): ObjectSchema {
  const properties = attributesOf(resource, dialect)
    .filter(({ attribute }) => attribute.inPut === 'allowed')
    .map(({ name, attribute }) => [name, requestSchema(resource, name, attribute, dialect)])
  return body(`${schemaName(resource)}Update`, Object.fromEntries(properties), [])
}

interface Named {
  readonly name: string
  readonly attribute: AnyAttribute
}

/** All but the owner, who goes by other names and rules. */
function attributesOf(resource: Resource, dialect: Dialect): Named[] {
  return Object.keys(resource.attributes).flatMap((name) => {
    const attribute = name === 'tenant_id' ? undefined : attributeIn(resource, name, dialect)
    return attribute ? [{ name, attribute }] : []
  })
}

function requestSchema(resource: Resource, name: string, attribute: AnyAttribute, dialect: Dialect): JsonSchema {
  const { kind, shownFor } = attribute
  const description = descriptionOf(resource, name, dialect)
  return {
    ...(kind.accepts?.(dialect) ?? kind.schema),
    ...(description !== undefined && { description }),
    ...(shownFor.length === 0 && { writeOnly: true }),
  }
}

function ownerSchema(resource: Resource, key: string, dialect: Dialect): JsonSchema {
  const description = descriptionOf(resource, key, dialect)
  const limits = { minLength: 1, maxLength: 255, pattern: '^[!-~]*$' }
  return { type: 'string', ...limits, ...(description !== undefined && { description }) }
}

function body(
  title: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): ObjectSchema {
  return {
    title,
    type: 'object',
    ...(required.length > 0 && { required }),
    properties,
    additionalProperties: false,
  }
}
