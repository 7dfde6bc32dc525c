import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { daemonPid, daemonSas, killDaemon } from '../support/gateway-daemon.ts'
import { startPing } from '../support/ping.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'

/** Kills of the server and of the daemon, and what is left of a live tunnel. */

let sites: TwoSites
let id: string

beforeAll(async () => {
  sites = await aTwoSites({ name: 'surv' })
  const made = await sites.client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', sites.connection)
  id = made.id
  await sites.client.untilStatus(id, 'ACTIVE')
  // The first rekeying is tried early, and replaces the child SA: what is the same afterwards would not be told from it.
  await until(async () => (await daemonSas(sites)).some(({ children }) => children.some(({ dhGroup }) => dhGroup)), {
    what: 'the first rekeying',
  })
})
afterAll(() => sites?.close())

describe('kill -9 of the server', () => {
  it('costs no ping; after the restart the same SA is the live one, ACTIVE and alone', async () => {
    const before = await liveSas()
    const daemon = await daemonPid(sites)
    const pinging = startPing({ from: sites.host.namespace, to: sites.peer.hostAddress, intervalMs: 20 })
    await sites.service.kill()
    const killed = performance.now()
    await sites.service.start()
    const client = await sites.service.client()
    await until(async () => (await sites.service.health()).ready, { what: 'readiness' })
    console.log(`server restart: attached again ${(performance.now() - killed).toFixed(0)} ms after the kill`)
    expect(await client.connectionStatus(id)).toBe('ACTIVE')
    // Several looks later it is still so: nothing was started anew behind our back.
    await client.put(`/vpn/ipsec-site-connections/${id}`, { ipsec_site_connection: { name: 'looked-at' } })
    await client.untilStatus(id, 'ACTIVE')
    const { sent, received } = await pinging.stop()
    expect(sent - received).toBe(0)
    expect(await liveSas()).toEqual(before)
    expect(before).toHaveLength(1)
    expect(await daemonPid(sites)).toBe(daemon)
  })

  it('a change that was acknowledged just before the kill is carried out after it', async () => {
    const client = await sites.service.client()
    await client.put(`/vpn/ipsec-site-connections/${id}`, { ipsec_site_connection: { psk: 'second-secret' } })
    await sites.service.kill()
    await sites.peer.changePsk(sites.peerConnection.name, 'second-secret')
    await sites.service.start()
    await killDaemon(sites)
    const after = await sites.service.client()
    await until(async () => (await daemonSasOrNone()).length > 0 && (await after.connectionStatus(id)) === 'ACTIVE', {
      what: 'ACTIVE under the new key',
      deadlineMs: 20_000,
    })
  })
})

describe('kill -9 of the daemon', () => {
  it('shows DOWN and then ACTIVE, by itself', async () => {
    const client = await sites.service.client()
    const pinging = startPing({ from: sites.host.namespace, to: sites.peer.hostAddress, intervalMs: 10 })
    const killed = performance.now()
    await killDaemon(sites)
    await client.untilStatus(id, 'DOWN')
    const down = performance.now() - killed
    await client.untilStatus(id, 'ACTIVE')
    const active = performance.now() - killed
    const { sent, received } = await pinging.stop()
    console.log(
      `daemon kill: DOWN in the API after ${down.toFixed(0)} ms, ACTIVE again after ${active.toFixed(0)} ms, ` +
        `${sent - received} of ${sent} pings at 100 Hz lost`,
    )
    expect(received).toBeGreaterThan(0)
    expect(await liveSas()).toHaveLength(1)
  })
})

/** Unique names of the established IKE SAs and their installed children. */
async function liveSas(): Promise<string[]> {
  return (await daemonSas(sites))
    .filter(({ state }) => state === 'ESTABLISHED')
    .flatMap((ike) =>
      ike.children
        .filter(({ state }) => state === 'INSTALLED')
        .map((child) => `${ike.initiatorSpi}/${ike.responderSpi}/${child.spiIn}/${child.spiOut}`),
    )
}

/** While the daemon is being started again there is nobody to ask. */
async function daemonSasOrNone(): Promise<readonly unknown[]> {
  return liveSas().catch(() => [])
}
