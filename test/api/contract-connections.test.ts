import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { words } from '../support/refusal.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What values a connection takes for what, and in which words others are refused: `classic-api.md` §0, §0.4 and §6. */

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

describe.each(flavours)('connections, $name', ({ name, v2 }) => {
  const path = `${v2}/vpn/ipsec-site-connections`
  let ground: Ground
  beforeAll(async () => {
    ground = await aGround(cloud, { v2 })
  })
  const create = (changes: object) =>
    cloud.post(path, { ipsec_site_connection: { ...seedRequest(ground), ...changes } })
  async function made(changes: object) {
    const { status, body } = await create(changes)
    expect([status, body]).toEqual([201, expect.anything()])
    await cloud.delete(`${path}/${body.ipsec_site_connection.id}`)
    return body.ipsec_site_connection
  }

  it('ids may be written without dashes, and are answered with them', async () => {
    const ikepolicy_id = ground.ikepolicy_id.replaceAll('-', '').toUpperCase()
    expect((await made({ ikepolicy_id })).ikepolicy_id).toBe(ground.ikepolicy_id)
    for (const wrong of ['nonsense', '', 5, null, `{${ground.ikepolicy_id}}`]) {
      expect(words(await create({ ikepolicy_id: wrong }))).toBe(
        `Invalid input for ikepolicy_id. Reason: '${wrong === null ? 'None' : wrong}' is not a valid UUID.`,
      )
    }
  })

  it.each([true, 1, '1', 'true', 'True', 'YES', 'on', 't', 'y', ' true '])(
    'admin_state_up %j is true',
    async (value) => {
      expect((await made({ admin_state_up: value })).admin_state_up).toBe(true)
    },
  )

  it.each([false, 0, '0', 'False', 'no', 'OFF', 'f', 'n'])('admin_state_up %j is false', async (value) => {
    if (name === 'openstack') expect((await made({ admin_state_up: value })).admin_state_up).toBe(false)
    else expect(words(await create({ admin_state_up: value }))).toMatch('False is not in valid_values')
  })

  it.each([2, 'perhaps', '', [], {}])('admin_state_up %j is neither', async (value) => {
    expect(words(await create({ admin_state_up: value }), 'InvalidInput')).toMatch(
      /^Invalid input for operation: '.*' cannot be converted to boolean\.$/,
    )
  })

  it('admin_state_up null is not given: the Go SDKs send it so', async () => {
    expect((await made({ admin_state_up: null })).admin_state_up).toBe(true)
  })

  it('an MTU may be a text and is answered as a number', async () => {
    expect((await made({ mtu: '1500' })).mtu).toBe(1500)
    for (const [value, written] of [
      ['many', 'many'],
      [null, 'None'],
      [{}, '{}'],
    ]) {
      expect(words(await create({ mtu: value }), 'InvalidInput')).toBe(
        `Invalid input for operation: '${written}' is not an integer.`,
      )
    }
    if (name === 'otc') {
      expect(words(await create({ mtu: 1400 }))).toBe('Invalid input for mtu. Reason: 1400 is not in valid_values.')
      return
    }
    expect(words(await create({ mtu: -1 }))).toBe("Invalid input for mtu. Reason: '-1' should be non-negative.")
    expect(words(await create({ mtu: 67 }), 'IPsecSiteConnectionMtuError')).toBe(
      'ipsec_site_connection MTU 67 is too small for ipv4',
    )
    expect((await made({ mtu: 0 })).mtu).toBe(0)
    expect((await made({ mtu: 68 })).mtu).toBe(68)
  })

  it('dead peer detection is given whole, in part, empty or null', async () => {
    const defaults = { action: 'hold', interval: 30, timeout: 120 }
    for (const dpd of [{}, null, { interval: 30 }, { interval: '30' }]) {
      expect((await made({ dpd })).dpd).toEqual(defaults)
    }
    expect(words(await create({ dpd: 59 }))).toBe("Invalid input for dpd. Reason: '59' is not a dictionary.")
    expect(words(await create({ dpd: { every: 5 } }))).toBe(
      'Invalid input for dpd. Reason: Unexpected keys supplied: every.',
    )
    expect(words(await create({ dpd: { action: 'stop' } }))).toBe(
      'Invalid input for dpd. Reason: stop is not in valid_values.',
    )
    if (name === 'otc') return
    expect(words(await create({ dpd: { interval: -1 } }))).toMatch("'-1' should be non-negative")
    expect((await made({ dpd: { action: 'restart', timeout: 31 } })).dpd).toEqual({
      action: 'restart',
      interval: 30,
      timeout: 31,
    })
    for (const dpd of [{ timeout: 30 }, { interval: 120 }]) {
      expect(words(await create({ dpd }), 'IPsecSiteConnectionDpdIntervalValueError')).toBe(
        'ipsec_site_connection dpd_timeout is equal to or less than dpd_interval',
      )
    }
  })

  it('a value comes before the objects that are named, and these in their order', async () => {
    const nobody = '00000000-0000-4000-8000-00000000dead'
    const everything = {
      vpnservice_id: nobody,
      ipsecpolicy_id: nobody,
      ikepolicy_id: nobody,
      local_ep_group_id: nobody,
    }
    expect(words(await create({ ...everything, mtu: 'many' }), 'InvalidInput')).toBeTruthy()
    const type = async (changes: object) => {
      const { status, body } = await create(changes)
      expect(status).toBe(404)
      return body.NeutronError.type
    }
    expect(await type(everything)).toBe('VPNServiceNotFound')
    expect(await type({ ...everything, vpnservice_id: ground.vpnservice_id })).toBe('IPsecPolicyNotFound')
    expect(await type({ ikepolicy_id: nobody, local_ep_group_id: nobody })).toBe('IKEPolicyNotFound')
    expect(await type({ local_ep_group_id: nobody, peer_ep_group_id: nobody })).toBe('VPNEndpointGroupNotFound')
    const both = await cloud.make(`${v2}/vpn/ipsecpolicies`, 'ipsecpolicy', { transform_protocol: 'ah-esp' })
    expect(words(await create({ ipsecpolicy_id: both.id, ikepolicy_id: nobody }), 'IpsecValidationFailure')).toBe(
      "IPSec does not support IPsec Policy attribute transform_protocol with value 'ah-esp'",
    )
  })

  it('endpoint groups and peer CIDRs are not mixed', async () => {
    expect(words(await create({ peer_cidrs: ['10.2.0.0/24'] }), 'PeerCidrsInvalid')).toBe(
      'Peer CIDRs cannot be specified, when using endpoint groups',
    )
    for (const peer_cidrs of [[], null, {}]) expect((await made({ peer_cidrs })).peer_cidrs).toEqual([])
    if (name === 'otc') return
    const missing = 'MissingRequiredEndpointGroup'
    const none = { local_ep_group_id: null, peer_ep_group_id: null }
    const sentence = (which: string) => `Missing endpoint group${which} for IPSec site-to-site connection`
    expect(words(await create(none), missing)).toBe(sentence('s local and peer'))
    expect(words(await create({ local_ep_group_id: null }), missing)).toBe(sentence(' local'))
    expect(words(await create({ peer_ep_group_id: null }), missing)).toBe(sentence(' peer'))
  })
})
