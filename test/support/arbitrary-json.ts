import fc from 'fast-check'
import type { JsonSchema } from '../../src/model/json-schema.ts'

/** Any value that the schema of an attribute, or of a body, allows. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf)
    return fc.oneof(...schema.anyOf.map((each) => arbitraryOf({ ...(schema.type && { type: schema.type }), ...each })))
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 - 1 })
    case 'string':
      return arbitraryText(schema)
    case 'array':
      return (schema.uniqueItems ? fc.uniqueArray : fc.array)(arbitraryOf(schema.items ?? {}), {
        maxLength: schema.maxItems ?? 4,
      })
    case 'object':
      return arbitraryObject(schema)
    case undefined:
      return fc.jsonValue()
    default:
      throw new Error(`no values for ${JSON.stringify(schema)}`)
  }
}

function arbitraryObject({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema)]))
  return fc.record(members, { requiredKeys: [...required] })
}

function arbitraryText({ format, pattern, minLength = 0, maxLength = 300 }: JsonSchema): fc.Arbitrary<string> {
  const cidr = (address: fc.Arbitrary<string>, bits: number) =>
    fc.tuple(address, fc.integer({ min: 0, max: bits })).map(([text, length]) => `${text}/${length}`)
  switch (format) {
    case 'uuid':
      return fc.uuid()
    case 'ipv4':
      return fc.ipV4()
    case 'ipv6':
      return fc.ipV6()
    case 'cidr':
      return fc.oneof(cidr(fc.ipV4(), 32), cidr(fc.ipV6(), 128))
    case undefined: {
      // One unit is one code point, as JSON Schema counts; halves of pairs are not in it.
      const lengths = { minLength, maxLength, size: 'max' } as const
      // A pattern may leave out most characters there are, but hardly all that people type.
      const text = fc.oneof(
        fc.string({ unit: 'binary', ...lengths }),
        fc.string({ unit: 'grapheme-ascii', minLength, maxLength }),
      )
      const shape = pattern === undefined ? undefined : new RegExp(pattern, 'u')
      return shape ? text.filter((each) => shape.test(each)) : text
    }
    default:
      throw new Error(`no values of format ${format}`)
  }
}
