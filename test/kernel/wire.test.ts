import { afterAll, beforeAll, expect, it } from 'vitest'
import { listNamespaces } from '../../src/linux/namespaces.ts'
import { run } from '../../src/linux/run.ts'
import { daemonSas } from '../support/gateway-daemon.ts'
import { gatewayOf, kernelSas, tunnelPolicies } from '../support/kernel-tunnels.ts'
import { ping } from '../support/ping.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'
import { captureWire } from '../support/wire.ts'

/** What the kernel's ESP looks like from outside, and what is left of it. */

let sites: TwoSites

beforeAll(async () => {
  sites = await aTwoSites({ name: 'wire' })
  const { id } = await sites.client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', sites.connection)
  await sites.client.untilStatus(id, 'ACTIVE')
})
afterAll(() => sites?.close())

it('the service found the ESP of the kernel', () => {
  expect(sites.backend).toBe('kernel')
})

it('packets are ESP itself and not wrapped into UDP, and the counters are those of the kernel', async () => {
  const wire = await captureWire(sites.internet, sites.networks)
  const answers = await ping({ from: sites.host.namespace, to: sites.peer.hostAddress, count: 10 })
  expect(answers).toEqual({ sent: 10, received: 10 })
  expect(await wire.stop()).toMatchObject({ esp: 20, espInUdp: 0, ah: 0, plain: 0 })

  const [ike] = await daemonSas(sites)
  const [child] = ike?.children ?? []
  const inKernel = (await kernelSas(gatewayOf(sites))).map(({ bytes }) => bytes)
  expect(inKernel).toHaveLength(2)
  expect(inKernel.toSorted()).toEqual([child?.bytesIn, child?.bytesOut].toSorted())
  expect(child?.bytesOut).toBeGreaterThanOrEqual(10 * 84)
})

it('a connection that is deleted leaves no SA and no policy of a tunnel in the kernel', async () => {
  const { ipsec_site_connections: all } = await sites.client.get('/vpn/ipsec-site-connections')
  for (const { id } of all) await sites.client.delete(`/vpn/ipsec-site-connections/${id}`)
  await until(async () => (await kernelSas(gatewayOf(sites))).length === 0, { what: 'a kernel without SAs' })
  expect(await tunnelPolicies(gatewayOf(sites))).toEqual([])
})

it('cleanup takes the gateway off the host, and what the kernel knew of it goes with it', async () => {
  const { id } = await sites.client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', sites.connection)
  await sites.client.untilStatus(id, 'ACTIVE')
  await sites.service.kill()
  await sites.service.cleanUp()
  expect(await listNamespaces()).not.toContain(gatewayOf(sites))
  // Nor is anything beside the gateway's namespace, where the next one would be made.
  expect(await run('ip', ['xfrm', 'state'])).toBe('')
  expect(await run('ip', ['xfrm', 'policy'])).toBe('')
})
