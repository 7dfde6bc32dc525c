import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUpHost } from '../../src/agent/drivers/strongswan/cleanup.ts'
import { StrongswanDriver } from '../../src/agent/drivers/strongswan/driver.ts'
import { gatewayFiles } from '../../src/agent/drivers/strongswan/files.ts'
import { bridgeName, gatewayNamespace, hostEndName } from '../../src/agent/drivers/strongswan/names.ts'
import { unpaced } from '../../src/agent/pacing.ts'
import { plan } from '../../src/agent/plan.ts'
import { ip } from '../../src/linux/ip.ts'
import { readLinks } from '../../src/linux/links.ts'
import { listNamespaces } from '../../src/linux/namespaces.ts'
import { mirrorOf, ping, systemClock, until } from '../support/lab.ts'
import { aDesiredConnection, aDesiredGateway, takePlan, untilUp } from '../support/tunnel-site.ts'
import { aTunnelWorld, quietLog, type TunnelWorld } from '../support/tunnel-world.ts'

describe('what the driver makes on the host', () => {
  const connection = aDesiredConnection()
  let world: TunnelWorld
  let desired: ReturnType<typeof aDesiredGateway>

  beforeAll(async () => {
    world = await aTunnelWorld({ name: 'host' })
    desired = aDesiredGateway(world.networks, [connection])
    await world.peer.configure(mirrorOf(connection))
    await takePlan(world.driver, desired)
    await untilUp(world.driver, desired.gateway, connection)
  })

  afterAll(async () => {
    await world?.close()
  })

  /** As the next process would find it. */
  const lookAfresh = async () => {
    const driver = await world.openDriver()
    const actual = await driver.observe(desired.gateway)
    await driver.close()
    return actual
  }

  it.each([
    ['a cable that was pulled', () => ip(['link', 'set', 'dev', hostEnd(1), 'nomaster'])],
    [
      'an address that was lost',
      () => ip(['address', 'flush', 'dev', inside('spi', 1), 'scope', 'global'], inGateway()),
    ],
    ['a rule that was deleted', () => ip(['rule', 'delete', 'priority', '221', 'from', '10.1.0.0/24'], inGateway())],
    [
      'the rule of all forwarded packets',
      () => ip(['rule', 'delete', 'priority', '221', 'not', 'iif', 'lo'], inGateway()),
    ],
    ['a leg that is gone', () => ip(['link', 'delete', 'dev', hostEnd(1)])],
    ['an unreachable route', () => ip(['route', 'flush', 'table', '221'], inGateway())],
    ['the default route', () => ip(['route', 'delete', 'default'], inGateway())],
  ])('is mended: %s', async (_, damage) => {
    await damage()
    const damaged = await lookAfresh()
    expect(plan(desired, damaged, unpaced)).not.toEqual([])
    world.driver = await reopened(world)
    await until(async () => (await takePlan(world.driver, desired)).length === 0, { everyMs: 50 })
    const mended = await untilUp(world.driver, desired.gateway, connection)
    expect(plan(desired, mended, unpaced)).toEqual([])
    expect(await ping({ from: world.host.namespace, to: world.peer.hostAddress, count: 2 })).toEqual({
      sent: 2,
      received: 2,
    })
  })

  it('keeps the addresses of the host apart from the networks of tenants', async () => {
    expect((await readLinks()).find(({ name }) => name === bridgeName(world.networks.lan))?.addresses).toEqual([])
    const signal = new AbortController().signal
    await ip(['address', 'add', '198.51.100.1/32', 'dev', 'lo'])
    try {
      await ip(['route', 'add', '198.51.100.1', 'dev', 'eth0'], { namespace: world.host.namespace, signal })
      expect(await ping({ from: world.host.namespace, to: '198.51.100.1', count: 1 })).toEqual({ sent: 1, received: 0 })
    } finally {
      await ip(['address', 'delete', '198.51.100.1/32', 'dev', 'lo'])
    }
  })

  it('shows its files to nobody and the key to none of them', async () => {
    const { directory } = gatewayFiles(world.stateDir, desired.gateway)
    expect((await stat(directory)).mode & 0o077).toBe(0)
    for (const name of await readdir(directory, { recursive: true })) {
      const file = join(directory, name)
      if (!(await stat(file)).isFile()) continue
      expect(await readFile(file, 'utf8'), name).not.toContain(connection.secret.reveal())
    }
  })

  it('is none of the business of another installation on the same host', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'sallyport-'))
    const other = await StrongswanDriver.open({ stateDir, clock: systemClock, log: quietLog })
    try {
      expect(await other.observeHost()).toEqual({ networks: [], gateways: [] })
      const removed = await cleanUpHost({ stateDir, clock: systemClock, log: quietLog })
      expect(removed).toEqual({ gateways: [], bridges: [], vlans: [], cables: [] })
      expect(plan(desired, await world.driver.observe(desired.gateway), unpaced)).toEqual([])
    } finally {
      await other.close()
      await rm(stateDir, { recursive: true })
    }
  })

  it('is found and removed by its names alone', async () => {
    await rm(world.stateDir, { recursive: true })
    const everything = { stateDir: world.stateDir, ofAll: true, clock: systemClock, log: quietLog }
    const removed = await cleanUpHost(everything)
    expect(removed).toMatchObject({ gateways: [desired.gateway] })
    expect(await listNamespaces()).not.toContain(gatewayNamespace(desired.gateway))
    expect((await readLinks()).filter(({ name }) => /^sp[bvei]/.test(name))).toEqual([])
    const again = await cleanUpHost(everything)
    expect(again).toEqual({ gateways: [], bridges: [], vlans: [], cables: [] })
  })

  const port = (index: number) => {
    const leg = desired.attachments[index]
    if (leg === undefined) throw new Error(`the gateway has no leg ${index}`)
    return leg.port
  }
  const hostEnd = (index: number) => hostEndName(port(index))
  const inside = (prefix: string, index: number) => `${prefix}${port(index).slice(0, 11)}`
  const inGateway = () => ({ namespace: gatewayNamespace(desired.gateway) })
})

async function reopened(world: TunnelWorld) {
  await world.driver.close()
  return world.openDriver()
}
