import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { refusal } from '../support/network-resources.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What clients ask a network service for and this one has not: `client-traffic.md` §3 and §11. */

describe.each(flavours)('$name', ({ v2 }) => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await TestCloud.open()
  })
  afterAll(() => cloud.close())

  it.each([
    ['address-scopes', 'address_scopes', 'AddressScopeNotFound'],
    ['agents', 'agents', 'AgentNotFound'],
    ['availability_zones', 'availability_zones', 'AvailabilityZoneNotFound'],
    ['flavors', 'flavors', 'FlavorNotFound'],
    ['floatingips', 'floatingips', 'FloatingIPNotFound'],
    ['security-groups', 'security_groups', 'SecurityGroupNotFound'],
    ['security-group-rules', 'security_group_rules', 'SecurityGroupRuleNotFound'],
    ['segments', 'segments', 'SegmentNotFound'],
    ['subnetpools', 'subnetpools', 'SubnetPoolNotFound'],
    ['trunks', 'trunks', 'TrunkNotFound'],
  ])('%s: an empty list, nobody by that name, and a sentence for who would make one', async (path, plural, type) => {
    const fields = 'fields=id&fields=name&fields=description&fields=project_id&fields=tags'
    for (const query of ['', `?${fields}`, '?name=web', '?limit=2&marker=x']) {
      expect((await cloud.get(`${v2}/${path}${query}`)).body).toEqual({ [plural]: [] })
    }
    expect((await cloud.get(`${v2}/${path}?limit=many`)).status).toBe(400)
    // Clients look for a name as if it were an id first, and go on only after a 404.
    const [status, found, message] = refusal(await cloud.get(`${v2}/${path}/web`))
    expect([status, found]).toEqual([404, type])
    expect(message).toContain(' web ')
    const [refused, why, words] = refusal(await cloud.post(`${v2}/${path}`, { [plural.slice(0, -1)]: {} }))
    expect([refused, why]).toEqual([403, 'OperationNotSupported'])
    expect(words).toMatch(/^Cannot create an? [A-Za-z ]+: [a-zA-Z ]+ are not offered here\.$/)
    expect((await cloud.put(`${v2}/${path}/web`, {})).status).toBe(404)
    expect((await cloud.delete(`${v2}/${path}/web`)).status).toBe(404)
    expect((await cloud.request('PATCH', `${v2}/${path}`, {})).status).toBe(405)
  })

  it('shows what a project has of the network resources, where the command line and the SDK look', async () => {
    const { tenant_id } = (await cloud.get(`${v2}/quotas/tenant`)).body.tenant
    await cloud.put(`${v2}/quotas/${tenant_id}`, { quota: { network: 7, subnet: '3' } })
    expect((await cloud.get(`${v2}/quotas/${tenant_id}/details.json`)).body.quota).toMatchObject({
      // The external network is the first project's.
      network: { limit: 7, used: 1, reserved: 0 },
      subnet: { limit: 3, used: 1, reserved: 0 },
      router: { limit: -1, used: 0, reserved: 0 },
      port: { limit: -1, used: 0, reserved: 0 },
    })
    expect((await cloud.get(`${v2}/quotas/${tenant_id}/default`)).body.quota.network).toBe(-1)
  })

  it('asks for a log-in first', async () => {
    for (const method of ['GET', 'POST']) {
      const { status } = await cloud.request(method, `${v2}/floatingips`, undefined, { 'x-auth-token': '' })
      expect(status).toBe(401)
    }
  })
})
