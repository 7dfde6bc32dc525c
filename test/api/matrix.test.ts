import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openstack } from '../../src/api/profiles/openstack.ts'
import { otc } from '../../src/api/profiles/otc.ts'
import { operationsOf } from '../../src/api/v2/routes.ts'
import { exampleIds } from '../../src/model/example-ids.ts'
import type { Operation, OperationName } from '../../src/model/operations.ts'
import { type HostOperation, type OutlyingName, outlyingOperations } from '../../src/model/outlying-operations.ts'
import { TestCloud } from '../support/cloud.ts'
import { expiredToken, revokedToken } from '../support/lost-tokens.ts'
import { type Asker, expected } from '../support/matrix.ts'
import { aMember } from '../support/member.ts'
import { steps, Walk } from '../support/operation-walk.ts'
import { tokenOf } from '../support/people.ts'

/**
 * Every operation × everybody (`semantics.md` §9): before the administrator does it, all the others try the same, with the
 * same ids. What each is answered follows from the operations tables (`test/support/matrix.ts`).
 */
describe.each([otc, openstack])('in $name, what the administrator is about to do', (profile) => {
  const served = new Map<string, Operation | HostOperation>([
    ...operationsOf(profile),
    ...Object.entries(outlyingOperations),
  ])
  const names = (Object.keys(steps) as (OperationName | OutlyingName)[]).filter((name) => served.has(name))

  let cloud: TestCloud
  let walk: Walk
  let tokens: ReadonlyMap<Asker, string>
  beforeAll(async () => {
    cloud = await TestCloud.open({ flavour: profile.name })
    walk = new Walk(cloud, profile)
    tokens = await tokensIn(cloud)
  })
  afterAll(() => cloud.close())

  it.each(names)('%s', async (name) => {
    const operation = served.get(name)
    if (!operation) throw new Error(`${name} is not served`)
    const request = await walk.prepare(name)
    const sent = request.url + JSON.stringify(request.body ?? '')
    const theirs = walk.ids.filter((id) => !isEverybodys(id))
    for (const [asker, token] of tokens) {
      // Below `/v2.0` a member of the same project may what the administrator may: that is the other table's.
      if (asker === 'member' && !('who' in operation)) continue
      const named = theirs.some((id) => sent.includes(id))
      const { statuses, showsNothing } = expected(operation, asker, request, named)
      const { method, url, body, headers } = request
      const answer = await cloud.request(method, url, body, { ...headers, 'x-auth-token': token })
      expect({ asker, is: answer.status, of: statuses }).toEqual({
        asker,
        is: expect.toBeOneOf([...statuses]),
        of: statuses,
      })
      const text = JSON.stringify(answer.body ?? '')
      const shown = theirs.filter((id) => text.includes(id) && !sent.includes(id))
      if (showsNothing || answer.status >= 400) expect({ asker, shown }).toEqual({ asker, shown: [] })
    }
    const { status } = await walk.carryOut(name, request)
    expect(status).toBe(operation.answers)
  })

  /** The external network, which everybody sees, and the project it is of. */
  function isEverybodys(id: string): boolean {
    const { external_network, external_subnet, project } = exampleIds
    return [external_network, external_subnet, project].some((each) => walk.fill(each) === id)
  }
})

describe.each([otc, openstack])('in $name, a member does in a project of its own', (profile) => {
  const served = operationsOf(profile)
  const names = (Object.keys(steps) as OperationName[]).filter((name) => served.some(([each]) => each === name))

  let cloud: TestCloud
  let walk: Walk
  beforeAll(async () => {
    cloud = await TestCloud.open({ flavour: profile.name })
    walk = new Walk(cloud, profile, await aMember(cloud))
  })
  afterAll(() => cloud.close())

  it.each(names)('%s', async (name) => {
    const operation = new Map(served).get(name)
    if (!operation) throw new Error(`${name} is not served`)
    const { role, does, answers } = operation
    const { status } = await walk.send(name)
    if (role === 'member' || does === 'list') expect(status).toBe(answers)
    else expect(status).toBe(does === 'create' || does === 'act' ? 403 : 404)
  })
})

async function tokensIn(cloud: TestCloud): Promise<Map<Asker, string>> {
  const { project } = (await cloud.get('/identity/v3/auth/projects')).body.projects.map((each: object) => ({
    project: each,
  }))[0]
  const other = { id: randomBytes(16).toString('hex'), name: 'other' }
  return new Map<Asker, string>([
    ['member', await tokenOf(cloud, { name: 'mia', project, roles: ['member'] })],
    ['reader', await tokenOf(cloud, { name: 'rolf', project, roles: ['reader'] })],
    ['other project', await tokenOf(cloud, { name: 'otto', project: other, roles: ['member'] })],
    ['expired', await expiredToken(cloud)],
    ['revoked', await revokedToken(cloud)],
    ['none', ''],
  ])
}
