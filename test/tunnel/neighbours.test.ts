import { afterAll, beforeAll, expect, it } from 'vitest'
import { aPeerSite, type PeerSite } from '../support/peer-site.ts'
import { ping, startPing } from '../support/ping.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'

/** What happens to one connection costs the others of its gateway nothing. */

const connections = '/vpn/ipsec-site-connections'
let sites: TwoSites
let second: PeerSite

beforeAll(async () => {
  sites = await aTwoSites({ name: 'neigh' })
  second = await aPeerSite({
    name: 'neigh-two',
    bridge: sites.internet,
    publicAddresses: ['203.0.113.201/24'],
    lan: [{ gateway: '10.71.3.1/24', host: '10.71.3.10/24' }],
    backend: sites.backend,
  })
  await second.configure({
    ...sites.peerConnection,
    localAddress: '203.0.113.201',
    localId: '203.0.113.201',
    children: [{ local: ['10.71.3.0/24'], remote: [sites.networks[0]] }],
  })
})
afterAll(async () => {
  await second?.close()
  await sites?.close()
})

it('a second connection added and removed costs the first 0 of 200 pings', async () => {
  const { client, host, peer } = sites
  const first = await client.make(connections, 'ipsec_site_connection', sites.connection)
  await client.untilStatus(first.id, 'ACTIVE')
  const group = await client.make('/vpn/endpoint-groups', 'endpoint_group', {
    type: 'cidr',
    endpoints: ['10.71.3.0/24'],
  })

  const pinging = startPing({ from: host.namespace, to: peer.hostAddress, intervalMs: 20, count: 200 })
  let rounds = 0
  // As often as it fits into the time of 200 pings.
  while (!pinging.hasEnded) {
    const other = await client.make(connections, 'ipsec_site_connection', {
      ...sites.connection,
      name: 'to-second',
      peer_address: '203.0.113.201',
      peer_id: '203.0.113.201',
      peer_ep_group_id: group.id,
    })
    await client.untilStatus(other.id, 'ACTIVE')
    const through = await ping({ from: host.namespace, to: second.hostAddress, count: 2 })
    expect(through.received).toBe(2)
    await client.delete(`${connections}/${other.id}`)
    await until(async () => (await client.request('GET', `${connections}/${other.id}`)).status === 404)
    rounds += 1
  }
  const { sent, received } = await pinging.stop()
  console.log(`neighbour: ${rounds} times added and removed, ${sent - received} of ${sent} pings lost`)
  expect(sent).toBe(200)
  expect(rounds).toBeGreaterThan(2)
  expect(sent - received).toBe(0)
})
