import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../src/model/operations.ts'
import { aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'

/** Nearly valid and hostile requests, made from the attribute tables: never a 500, and a refusal changes nothing. */

const resources = [...new Set(Object.values(operations).map(({ resource }) => resource))]

const hostileTexts = [
  '',
  ' ',
  "'; drop table vpnservice; --",
  '$(reboot)',
  '`id`',
  '../../etc/passwd',
  '%s%n%x',
  '\u0000',
  '\ud800',
  '\u202e\u2066',
  '😀'.repeat(70),
  'x'.repeat(300),
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::/0',
  '127.0.0.1',
  '2001:db8::1',
  '00000000-0000-4000-8000-00000000dead',
  'true',
  '1500',
  '1e9',
  '9'.repeat(30),
]

const leaf = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1500, 2 ** 31, 2 ** 53 + 2, 1e308, -0),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const value = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.oneof(fc.constantFrom('units', 'value', 'action', '__proto__'), fc.string()), leaf, {
      maxKeys: 4,
    }),
  },
)

/** A valid body with some attributes replaced, some left out, and sometimes one that is none. */
function bodies(valid: Record<string, unknown>, names: readonly string[]) {
  const change = fc.tuple(fc.constantFrom(...names, 'nonsense', '__proto__', 'constructor', 'project_id'), value)
  return fc
    .tuple(fc.array(change, { maxLength: 3 }), fc.constantFrom(undefined, ...Object.keys(valid)))
    .map(([changes, dropped]) => {
      const body: Record<string, unknown> = Object.create(null)
      for (const [key, kept] of Object.entries(valid)) if (key !== dropped) body[key] = kept
      for (const [key, replaced] of changes) body[key] = replaced
      return body
    })
}

describe.each([
  ['otc', '/otc/v2.0'],
  ['openstack', '/openstack/v2.0'],
])('%s', (_, v2) => {
  let cloud: TestCloud
  let ground: Ground
  beforeAll(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
  })
  afterAll(() => cloud.close())

  const valid = (singular: string): Record<string, unknown> => {
    if (singular === 'ipsec_site_connection') return seedRequest(ground)
    if (singular === 'vpnservice') return { router_id: ground.router }
    if (singular === 'subnet') return { network_id: ground.network, ip_version: 4, cidr: '10.77.0.0/24' }
    if (singular === 'endpoint_group') return { type: 'cidr', endpoints: ['10.2.0.0/24'] }
    return {}
  }

  for (const resource of resources.filter(({ singular }) => singular !== 'port' && singular !== 'audit_event')) {
    it(`${resource.singular}: created with anything`, async () => {
      const path = v2 + resource.path
      const names = Object.keys(resource.attributes)
      const seen = { accepted: 0, refused: 0 }
      await fc.assert(
        fc.asyncProperty(bodies(valid(resource.singular), names), async (body) => {
          const before = (await cloud.get(path)).body[resource.plural].length
          const { status, body: answer } = await cloud.post(path, { [resource.singular]: body })
          expect([201, 400, 403, 404, 409]).toContain(status)
          seen[status === 201 ? 'accepted' : 'refused'] += 1
          const after = (await cloud.get(path)).body[resource.plural].length
          expect(after - before).toBe(status === 201 ? 1 : 0)
          if (status === 201) expect((await cloud.delete(`${path}/${answer[resource.singular].id}`)).status).toBe(204)
          else expect(answer.NeutronError).toMatchObject({ type: expect.any(String), message: expect.any(String) })
        }),
        { numRuns: 500 },
      )
      // Both sides of the line were tried; one service a router is all that the OTC flavour takes.
      expect(seen.refused).toBeGreaterThan(50)
      if (resource.singular !== 'vpnservice') expect(seen.accepted).toBeGreaterThan(5)
    }, 60_000)
  }

  it('a connection: changed with anything', async () => {
    const path = `${v2}/vpn/ipsec-site-connections`
    const made = await cloud.make(path, 'ipsec_site_connection', seedRequest(ground))
    const connection = operations.update_ipsec_site_connection.resource
    const show = async () => (await cloud.get(`${path}/${made.id}`)).body
    await fc.assert(
      fc.asyncProperty(bodies({}, Object.keys(connection.attributes)), async (body) => {
        const { revision } = await cloud.server.controlPlane.desired(ground.router as never)
        await cloud.server.controlPlane.report({ gateway: ground.router as never, revision, connections: [] })
        const before = await show()
        const { status } = await cloud.put(`${path}/${made.id}`, { ipsec_site_connection: body })
        expect([200, 400, 404, 409]).toContain(status)
        if (status !== 200) expect(await show()).toEqual(before)
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  it('bodies that are none, and paths and queries that are odd', async () => {
    const raw = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constant('['.repeat(100_000)),
      fc.constant(`{"ikepolicy":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`),
      fc.constant('{"ikepolicy":{"name":"a","name":"b"}}'),
    )
    await fc.assert(
      fc.asyncProperty(raw, fc.string({ unit: 'grapheme', maxLength: 30 }), async (body, odd) => {
        const posted = await cloud.request('POST', `${v2}/vpn/ikepolicies`, body)
        expect([201, 400]).toContain(posted.status)
        const id = encodeURIComponent(odd.replaceAll('/', '')) || 'x'
        expect([200, 400, 404]).toContain((await cloud.get(`${v2}/vpn/ikepolicies/${id}`)).status)
        expect((await cloud.get(`${v2}/vpn/ikepolicies?${id}=${id}&name=${id}&admin_state_up=${id}`)).status).toBe(200)
      }),
      { numRuns: 200 },
    )
  }, 60_000)
})
