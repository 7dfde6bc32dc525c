import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { openstack } from '../../src/api/profiles/openstack.ts'
import { otc } from '../../src/api/profiles/otc.ts'
import { operationsOf } from '../../src/api/v2/routes.ts'
import { decodeCreate, decodeUpdate } from '../../src/model/decode.ts'
import type { Dialect } from '../../src/model/dialect.ts'
import { createExample, updateExample } from '../../src/model/example.ts'
import { exampleIds } from '../../src/model/example-ids.ts'
import type { JsonSchema } from '../../src/model/json-schema.ts'
import { Problem } from '../../src/model/problem.ts'
import { createSchema, updateSchema } from '../../src/model/request-schema.ts'
import type { Resource } from '../../src/model/resource.ts'
import { arbitraryOf } from '../support/arbitrary-json.ts'

/** The schemas of requests say what decoding accepts, in the words of each flavour. */

const asker = { projectId: exampleIds.project, isAdmin: true }

const cases = [otc, openstack].flatMap((profile) => {
  const writable = operationsOf(profile).flatMap(([, { resource, does }]) => (does === 'create' ? [resource] : []))
  return writable.map((resource) => ({ flavour: profile.name, name: resource.singular, profile, resource }))
})

describe.each(cases)('$flavour, $name', ({ profile, resource }) => {
  const created = createSchema(resource, profile)
  const updated = updateSchema(resource, profile)

  it('a POST of whatever its schema allows is decoded', () => {
    fc.assert(
      fc.property(bodies(created), (body) => {
        expect(refusal('POST', resource, body, profile)).toBeUndefined()
      }),
    )
  })

  it('a PUT of whatever its schema allows is decoded', () => {
    fc.assert(
      fc.property(bodies(updated), (body) => {
        expect(refusal('PUT', resource, body, profile)).toBeUndefined()
      }),
    )
  })

  it('a text that the schema does not allow is refused', () => {
    const texts = Object.entries(created.properties).filter(([name, { type, format, anyOf }]) => {
      // Owners are decoded by a rule of their own: the schema gives less than what is taken.
      return (
        Object.hasOwn(resource.attributes, name) &&
        name !== 'tenant_id' &&
        type === 'string' &&
        format === undefined &&
        anyOf === undefined
      )
    })
    const valid = arbitraryOf({ ...created, properties: pick(created, created.required ?? []) })
    const odd = fc.oneof(fc.string({ unit: 'binary', maxLength: 300, size: 'max' }), fc.constantFrom(...oddTexts))
    fc.assert(
      fc.property(valid, fc.constantFrom(...texts), odd, (body, [name, schema], text) => {
        const found = refusal('POST', resource, { ...Object(body), [name]: text }, profile)
        expect(found === undefined).toBe(Value.Check(Object(schema), text))
      }),
      { numRuns: 300 },
    )
  })

  it('the examples are of the schemas, and decoded', () => {
    const post = createExample(resource, profile)
    const put = updateExample(resource, profile)
    expect([...Value.Errors(created, post), ...Value.Errors(updated, put)]).toEqual([])
    expect(refusal('POST', resource, post, profile)).toBeUndefined()
    expect(refusal('PUT', resource, put, profile)).toBeUndefined()
  })

  it('what is required is missed', () => {
    for (const name of created.required ?? []) {
      const { [name]: _, ...rest } = createExample(resource, profile)
      expect(refusal('POST', resource, rest, profile)).toContain(`Required attribute '${name}'`)
    }
  })

  it('what its schema does not name is refused', () => {
    for (const [method, schema] of [['POST', created] as const, ['PUT', updated] as const]) {
      for (const name of Object.keys(resource.attributes).filter((each) => !Object.hasOwn(schema.properties, each))) {
        const example = method === 'POST' ? createExample(resource, profile) : updateExample(resource, profile)
        expect(refusal(method, resource, { ...example, [name]: 'x' }, profile)).toBeTypeOf('string')
      }
    }
  })
})

const oddTexts = [
  '',
  '\u0000',
  '*',
  '******',
  'a b c d e f',
  'what?',
  'x'.repeat(300),
  'sha256',
  'sha2-256',
  'main',
  'é'.repeat(64),
]

/** Both names of the owner have to agree, which no schema says of two attributes. */
function bodies(schema: JsonSchema): fc.Arbitrary<object> {
  return arbitraryOf(schema).map((body) => {
    const owned = Object(body)
    return 'tenant_id' in owned && 'project_id' in owned ? { ...owned, project_id: owned.tenant_id } : owned
  })
}

function pick({ properties = {} }: JsonSchema, names: readonly string[]) {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)))
}

/** The words of the refusal, or nothing. */
function refusal(method: 'POST' | 'PUT', resource: Resource, body: object, dialect: Dialect): string | undefined {
  const decode = method === 'POST' ? decodeCreate : decodeUpdate
  try {
    decode(resource, { [resource.singular]: body }, { dialect, asker })
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}
