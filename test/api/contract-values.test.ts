import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What values are taken for what, and in which words others are refused: `classic-api.md` §0, §0.4 and §2 to §6. */

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

/** The refusal's words; fails for anything else than 400. */
function words({ status, body }: Answer, type = 'HTTPBadRequest'): string {
  expect([status, body.NeutronError?.type]).toEqual([400, type])
  return body.NeutronError.message
}

describe.each(flavours)('policies, $name', ({ name, v2 }) => {
  const path = `${v2}/vpn/ipsecpolicies`
  const create = (ipsecpolicy: object) => cloud.post(path, { ipsecpolicy })
  const made = async (ipsecpolicy: object) => (await create(ipsecpolicy)).body.ipsecpolicy

  it('a lifetime is given whole, in part, empty or null', async () => {
    for (const lifetime of [{}, null, { units: 'seconds' }, { value: 3600 }, { value: '3600' }]) {
      expect((await made({ lifetime })).lifetime).toEqual({ units: 'seconds', value: 3600 })
    }
  })

  it('a PUT merges a lifetime with the stored one', async () => {
    const { id } = await made({ lifetime: { value: 7200 } })
    const put = async (lifetime: unknown) =>
      (await cloud.put(`${path}/${id}`, { ipsecpolicy: { lifetime } })).body.ipsecpolicy.lifetime.value
    expect(await put({})).toBe(7200)
    expect(await put(null)).toBe(7200)
    expect(await put({ units: 'seconds' })).toBe(7200)
    expect(await put({ value: 2000 })).toBe(2000)
  })

  it('the answer to a PUT has a lifetime as it was sent in the OpenStack flavour, and any other answer a number', async () => {
    const { id } = await made({})
    const answer = await cloud.put(`${path}/${id}`, {
      ipsecpolicy: { lifetime: { units: 'seconds', value: '2000' } },
    })
    expect(answer.body.ipsecpolicy.lifetime).toEqual({
      units: 'seconds',
      value: name === 'openstack' ? '2000' : 2000,
    })
    expect((await cloud.get(`${path}/${id}`)).body.ipsecpolicy.lifetime.value).toBe(2000)
    const number = await cloud.put(`${path}/${id}`, { ipsecpolicy: { lifetime: { value: 3000 } } })
    expect(number.body.ipsecpolicy.lifetime.value).toBe(3000)
  })

  it.each([
    ['lifetime', { value: 59 }, "'59' is too small - must be at least '60'"],
    ['lifetime', { value: 'soon' }, "'soon' is not an integer"],
    ['lifetime', { value: null }, "'None' is not an integer"],
    ['lifetime', { value: 3600.5 }, "'3600.5' is not an integer"],
    ['lifetime', { units: 'kilobytes' }, 'kilobytes is not in valid_values'],
    ['lifetime', { value: 60, extra: 1 }, 'Unexpected keys supplied: extra'],
    ['lifetime', 3600, "'3600' is not a dictionary"],
    ['transform_protocol', 'ESP', 'ESP is not in valid_values'],
    ['auth_algorithm', null, 'None is not in valid_values'],
    ['encryption_algorithm', 'aes-512', 'aes-512 is not in valid_values'],
    ['pfs', 'Group5', 'Group5 is not in valid_values'],
    ['encapsulation_mode', 'beet', 'beet is not in valid_values'],
    ['description', 'x'.repeat(256), `'${'x'.repeat(256)}' exceeds maximum length of 255`],
  ])('%s %j is refused', async (attribute, value, reason) => {
    expect(words(await create({ [attribute]: value }))).toBe(`Invalid input for ${attribute}. Reason: ${reason}.`)
  })

  it('a lifetime has an end in the OTC flavour', async () => {
    const answer = await create({ lifetime: { value: 604_801 } })
    if (name === 'openstack') expect(answer.status).toBe(201)
    else expect(words(answer)).toMatch("'604801' is too large - must be no larger than '604800'")
  })

  it('`value` and `units` beside the lifetime are unknown', async () => {
    expect(words(await create({ value: 3600, units: 'seconds' }))).toBe("Unrecognized attribute(s) 'value, units'")
  })

  it('the Go SDKs’ name for the negotiation mode is taken in POST, PUT and filters', async () => {
    const policies = `${v2}/vpn/ikepolicies`
    const ike = await cloud.make(policies, 'ikepolicy', { name: 'from go', phase_1_negotiation_mode: 'main' })
    expect(ike.phase1_negotiation_mode).toBe('main')
    const changed = await cloud.put(`${policies}/${ike.id}`, {
      ikepolicy: { phase_1_negotiation_mode: name === 'openstack' ? 'aggressive' : 'main' },
    })
    const mode = name === 'openstack' ? 'aggressive' : 'main'
    expect(changed.body.ikepolicy.phase1_negotiation_mode).toBe(mode)
    const list = (wanted: string) =>
      cloud
        .get(`${policies}?name=from+go&phase_1_negotiation_mode=${wanted}&fields=id`)
        .then(({ body }) => body.ikepolicies)
    expect(await list(mode)).toEqual([{ id: ike.id }])
    expect(await list('base')).toEqual([])
    const wrong = await cloud.post(policies, { ikepolicy: { phase_1_negotiation_mode: 'base' } })
    expect(words(wrong)).toBe('Invalid input for phase1_negotiation_mode. Reason: base is not in valid_values.')
    const both = { phase1_negotiation_mode: 'main', phase_1_negotiation_mode: 'main' }
    expect(words(await cloud.post(policies, { ikepolicy: both }))).toBe(
      "Unrecognized attribute(s) 'phase_1_negotiation_mode'",
    )
    await cloud.delete(`${policies}/${ike.id}`)
  })

  it('a name is what the flavour calls one', async () => {
    const rename = (value: unknown) => create({ name: value })
    if (name === 'otc') {
      expect(words(await rename(''))).toMatch('Invalid input for name.')
      expect(words(await rename('x'.repeat(65)))).toMatch('exceeds maximum length of 64')
    } else {
      expect((await made({ name: '' })).name).toBe('')
      expect(words(await rename('x'.repeat(256)))).toMatch('exceeds maximum length of 255')
      for (const blank of [' a', 'a ', '\ta', 'a\u00a0', ' ']) {
        expect(words(await rename(blank))).toMatch('begins or ends with white space')
      }
      for (const unprintable of ['a\nb', 'a\u200bb', 'a\u2028b', 'a\u00a0b', 'a\u0007b', 'a\ue000b']) {
        expect(words(await rename(unprintable))).toMatch('it contains a character that is not printable')
      }
    }
    expect((await made({ name: 'naïve ✓ 名 two words' })).name).toBe('naïve ✓ 名 two words')
    expect(words(await rename(null))).toBe("Invalid input for name. Reason: 'None' is not a valid string.")
  })
})

