import { afterAll, beforeAll, expect, it } from 'vitest'
import { ping } from '../support/ping.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'

let sites: TwoSites
beforeAll(async () => {
  sites = await aTwoSites({ name: 'psk' })
})
afterAll(() => sites?.close())

it('a wrong key is DOWN; the server keeps trying, and mending the peer brings the tunnel up without a call', async () => {
  const { client, peer, peerConnection } = sites
  await peer.changePsk(peerConnection.name, 'not-the-same-key')
  const { id } = await client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', sites.connection)
  await client.untilStatus(id, 'DOWN')
  // It tries again and again: the peer counts the attempts that failed.
  const attempts = async () => (await peer.log()).match(/MAC mismatched/g)?.length ?? 0
  await until(async () => (await attempts()) >= 3, { what: 'three attempts', deadlineMs: 20_000 })
  expect(await client.connectionStatus(id)).toBe('DOWN')

  await peer.changePsk(peerConnection.name, peerConnection.psk)
  await client.untilStatus(id, 'ACTIVE', 60_000)
  expect(await ping({ from: sites.host.namespace, to: peer.hostAddress })).toEqual({ sent: 3, received: 3 })
})
