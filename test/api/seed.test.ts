import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'

/**
 * "Creating an IPsec VPN Connection", sentence by sentence. The title of each test is the sentence of the page it shows;
 * the root of the server speaks Open Telekom Cloud's flavour, which is the page's.
 */
const connections = '/v2.0/vpn/ipsec-site-connections'

let cloud: TestCloud
let ground: Ground

beforeEach(async () => {
  cloud = await TestCloud.open()
  ground = await aGround(cloud)
})
afterEach(() => cloud.close())

function create(changes: Record<string, unknown> = {}): Promise<Answer> {
  return cloud.post(connections, { ipsec_site_connection: { ...seedRequest(ground), ...changes } })
}

async function createWithout(...keys: string[]): Promise<Answer> {
  const request = Object.entries(seedRequest(ground)).filter(([key]) => !keys.includes(key))
  return cloud.post(connections, { ipsec_site_connection: Object.fromEntries(request) })
}

/** Refused, in the contract's form, and nothing was made. */
async function expectRefused(answer: Answer, words: string | RegExp, status = 400): Promise<void> {
  expect(answer.status).toBe(status)
  expect(answer.body.NeutronError.message).toMatch(words)
  expect(answer.body).toMatchObject({
    code: expect.stringMatching(/^VPC\.\d{4}$/),
    message: answer.body.NeutronError.message,
  })
  expect((await cloud.get(connections)).body.ipsec_site_connections).toEqual([])
}

describe('the example', () => {
  it('answers the example request with exactly the keys, types and formats of the example response', async () => {
    const { status, body } = await create()
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['ipsec_site_connection'])
    expect(body.ipsec_site_connection).toStrictEqual({
      status: 'PENDING_CREATE',
      psk: 'secret',
      initiator: 'bi-directional',
      name: 'vpnconnection1',
      admin_state_up: true,
      tenant_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      auth_mode: 'psk',
      peer_cidrs: [],
      mtu: 1500,
      peer_ep_group_id: ground.peer_ep_group_id,
      ikepolicy_id: ground.ikepolicy_id,
      vpnservice_id: ground.vpnservice_id,
      dpd: { action: 'hold', interval: 30, timeout: 120 },
      route_mode: 'static',
      ipsecpolicy_id: ground.ipsecpolicy_id,
      local_ep_group_id: ground.local_ep_group_id,
      peer_address: '172.24.4.233',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
      peer_id: '172.24.4.233',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      description: '',
    })
  })

  it('shows afterwards what it answered', async () => {
    const made = (await create()).body.ipsec_site_connection
    const { status, body } = await cloud.get(`${connections}/${made.id}`)
    expect(status).toBe(200)
    expect(body.ipsec_site_connection).toMatchObject(made)
  })
})

describe('mandatory parameters', () => {
  for (const key of [
    'psk',
    'ipsecpolicy_id',
    'peer_ep_group_id',
    'ikepolicy_id',
    'vpnservice_id',
    'local_ep_group_id',
    'peer_address',
    'peer_id',
  ]) {
    it(`${key}: mandatory, Yes`, async () => {
      await expectRefused(
        await createWithout(key),
        `Failed to parse request. Required attribute '${key}' not specified`,
      )
    })
  }

  it('initiator, admin_state_up, mtu and name: mandatory, No', async () => {
    const { status, body } = await createWithout('initiator', 'admin_state_up', 'mtu', 'name')
    expect(status).toBe(201)
    expect(body.ipsec_site_connection).toMatchObject({
      initiator: 'bi-directional',
      admin_state_up: true,
      mtu: 1500,
      name: '',
      auth_mode: 'psk',
    })
  })
})

