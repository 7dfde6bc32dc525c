import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { daemonSas, killDaemon } from '../support/gateway-daemon.ts'
import { ping, startPing } from '../support/ping.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'
import { captureWire } from '../support/wire.ts'

/** The seed's POST ends in a tunnel that carries a ping, and nothing of the sites' networks is ever seen in the clear. */

let sites: TwoSites
let id: string

beforeAll(async () => {
  sites = await aTwoSites({ name: 'light' })
})
afterAll(() => sites?.close())

describe('one POST becomes a tunnel', () => {
  it('answers PENDING_CREATE and becomes ACTIVE', async () => {
    const made = await sites.client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', sites.connection)
    expect(made.status).toBe('PENDING_CREATE')
    id = made.id
    await sites.client.untilStatus(id, 'ACTIVE')
  })

  it('shows its service ACTIVE too', async () => {
    const { vpnservice } = await sites.client.get(`/vpn/vpnservices/${sites.made.vpnservice.id}`)
    expect(vpnservice.status).toBe('ACTIVE')
  })

  it('carries pings both ways, and the wire shows IKE and ESP only', async () => {
    const wire = await captureWire(sites.internet, sites.networks)
    const there = await ping({ from: sites.host.namespace, to: sites.peer.hostAddress, count: 10 })
    const back = await sites.peer.pingFrom(sites.host.address, 10)
    expect([there, back]).toEqual([
      { sent: 10, received: 10 },
      { sent: 10, received: 10 },
    ])
    const seen = await wire.stop()
    expect(seen.esp).toBeGreaterThanOrEqual(40)
    expect(seen.plain).toBe(0)
  })

  it('lets nothing out in the clear while the daemon is dead', async () => {
    const wire = await captureWire(sites.internet, sites.networks)
    const pinging = startPing({ from: sites.host.namespace, to: sites.peer.hostAddress, intervalMs: 5 })
    for (let round = 0; round < 3; round += 1) {
      // A peer that does not answer keeps the tunnel down for as long as it takes to see that.
      sites.peer.silence()
      await killDaemon(sites)
      await sites.client.untilStatus(id, 'DOWN')
      sites.peer.comeBack()
      await sites.client.untilStatus(id, 'ACTIVE', 40_000)
    }
    const { sent, received } = await pinging.stop()
    const seen = await wire.stop()
    expect(sent).toBeGreaterThan(received)
    expect(received).toBeGreaterThan(0)
    expect(seen.plain).toBe(0)
  })

  it('is gone from the daemon and the peer after it was deleted', async () => {
    await sites.client.delete(`/vpn/ipsec-site-connections/${id}`)
    await until(async () => (await sites.client.request('GET', `/vpn/ipsec-site-connections/${id}`)).status === 404)
    expect(await daemonSas(sites)).toEqual([])
    await until(async () => (await sites.peer.sas()).length === 0, { what: 'the peer without an SA' })
  })
})
