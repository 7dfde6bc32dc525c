import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { addressed, describeApi, type OpenApiDocument } from '../../src/api/openapi/document.ts'
import { openstack } from '../../src/api/profiles/openstack.ts'
import { otc } from '../../src/api/profiles/otc.ts'
import { descriptionOf } from '../../src/model/descriptions.ts'
import { operations } from '../../src/model/operations.ts'
import { attributeIn } from '../../src/model/resource.ts'
import { steps } from '../support/operation-walk.ts'
import { strict } from '../support/strict-schema.ts'
import { type DocumentedOperation, operationsIn, referencesIn, resolved, sampleOf } from './openapi.ts'

const flavours = await Promise.all(
  [otc, openstack].map(async (profile) => ({
    name: profile.name,
    profile,
    document: addressed(await describeApi(profile), 'http://127.0.0.1:9696', profile.prefix),
  })),
)

describe.each(flavours)('each operation of $name', ({ document }) => {
  const all = operationsIn(document)
  const cases = all.map((operation) => ({ name: operation.operationId ?? operation.path, operation }))

  it.each(cases)('$name has what documents, tests and a command line need', ({ operation }) => {
    expect(complaintsAbout(operation, document)).toEqual([])
  })

  it('has an identifier and a command of its own, and no command begins with another', () => {
    expect(repeated(all.map(({ operationId }) => operationId))).toEqual([])
    const commands = all.map((operation) => String(operation['x-cli']))
    expect(repeated(commands)).toEqual([])
    expect(commands.filter((one) => commands.some((other) => other.startsWith(`${one} `)))).toEqual([])
  })
})

describe.each(flavours)('the document of $name', ({ document, profile }) => {
  it('is OpenAPI 3.1 with a title, a version, servers and a log-in', () => {
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d+$/),
      info: { title: expect.stringContaining(profile.title), version: expect.any(String) },
      servers: [{ url: `http://127.0.0.1:9696${profile.prefix}` }],
      components: { securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } } },
      security: [{ token: [] }, { signature: [] }],
    })
  })

  it('refers only to what it has, and has nothing that nobody refers to', () => {
    const references = new Set(referencesIn(document))
    const schemas = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`)
    expect([...references].sort()).toEqual(schemas.sort())
  })

  it('spells algorithms as the flavour does', () => {
    const { VpnIkePolicyCreate: schema } = document.components.schemas
    const words = { otc: ['sha2-256', 'sha256'], openstack: ['sha256', 'sha2-256'] }[profile.name]
    expect(Value.Check(Object(schema), { auth_algorithm: words[0] })).toBe(true)
    expect(Value.Check(Object(schema), { auth_algorithm: words[1] })).toBe(false)
  })

  it('says where identity and health are, which are at the root only', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const isOfTheHost = path.startsWith('/identity/') || path === '/healthz' || path === '/readyz'
      expect({ path, servers: item.servers }).toEqual({
        path,
        servers: isOfTheHost ? [{ url: 'http://127.0.0.1:9696' }] : undefined,
      })
    }
  })

  it('describes every attribute', () => {
    const resources = new Set(Object.values(operations).map(({ resource }) => resource))
    const known = [...resources].flatMap((resource) =>
      Object.keys(resource.attributes).flatMap((name) =>
        attributeIn(resource, name, profile) ? [{ resource, name }] : [],
      ),
    )
    const missing = known.filter(({ resource, name }) => !isSentence(descriptionOf(resource, name, profile)))
    expect(missing.map(({ resource, name }) => `${resource.singular}.${name}`)).toEqual([])
  })
})

describe('the rule about operations', () => {
  const document = flavours[0]?.document
  const good = document && operationsIn(document).find(({ operationId }) => operationId === 'create_ikepolicy')

  it.each([
    ['a permission', { 'x-permission': '' }],
    ['a summary of one sentence', { summary: 'create' }],
    ['a command', { 'x-cli': 'Create_IKE' }],
    ['an example of its request', { requestBody: { content: { 'application/json': { schema: {} } } } }],
    ['an example of its answer', { responses: { 201: { description: 'Done.', content: { 'application/json': {} } } } }],
    ['every parameter of its path', { path: '/v2.0/vpn/ikepolicies/{id}' }],
    ['a test', { operationId: 'fly_to_the_moon' }],
    ['an answer', { responses: {} }],
  ])('wants %s', (_, fault) => {
    if (!good || !document) throw new Error('the operation to compare with is missing')
    expect(complaintsAbout(good, document)).toEqual([])
    expect(complaintsAbout({ ...good, ...fault }, document)).toHaveLength(1)
  })
})

/** What an operation lacks, in words. */
function complaintsAbout(operation: DocumentedOperation, document: OpenApiDocument): string[] {
  const { operationId, method, path, summary, parameters = [], requestBody, responses } = operation
  const complaints: string[] = []
  if (!operation['x-permission']) complaints.push('no permission')
  if (!isSentence(summary)) complaints.push('no summary of one sentence')
  if (!/^[a-z]+( [a-z]+)+$/.test(operation['x-cli'] ?? '')) complaints.push('no command')
  if (!Object.hasOwn(steps, operationId ?? '')) complaints.push('no test: add it to test/support/operation-walk.ts')
  const declared = parameters.flatMap((parameter) =>
    parameter.in === 'path' && parameter.required ? [parameter.name] : [],
  )
  const used = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  if (declared.join() !== used.join()) complaints.push(`parameters of the path: ${declared} instead of ${used}`)
  if (requestBody) complaints.push(...sampleComplaints('request', requestBody, document))
  const successes = Object.entries(responses).filter(([status]) => Number(status) < 400)
  if (successes.length !== 1) complaints.push(`${successes.length} answers of success`)
  for (const [status, answer] of successes) {
    // The reference adds a tag with 201 and no body (`client-traffic.md` §7).
    const isEmpty = status === '204' || (status === '201' && method === 'put')
    if (isEmpty ? answer.content : !answer.content) complaints.push(`${status} with the wrong kind of answer`)
    else if (answer.content) complaints.push(...sampleComplaints('answer', answer, document))
  }
  for (const [status, answer] of Object.entries(responses).filter(([status]) => Number(status) >= 400)) {
    const isShown = answer.content && sampleOf(answer).example !== undefined
    if (isShown) complaints.push(...sampleComplaints(status, answer, document))
  }
  return complaints
}

/** The example is there, and is of the schema: no key more. */
function sampleComplaints(of: string, body: object, document: OpenApiDocument): string[] {
  const { schema, example } = sampleOf(body)
  if (example === undefined) return [`no example of the ${of}`]
  const errors = [...Value.Errors(strict(resolved(schema, document)), example)]
  return errors.length > 0 ? [`the example of the ${of} is not of its schema: ${JSON.stringify(errors)}`] : []
}

function isSentence(text: string | undefined): boolean {
  return text !== undefined && /^[A-Z0-9`].{5,160}\.$/.test(text) && !text.includes('\n')
}

function repeated(names: readonly unknown[]): unknown[] {
  return names.filter((name, index) => names.indexOf(name) !== index)
}