describe('notes', () => {
  it('The project_id parameter is not supported', async () => {
    const { tenant_id } = (await cloud.get('/v2.0/networks')).body.networks[0]
    await expectRefused(await create({ project_id: tenant_id }), "Unrecognized attribute(s) 'project_id'")
  })

  it('The peer_id parameter is not supported: it is echoed, and the peer is known by its address', async () => {
    const { status, body } = await create({ peer_id: 'branch.example.org' })
    expect(status).toBe(201)
    expect(body.ipsec_site_connection.peer_id).toBe('branch.example.org')
    const [desired] = (await cloud.server.controlPlane.desired(ground.router as never)).connections
    expect(desired?.peerIdentity).toBe('172.24.4.233')
  })

  it('The dpd parameter is not supported: only its defaults are accepted', async () => {
    await expectRefused(
      await create({ dpd: { interval: 10 } }),
      'Invalid input for dpd. Reason: interval can only be 30',
    )
    await expectRefused(await create({ dpd: { action: 'restart' } }), 'action can only be hold')
    await expectRefused(await create({ dpd: 59 }), "'59' is not a dictionary")
    const { status, body } = await create({ dpd: { action: 'hold', interval: 30, timeout: 120 } })
    expect(status).toBe(201)
    expect(body.ipsec_site_connection.dpd).toEqual({ action: 'hold', interval: 30, timeout: 120 })
  })

  it('The local_id parameter is not supported', async () => {
    await expectRefused(
      await create({ local_id: '203.0.113.1' }),
      'Invalid input for local_id. Reason: it is not supported',
    )
  })

  it('The value of tenant_id can contain a maximum of 255 characters', async () => {
    await expectRefused(await create({ tenant_id: 'x'.repeat(256) }), 'Invalid input for tenant_id')
  })

  it('The value of name can contain 1 to 64 characters', async () => {
    await expectRefused(await create({ name: '' }), 'Invalid input for name')
    await expectRefused(await create({ name: 'x'.repeat(65) }), 'exceeds maximum length of 64')
    expect((await create({ name: 'é'.repeat(64) })).status).toBe(201)
  })

  it('The value of description can contain a maximum of 255 characters', async () => {
    await expectRefused(await create({ description: 'x'.repeat(256) }), 'exceeds maximum length of 255')
  })

  it('The value of peer_address can contain a maximum of 250 characters', async () => {
    await expectRefused(await create({ peer_address: '1'.repeat(251) }), 'exceeds maximum length of 250')
  })

  it('peer_address is the remote gateway address: an IP address', async () => {
    await expectRefused(await create({ peer_address: 'branch.example.org' }), 'is not a valid IP address')
    await expectRefused(await create({ peer_address: '010.0.0.1' }), 'is not a valid IP address')
  })

  it('The value of peer_id can contain a maximum of 250 characters', async () => {
    await expectRefused(await create({ peer_id: 'x'.repeat(251) }), 'exceeds maximum length of 250')
    expect((await create({ peer_id: 'x'.repeat(250) })).status).toBe(201)
  })

  it('The route_mode parameter cannot be configured. The default value is static', async () => {
    await expectRefused(await create({ route_mode: 'static' }), "Attribute 'route_mode' not allowed in POST")
  })

  it('The value of mtu can only be 1500', async () => {
    await expectRefused(await create({ mtu: 1400 }), 'Invalid input for mtu. Reason: 1400 is not in valid_values')
    await expectRefused(await create({ mtu: 'many' }), "'many' is not an integer")
    expect((await create({ mtu: '1500' })).body.ipsec_site_connection.mtu).toBe(1500)
  })

  it('The value of initiator can only be bi-directional', async () => {
    await expectRefused(await create({ initiator: 'response-only' }), 'response-only is not in valid_values')
  })

  it('The value of auth_mode can only be psk', async () => {
    await expectRefused(await create({ auth_mode: 'rsa' }), 'rsa is not in valid_values')
    expect((await create({ auth_mode: 'psk' })).status).toBe(201)
  })

  it('The value of admin_state_up can only be true', async () => {
    await expectRefused(await create({ admin_state_up: false }), 'False is not in valid_values')
    await expectRefused(await create({ admin_state_up: 'perhaps' }), 'cannot be converted to boolean')
    expect((await create({ admin_state_up: 'yes' })).body.ipsec_site_connection.admin_state_up).toBe(true)
  })

  it('A PSK can contain 6 to 128 characters', async () => {
    await expectRefused(await create({ psk: 'short' }), 'shorter than the minimum length of 6')
    await expectRefused(await create({ psk: 'x'.repeat(129) }), 'exceeds maximum length of 128')
    expect((await create({ psk: 'x'.repeat(128) })).status).toBe(201)
  })

  it('Spaces and question marks (?) are not allowed in a PSK', async () => {
    await expectRefused(await create({ psk: 'with space' }), 'it contains a space')
    await expectRefused(await create({ psk: 'really?' }), 'it contains a question mark')
  })

  it('The PSK cannot contain only asterisks (*)', async () => {
    await expectRefused(await create({ psk: '********' }), 'it contains only asterisks')
    expect((await create({ psk: '***a****' })).status).toBe(201)
  })

  it('refuses a wrong PSK without repeating it', async () => {
    const answer = await create({ psk: 'hunter2?hunter2' })
    expect(JSON.stringify(answer.body)).not.toContain('hunter2')
  })

  it('peer_cidrs is deprecated: with endpoint groups it stays empty', async () => {
    await expectRefused(
      await create({ peer_cidrs: ['10.9.0.0/24'] }),
      'Peer CIDRs cannot be specified, when using endpoint groups',
    )
    expect((await create({ peer_cidrs: null })).body.ipsec_site_connection.peer_cidrs).toEqual([])
  })
})

