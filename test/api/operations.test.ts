import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openstack } from '../../src/api/profiles/openstack.ts'
import { otc } from '../../src/api/profiles/otc.ts'
import { operationsOf } from '../../src/api/v2/routes.ts'
import type { Described } from '../../src/model/described.ts'
import type { OperationName } from '../../src/model/operations.ts'
import { type OutlyingName, outlyingOperations } from '../../src/model/outlying-operations.ts'
import { TestCloud } from '../support/cloud.ts'
import { steps, Walk } from '../support/operation-walk.ts'
import { strict } from '../support/strict-schema.ts'

/** Every operation's example, carried out in each flavour that has it. */
describe.each([otc, openstack])('the examples of $name', (profile) => {
  const served = new Map<string, Described>([...operationsOf(profile), ...Object.entries(outlyingOperations)])
  const names = (Object.keys(steps) as (OperationName | OutlyingName)[]).filter((name) => served.has(name))

  let cloud: TestCloud
  let walk: Walk
  beforeAll(async () => {
    cloud = await TestCloud.open({ flavour: profile.name })
    walk = new Walk(cloud, profile)
  })
  afterAll(() => cloud.close())

  it.each(names)('%s', async (name) => {
    const operation = served.get(name)
    const { status, body } = await walk.send(name)
    expect({ status, ...(status >= 400 && { body }) }).toEqual({ status: operation?.answers })
    if (!operation?.answer) return expect(body).toBeUndefined()
    expect([...Value.Errors(strict(operation.answer(profile)), body)]).toEqual([])
    // The example shows the keys that the answer has, no more and no fewer.
    const { response } = operation.example(profile)
    expect(keysOf(body)).toEqual(keysOf(response))
  })

  it('a refusal is of the form that the documents give', async () => {
    const { status, body } = await cloud.get(walk.path('/networks/nowhere'))
    expect(status).toBe(404)
    expect([...Value.Errors(strict(profile.problemSchema), body)]).toEqual([])
  })
})

/** Of the outermost two levels; of a list, those of its first object. */
function keysOf(answer: unknown): unknown {
  const entries = Object.entries(Object(answer)).map(([key, value]) => {
    const first: unknown = Array.isArray(value) ? value[0] : value
    return [key, typeof first === 'object' && first !== null ? Object.keys(first).sort() : typeof first]
  })
  return Object.fromEntries(entries)
}
