import { afterEach, describe, expect, it } from 'vitest'
import type { FlavourSwitches } from '../../src/api/profiles/all.ts'
import type { ConnectionId, GatewayId } from '../../src/model/ids.ts'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'

/** What an operator may choose about the flavours; each switch beside what holds without it. */

const otc = '/otc/v2.0/vpn'
const openstack = '/openstack/v2.0/vpn'

let cloud: TestCloud
afterEach(() => cloud.close())

async function start(switches: FlavourSwitches = {}): Promise<Ground> {
  cloud = await TestCloud.open({ switches })
  return aGround(cloud)
}

const aliases = async (v2: string): Promise<string[]> =>
  (await cloud.get(`${v2}/extensions`)).body.extensions.map(({ alias }: { alias: string }) => alias)

function create(ground: Ground, changes: object = {}): Promise<Answer> {
  return cloud.post(`${otc}/ipsec-site-connections`, { ipsec_site_connection: { ...seedRequest(ground), ...changes } })
}

const ofNetworks = [
  'external-net',
  'standard-attr-description',
  'standard-attr-revisions',
  'standard-attr-tag',
  'standard-attr-timestamp',
]

describe('OpenStack without SHA-1 and 3DES', () => {
  it('accepts and chooses SHA-1 until it is switched on', async () => {
    await start()
    const policy = await cloud.make(`${openstack}/ikepolicies`, 'ikepolicy', { encryption_algorithm: '3des' })
    expect(policy).toMatchObject({ auth_algorithm: 'sha1', encryption_algorithm: '3des' })
    expect(await aliases('/openstack/v2.0')).toEqual([
      'vpnaas',
      'vpn-endpoint-groups',
      'service-type',
      'vpn-flavors',
      'vpn-aes-ctr',
      'router',
      ...ofNetworks,
      'quotas',
      'pagination',
      'sorting',
      'project-id',
      'sallyport',
    ])
    expect(await aliases('/otc/v2.0')).toEqual([
      'vpnaas',
      'vpn-endpoint-groups',
      'router',
      'quotas',
      'sallyport',
      ...ofNetworks,
    ])
  })

  it.each(['ikepolicy', 'ipsecpolicy'])('refuses both in an %s, chooses SHA-256, and says so', async (singular) => {
    await start({ openstack: { noSha1No3des: true } })
    const path = `${openstack}/${singular.replace('policy', 'policies')}`
    const made = await cloud.make(path, singular, {})
    expect(made.auth_algorithm).toBe('sha256')
    for (const attributes of [{ auth_algorithm: 'sha1' }, { encryption_algorithm: '3des' }]) {
      const [name, value] = Object.entries(attributes)[0] ?? []
      const words = `Invalid input for ${name}. Reason: ${value} is not in valid_values.`
      expect((await cloud.post(path, { [singular]: attributes })).body.NeutronError.message).toBe(words)
      expect((await cloud.put(`${path}/${made.id}`, { [singular]: attributes })).status).toBe(400)
    }
    expect((await cloud.get('/openstack/v2.0/extensions/vpn-no-sha1-3des')).status).toBe(200)
    expect((await cloud.get('/otc/v2.0/extensions/vpn-no-sha1-3des')).status).toBe(404)
  })

  it('still shows what is kept, and leaves the other flavour alone', async () => {
    await start({ openstack: { noSha1No3des: true } })
    const policy = await cloud.make(`${otc}/ikepolicies`, 'ikepolicy', { encryption_algorithm: '3des' })
    expect(policy.auth_algorithm).toBe('sha1')
    expect((await cloud.get(`${openstack}/ikepolicies/${policy.id}`)).body.ikepolicy).toMatchObject({
      auth_algorithm: 'sha1',
      encryption_algorithm: '3des',
    })
  })
})

it('the provider of VPN services is named where the extension for that is announced', async () => {
  await start()
  expect((await cloud.get('/openstack/v2.0/service-providers')).body).toEqual({
    service_providers: [{ service_type: 'VPN', name: 'strongswan', default: true }],
  })
  expect((await cloud.get('/otc/v2.0/service-providers')).status).toBe(404)
})

