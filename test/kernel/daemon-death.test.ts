import { afterAll, beforeAll, expect, it } from 'vitest'
import { daemonSas, killDaemon } from '../support/gateway-daemon.ts'
import { gatewayOf, kernelSas, tunnelPolicies } from '../support/kernel-tunnels.ts'
import { ping, startPing } from '../support/ping.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'
import { captureWire } from '../support/wire.ts'

/** The kernel goes on with the SAs of a charon that was killed; a new charon knows nothing of them. */

let sites: TwoSites
let id: string

beforeAll(async () => {
  sites = await aTwoSites({ name: 'death' })
  const made = await sites.client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', sites.connection)
  id = made.id
  await sites.client.untilStatus(id, 'ACTIVE')
})
afterAll(() => sites?.close())

const spis = async () => (await kernelSas(gatewayOf(sites))).map(({ spi }) => spi).toSorted()
const acrossTheSites = (count: number) => ping({ from: sites.host.namespace, to: sites.peer.hostAddress, count })

it('packets go through while neither charon nor the server lives; then one new pair of SAs takes their place', async () => {
  const before = await spis()
  expect(before).toHaveLength(2)
  const wire = await captureWire(sites.internet, sites.networks)
  const pinging = startPing({ from: sites.host.namespace, to: sites.peer.hostAddress })

  await sites.service.kill()
  await killDaemon(sites)
  expect(await acrossTheSites(10)).toEqual({ sent: 10, received: 10 })
  expect(await spis()).toEqual(before)

  await sites.service.start()
  const client = await sites.service.client()
  await until(async () => (await isRenewed(before)) && (await client.connectionStatus(id)) === 'ACTIVE', {
    what: 'ACTIVE with other SAs than those that were left behind',
    deadlineMs: 30_000,
  })
  await until(async () => (await acrossTheSites(1)).received === 1, { what: 'an answer through the new tunnel' })
  const after = await spis()
  expect(after).toHaveLength(2)
  expect(after.filter((spi) => before.includes(spi))).toEqual([])
  const [ike, ...others] = await daemonSas(sites)
  expect(others).toEqual([])
  expect(ike?.children.map(({ spiIn, spiOut }) => [spiIn, spiOut].map((spi) => `0x${spi}`).toSorted())).toEqual([after])
  // Out, in, and what is passed on: those of one tunnel.
  expect(await tunnelPolicies(gatewayOf(sites))).toHaveLength(3)

  expect((await pinging.stop()).received).toBeGreaterThan(0)
  expect((await wire.stop()).plain).toBe(0)
})

async function isRenewed(before: readonly string[]): Promise<boolean> {
  const now = await spis()
  return now.length === 2 && now.every((spi) => !before.includes(spi))
}
