import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { words } from '../support/refusal.ts'

/** Connections of a service with a subnet, which name their peer's networks themselves: `semantics.md` §2.4 to §2.6. */

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

describe('connections without endpoint groups, openstack', () => {
  const v2 = '/openstack/v2.0'
  const path = `${v2}/vpn/ipsec-site-connections`
  let ground: Ground
  beforeAll(async () => {
    ground = await aGround(cloud, { v2 })
    const service = { router_id: ground.router, subnet_id: ground.subnet }
    const { id } = await cloud.make(`${v2}/vpn/vpnservices`, 'vpnservice', service)
    ground = { ...ground, vpnservice_id: id }
  })
  const create = (changes: object) => {
    const none = { local_ep_group_id: null, peer_ep_group_id: null, peer_cidrs: ['10.2.0.0/24'] }
    return cloud.post(path, { ipsec_site_connection: { ...seedRequest(ground), ...none, ...changes } })
  }

  it('take peer CIDRs as a list or a text, with host bits, and keep them as they were written', async () => {
    const of = async (peer_cidrs: unknown) => (await create({ peer_cidrs })).body.ipsec_site_connection.peer_cidrs
    expect(await of(['10.2.0.0/24', '10.3.0.7/24'])).toEqual(['10.2.0.0/24', '10.3.0.7/24'])
    expect(await of('10.21.0.0/24')).toEqual(['10.21.0.0/24'])
  })

  it.each([
    [['10.2.0.0/24', '10.2.0.0/24'], "Duplicate items in the list: '10.2.0.0/24'"],
    [['1.0.0.0/33'], "'1.0.0.0/33' is not a valid IP subnet"],
    [[' 10.2.0.0/24'], "' 10.2.0.0/24' is not a valid IP subnet"],
    [[5], "'5' is not a valid IP subnet"],
    [['10.2.0.0'], "'10.2.0.0' isn't a recognized IP subnet cidr, '10.2.0.0/32' is recommended"],
    [['2001:DB8::'], "'2001:DB8::' isn't a recognized IP subnet cidr, '2001:db8::/128' is recommended"],
    [
      ['10.2.0.9/255.255.255.0'],
      "'10.2.0.9/255.255.255.0' isn't a recognized IP subnet cidr, '10.2.0.0/24' is recommended",
    ],
  ])('refuse peer CIDRs %j', async (peer_cidrs, reason) => {
    expect(words(await create({ peer_cidrs }))).toBe(`Invalid input for peer_cidrs. Reason: ${reason}.`)
  })

  it('refuse none, two IP versions, another version than the subnet’s, and groups', async () => {
    expect(words(await create({ peer_cidrs: [] }), 'MissingPeerCidrs')).toBe(
      'Missing peer CIDRs for IPsec site-to-site connection',
    )
    expect(words(await create({ peer_cidrs: ['10.2.0.0/24', '2001:db8::/64'] }), 'MixedIPVersionsForPeerCidrs')).toBe(
      'Peer CIDRs do not have the same IP version, as required for IPSec site-to-site connection',
    )
    expect(words(await create({ peer_cidrs: ['2001:db8::/64'] }), 'MixedIPVersionsForIPSecConnection')).toBe(
      'IP versions are not compatible between peer and local endpoints',
    )
    const { local_ep_group_id, peer_ep_group_id } = ground
    const refused = async (groups: object) => words(await create(groups), 'InvalidEndpointGroup')
    const sentence = (which: string) =>
      `Endpoint group${which} cannot be specified, when VPN Service has subnet specified`
    expect(await refused({ local_ep_group_id })).toBe(sentence(' local'))
    expect(await refused({ peer_ep_group_id })).toBe(sentence(' peer'))
    expect(await refused({ local_ep_group_id, peer_ep_group_id })).toBe(sentence('s local and peer'))
  })

  it('change their peer CIDRs as a whole, and keep what a PUT does not name', async () => {
    const { id } = (await create({ peer_cidrs: ['10.4.0.0/24', '10.5.0.0/24'], dpd: { timeout: 90 } })).body
      .ipsec_site_connection
    const { revision } = await cloud.server.controlPlane.desired(ground.router as never)
    await cloud.server.controlPlane.report({
      gateway: ground.router as never,
      revision,
      connections: [{ connection: id as never, state: 'down' }],
    })
    const put = async (ipsec_site_connection: object) =>
      (await cloud.put(`${path}/${id}`, { ipsec_site_connection })).body.ipsec_site_connection
    expect((await put({ name: 'other' })).peer_cidrs).toEqual(['10.4.0.0/24', '10.5.0.0/24'])
    expect((await put({ peer_cidrs: ['10.6.0.0/24'] })).peer_cidrs).toEqual(['10.6.0.0/24'])
    expect((await put({ dpd: { interval: 10 } })).dpd).toEqual({ action: 'hold', interval: 10, timeout: 90 })
    expect((await put({ dpd: null })).dpd).toEqual({ action: 'hold', interval: 10, timeout: 90 })
    expect((await put({ dpd: {} })).dpd.interval).toBe(10)
    expect((await cloud.put(`${path}/${id}`, { ipsec_site_connection: { dpd: { interval: 90 } } })).status).toBe(400)
    expect(
      words(await cloud.put(`${path}/${id}`, { ipsec_site_connection: { peer_cidrs: [] } }), 'MissingPeerCidrs'),
    ).toBeTruthy()
  })
})