describe('Open Telekom Cloud with configurable dead peer detection', () => {
  it('takes what was asked for and refuses a timeout that is not longer than the interval', async () => {
    const ground = await start({ otc: { dpdConfigurable: true } })
    for (const dpd of [{ interval: 30, timeout: 30 }, { timeout: 29 }, { interval: 120 }]) {
      const refused = await create(ground, { dpd })
      expect([refused.status, refused.body.NeutronError.type]).toEqual([
        400,
        'IPsecSiteConnectionDpdIntervalValueError',
      ])
    }
    const made = await create(ground, { dpd: { action: 'restart', interval: 10 } })
    expect([made.status, made.body.ipsec_site_connection.dpd]).toEqual([
      201,
      { action: 'restart', interval: 10, timeout: 120 },
    ])
  })

  it('has the defaults when nothing is asked for', async () => {
    const ground = await start({ otc: { dpdConfigurable: true } })
    expect((await create(ground, { dpd: {} })).body.ipsec_site_connection.dpd).toEqual({
      action: 'hold',
      interval: 30,
      timeout: 120,
    })
  })
})

describe('Open Telekom Cloud with the aggressive mode', () => {
  const aggressive = { ikepolicy: { phase1_negotiation_mode: 'aggressive' } }

  it('is refused until it is switched on', async () => {
    await start()
    expect((await cloud.post(`${otc}/ikepolicies`, aggressive)).status).toBe(400)
  })

  it('is accepted then, and main stays the default', async () => {
    await start({ otc: { allowAggressive: true } })
    const { status, body } = await cloud.post(`${otc}/ikepolicies`, aggressive)
    expect([status, body.ikepolicy.phase1_negotiation_mode]).toEqual([201, 'aggressive'])
    const plain = await cloud.make(`${otc}/ikepolicies`, 'ikepolicy', {})
    expect(plain.phase1_negotiation_mode).toBe('main')
  })
})

describe('Open Telekom Cloud with masked keys', () => {
  it('shows asterisks in every answer, the same number for every key', async () => {
    const ground = await start({ otc: { maskPsk: true } })
    const made = (await create(ground, { psk: 'a-longer-key' })).body.ipsec_site_connection
    await active(ground, made.id)
    const one = `${otc}/ipsec-site-connections/${made.id}`
    const changed = await cloud.put(one, { ipsec_site_connection: { psk: 'another-key' } })
    expect(changed.status).toBe(200)
    const shown = (await cloud.get(one)).body.ipsec_site_connection
    const [listed] = (await cloud.get(`${otc}/ipsec-site-connections`)).body.ipsec_site_connections
    for (const { psk } of [made, changed.body.ipsec_site_connection, shown, listed]) expect(psk).toBe('********')
  })

  it('refuses the asterisks as a key, and the tunnel keeps its own', async () => {
    const ground = await start({ otc: { maskPsk: true } })
    const made = (await create(ground)).body.ipsec_site_connection
    await active(ground, made.id)
    const one = `${otc}/ipsec-site-connections/${made.id}`
    const answer = await cloud.put(one, { ipsec_site_connection: { name: 'changed', psk: made.psk } })
    expect([answer.status, answer.body.message]).toEqual([
      400,
      'Invalid input for psk. Reason: it contains only asterisks.',
    ])
    expect((await cloud.put(one, { ipsec_site_connection: { name: 'changed' } })).status).toBe(200)
    const [connection] = (await cloud.server.controlPlane.desired(ground.router as GatewayId)).connections
    expect(connection?.secret.reveal()).toBe('secret')
  })

  it('leaves the other flavour alone, whose clients read the key back', async () => {
    const ground = await start({ otc: { maskPsk: true } })
    const { id } = (await create(ground)).body.ipsec_site_connection
    const { body } = await cloud.get(`${openstack}/ipsec-site-connections/${id}`)
    expect(body.ipsec_site_connection.psk).toBe('secret')
  })

  async function active(ground: Ground, id: string): Promise<void> {
    const gateway = ground.router as GatewayId
    const { revision } = await cloud.server.controlPlane.desired(gateway)
    const connections = [{ connection: id as ConnectionId, state: 'up' as const }]
    await cloud.server.controlPlane.report({ gateway, revision, connections })
  }
})