describe.each(flavours)('endpoint groups, $name', ({ name, v2 }) => {
  const path = `${v2}/vpn/endpoint-groups`
  const create = (endpoint_group: object) => cloud.post(path, { endpoint_group })
  const cidr = (endpoints: unknown) => create({ type: 'cidr', endpoints })

  it.each([[['10.0.0.24/24', '10.0.0.25/24']], [['0.0.0.0/0']], [['10.0.0.1/32', '2001:DB8::1/64', '::/0']]])(
    'CIDRs %j are kept as they were written',
    async (endpoints) => {
      expect((await cidr(endpoints)).body.endpoint_group.endpoints).toEqual(endpoints)
    },
  )

  it('a bare text is a list of one', async () => {
    expect((await cidr('10.0.0.0/24')).body.endpoint_group.endpoints).toEqual(['10.0.0.0/24'])
  })

  it.each([
    '10.0.0.0',
    '10.0.0/24',
    '010.0.0.0/24',
    '10.0.0.0/33',
    '10.0.0.0/024',
    '10.0.0.0/255.255.255.0',
    ' 10.0.0.0/24',
    '10.0.0.0/24\n',
    '10.0.0.0 /24',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    'nonsense',
    '',
  ])('%j is no CIDR', async (endpoint) => {
    expect(words(await cidr([endpoint]), 'InvalidEndpointInEndpointGroup')).toBe(
      `Endpoint '${endpoint}' is invalid for group type 'cidr': Invalid CIDR`,
    )
  })

  it('endpoints are there, each once, and of the type', async () => {
    const missing = 'MissingEndpointForEndpointGroup'
    for (const endpoints of [[], null, {}]) {
      expect(words(await create({ name: 'none', type: 'cidr', endpoints }), missing)).toBe(
        "No endpoints specified for endpoint group 'none'",
      )
    }
    expect(words(await create({ name: 'none', type: 'cidr' }), missing)).toBeTruthy()
    const invalid = 'InvalidEndpointInEndpointGroup'
    expect(words(await cidr(['nonsense', 'nonsense']), invalid)).toMatch('Endpoints have to be unique')
    expect(words(await create({ type: 'subnet', endpoints: ['10.0.0.0/24'] }), invalid)).toBe(
      "Endpoint '10.0.0.0/24' is invalid for group type 'subnet': Invalid UUID",
    )
    const unknown = '00000000-0000-4000-8000-00000000dead'
    expect(words(await create({ type: 'subnet', endpoints: [unknown] }), 'NonExistingSubnetInEndpointGroup')).toBe(
      `Subnet ${unknown} in endpoint group does not exist`,
    )
  })

  it.each(['vlan', 'network', 'router'])('the type %s is taken in the OpenStack flavour only', async (type) => {
    const answer = await create({ type, endpoints: ['100'] })
    if (name === 'openstack') expect(answer.status).toBe(201)
    else expect(words(answer)).toBe(`Invalid input for type. Reason: ${type} is not in valid_values.`)
  })
})

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
