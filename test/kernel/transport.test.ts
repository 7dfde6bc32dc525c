import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CommandError } from '../../src/linux/run.ts'
import type { Json } from '../support/client.ts'
import { killDaemon } from '../support/gateway-daemon.ts'
import { gatewayOf, kernelSas, tunnelPolicies } from '../support/kernel-tunnels.ts'
import type { PeerConnection } from '../support/peer-connection.ts'
import { type PingResult, ping, startPing } from '../support/ping.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'
import { captureWire } from '../support/wire.ts'

/** What user-space ESP has not: transport mode, which protects what the two gateways say to each other, and AH. */

const connections = '/vpn/ipsec-site-connections'
let sites: TwoSites

beforeAll(async () => {
  // Of the two flavours only this one has transport mode.
  sites = await aTwoSites({ name: 'trans', v2: '/openstack/v2.0' })
})
afterAll(() => sites?.close())
afterEach(async () => {
  sites.peer.comeBack()
  const { ipsec_site_connections: all } = await sites.client.get(connections)
  for (const { id } of all) await sites.client.delete(`${connections}/${id}`)
  await until(async () => (await kernelSas(gatewayOf(sites))).length === 0, { what: 'a kernel without SAs' })
})

async function aConnection(policy: Json, mirror: Partial<PeerConnection>): Promise<string> {
  const { ipsecpolicy } = sites.made
  const { id: ipsecpolicy_id } = await sites.client.make('/vpn/ipsecpolicies', 'ipsecpolicy', {
    ...{ auth_algorithm: ipsecpolicy.auth_algorithm, encryption_algorithm: 'aes-256', pfs: 'group14' },
    ...policy,
  })
  await sites.peer.configure({ ...sites.peerConnection, ...mirror })
  const attributes = { ...sites.connection, ipsecpolicy_id }
  const { id } = await sites.client.make(connections, 'ipsec_site_connection', attributes)
  await sites.client.untilStatus(id, 'ACTIVE')
  return id
}

/** The gateway itself to the peer itself. What a policy blocks cannot even be sent. */
async function toPeer(count: number): Promise<PingResult> {
  try {
    return await ping({ from: gatewayOf(sites), to: sites.peer.publicAddress, count })
  } catch (error) {
    if (error instanceof CommandError && /Operation not permitted/.test(error.stderr)) return { sent: 0, received: 0 }
    throw error
  }
}
const betweenGateways = () => captureWire(sites.internet, [`${sites.address}/32 and icmp`])
const ah = { ahProposals: ['sha256-modp2048'] }

describe('transport mode', () => {
  it.each([
    ['esp', {}, { esp: 20, espInUdp: 0, ah: 0 }],
    ['ah', ah, { esp: 0, espInUdp: 0, ah: 20 }],
  ] as const)('with %s carries what the gateways say to each other', async (transform_protocol, mirror, seen) => {
    await aConnection({ transform_protocol, encapsulation_mode: 'transport' }, { ...mirror, isTransport: true })
    const wire = await betweenGateways()
    expect(await toPeer(10)).toEqual({ sent: 10, received: 10 })
    expect(await wire.stop()).toMatchObject({ ...seen, plain: 0 })
    const sas = await kernelSas(gatewayOf(sites))
    expect(sas).toHaveLength(2)
    for (const sa of sas) {
      expect(sa).toMatchObject({ protocol: transform_protocol, mode: 'transport' })
      expect(sa.bytes).toBeGreaterThanOrEqual(10 * 64)
    }
  })

  it('lets nothing of it out in the clear while the daemon dies and comes back, and the peer is silent', async () => {
    const id = await aConnection({ encapsulation_mode: 'transport' }, { isTransport: true })
    const wire = await betweenGateways()
    const pinging = startPing({ from: gatewayOf(sites), to: sites.peer.publicAddress })
    sites.peer.silence()
    await killDaemon(sites)
    await sites.client.untilStatus(id, 'DOWN')
    await until(async () => (await kernelSas(gatewayOf(sites))).length === 0, { what: 'a kernel without SAs' })
    expect((await toPeer(3)).received).toBe(0)
    sites.peer.comeBack()
    await sites.client.untilStatus(id, 'ACTIVE', 40_000)
    await until(async () => (await toPeer(1)).received === 1, { what: 'an answer' })
    expect(await tunnelPolicies(gatewayOf(sites))).toHaveLength(2)
    expect((await pinging.stop()).received).toBeGreaterThan(0)
    expect((await wire.stop()).plain).toBe(0)
  })
})

it('AH in tunnel mode signs what passes between the networks', async () => {
  await aConnection({ transform_protocol: 'ah' }, ah)
  const wire = await captureWire(sites.internet, sites.networks)
  const answers = await ping({ from: sites.host.namespace, to: sites.peer.hostAddress, count: 10 })
  expect(answers).toEqual({ sent: 10, received: 10 })
  expect(await wire.stop()).toMatchObject({ esp: 0, ah: 20, plain: 0 })
})

it('AH and ESP at once are refused with a sentence, since only one of them would be negotiated', async () => {
  const policy = { name: 'both', transform_protocol: 'ah-esp' }
  const { id: ipsecpolicy_id } = await sites.client.make('/vpn/ipsecpolicies', 'ipsecpolicy', policy)
  const { status, body } = await sites.client.request('POST', connections, {
    ipsec_site_connection: { ...sites.connection, ipsecpolicy_id },
  })
  expect(status).toBe(400)
  expect(body.NeutronError.message).toBe(
    "IPSec does not support IPsec Policy attribute transform_protocol with value 'ah-esp'",
  )
})