describe('active/standby', () => {
  it('works when both groups of the active and the standby connection are the same', async () => {
    expect((await create()).status).toBe(201)
    expect((await create({ peer_address: '172.24.4.234' })).status).toBe(201)
  })

  it('takes equal contents for the same, and no third connection beside a pair', async () => {
    const peer = await cloud.make('/v2.0/vpn/endpoint-groups', 'endpoint_group', {
      type: 'cidr',
      endpoints: ['10.2.0.77/24'],
    })
    expect((await create()).status).toBe(201)
    expect((await create({ peer_address: '172.24.4.234', peer_ep_group_id: peer.id })).status).toBe(201)
    const third = await create({ peer_address: '172.24.4.235' })
    expect(third.body.code).toBe('VPC.1018')
  })

  it('refuses networks that differ and yet take each other’s traffic', async () => {
    const wider = await cloud.make('/v2.0/vpn/endpoint-groups', 'endpoint_group', {
      type: 'cidr',
      endpoints: ['10.2.0.0/16'],
    })
    expect((await create()).status).toBe(201)
    const other = await create({ peer_address: '172.24.4.234', peer_ep_group_id: wider.id })
    expect(other.status).toBe(400)
    expect(other.body.code).toBe('VPC.1021')
  })

  it('refuses a second connection to the same remote gateway', async () => {
    expect((await create()).status).toBe(201)
    expect((await create()).body.code).toBe('VPC.1004')
  })
})

describe('references', () => {
  const absent = '00000000-0000-4000-8000-00000000dead'
  for (const [key, type] of [
    ['vpnservice_id', 'VPNServiceNotFound'],
    ['ikepolicy_id', 'IKEPolicyNotFound'],
    ['ipsecpolicy_id', 'IPsecPolicyNotFound'],
    ['local_ep_group_id', 'VPNEndpointGroupNotFound'],
    ['peer_ep_group_id', 'VPNEndpointGroupNotFound'],
  ]) {
    it(`${key} has to name an object that exists`, async () => {
      const answer = await create({ [String(key)]: absent })
      await expectRefused(answer, absent, 404)
      expect(answer.body.NeutronError.type).toBe(type)
      await expectRefused(await create({ [String(key)]: 'nonsense' }), "'nonsense' is not a valid UUID")
    })
  }

  it('local_ep_group_id names VPC subnets and peer_ep_group_id tenant CIDR blocks', async () => {
    const swapped = { local_ep_group_id: ground.peer_ep_group_id, peer_ep_group_id: ground.local_ep_group_id }
    const answer = await create(swapped)
    await expectRefused(answer, "type is 'cidr' and should be 'subnet'")
    expect(answer.body.NeutronError.type).toBe('WrongEndpointGroupType')
  })
})
