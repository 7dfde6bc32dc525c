import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What stands in the way of changing and deleting what a connection names, in the words of `classic-api.md` §2 to §6. */

describe.each(flavours)('$name', ({ name, v2 }) => {
  let cloud: TestCloud
  let ground: Ground
  let connection: { id: string }
  const vpn = `${v2}/vpn`
  beforeAll(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
    connection = await cloud.make(`${vpn}/ipsec-site-connections`, 'ipsec_site_connection', seedRequest(ground))
  })
  afterAll(() => cloud.close())

  const refusal = ({ status, body }: Answer) => [status, body.NeutronError.type, body.NeutronError.message]
  const policyInUse = (kind: string, id: string) => [
    409,
    `${kind}InUse`,
    `${kind} ${id} is in use by existing IPsecSiteConnection and can't be updated or deleted`,
  ]

  it('a service with connections is not deleted', async () => {
    const id = ground.vpnservice_id
    expect(refusal(await cloud.delete(`${vpn}/vpnservices/${id}`))).toEqual([
      409,
      'VPNServiceInUse',
      `VPNService ${id} is still in use`,
    ])
  })

  it.each([
    ['IKEPolicy', 'ikepolicies', 'ikepolicy', 'ikepolicy_id'],
    ['IPsecPolicy', 'ipsecpolicies', 'ipsecpolicy', 'ipsecpolicy_id'],
  ] as const)(
    'an %s in use is not deleted, and changed in the OTC flavour only',
    async (kind, plural, singular, key) => {
      const path = `${vpn}/${plural}/${ground[key]}`
      expect(refusal(await cloud.delete(path))).toEqual(policyInUse(kind, ground[key]))
      const changed = await cloud.put(path, { [singular]: { description: 'changed' } })
      if (name === 'otc') expect(changed.body[singular].description).toBe('changed')
      else expect(refusal(changed)).toEqual(policyInUse(kind, ground[key]))
    },
  )

  it.each(['local_ep_group_id', 'peer_ep_group_id'] as const)('an endpoint group in use as %s', async (key) => {
    const path = `${vpn}/endpoint-groups/${ground[key]}`
    expect(refusal(await cloud.delete(path))).toEqual([
      409,
      'EndpointGroupInUse',
      `Endpoint group ${ground[key]} is in use and cannot be deleted`,
    ])
    const renamed = await cloud.put(path, { endpoint_group: { name: 'renamed' } })
    expect([renamed.status, renamed.body.endpoint_group.name]).toEqual([200, 'renamed'])
  })

  it('what is being set up is not changed, and a wrong value is told first', async () => {
    const id = connection.id
    const put = (change: object) => cloud.put(`${vpn}/ipsec-site-connections/${id}`, { ipsec_site_connection: change })
    const pending = [
      400,
      'VPNStateInvalidToUpdate',
      `Invalid state PENDING_CREATE of vpnaas resource ${id} for updating`,
    ]
    expect(refusal(await put({ name: 'other' }))).toEqual(pending)
    expect(refusal(await put({ peer_ep_group_id: ground.local_ep_group_id }))[1]).toBe('WrongEndpointGroupType')
    const service = await cloud.put(`${vpn}/vpnservices/${ground.vpnservice_id}`, { vpnservice: { name: 'other' } })
    expect(refusal(service)[1]).toBe('VPNStateInvalidToUpdate')
  })

  it('a service knows no flavors', async () => {
    const vpnservice = { router_id: ground.router, flavor_id: ground.router }
    expect(refusal(await cloud.post(`${vpn}/vpnservices`, { vpnservice }))).toEqual(
      name === 'otc'
        ? [400, 'HTTPBadRequest', "Unrecognized attribute(s) 'flavor_id'"]
        : [404, 'FlavorsPluginNotLoaded', 'Flavors plugin not found'],
    )
  })

  it('the outer addresses of a service are the gateway’s, and a member gives none', async () => {
    const refused = await cloud.post(`${vpn}/vpnservices`, {
      vpnservice: { router_id: ground.router, external_v6_ip: '2001:db8::1' },
    })
    expect(refusal(refused)[2]).toBe("Attribute 'external_v6_ip' not allowed in POST")
    if (name === 'openstack') {
      const four = { router_id: ground.router, external_v4_ip: '172.24.4.2' }
      expect(refusal(await cloud.post(`${vpn}/vpnservices`, { vpnservice: four }))[2]).toBe(
        "Attribute 'external_v4_ip' not allowed in POST",
      )
    }
    const { vpnservice } = (await cloud.get(`${vpn}/vpnservices/${ground.vpnservice_id}`)).body
    expect(vpnservice).toMatchObject({ external_v4_ip: '172.24.4.2', external_v6_ip: null })
  })
})
