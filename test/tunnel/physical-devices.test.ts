import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanUpHost } from '../../src/agent/drivers/strongswan/cleanup.ts'
import { StrongswanDriver } from '../../src/agent/drivers/strongswan/driver.ts'
import { bridgeName } from '../../src/agent/drivers/strongswan/names.ts'
import { planHost } from '../../src/agent/plan-host.ts'
import { ip, ipBatch } from '../../src/linux/ip.ts'
import { deleteLink, readLinks, setDown, setMaster, setUp } from '../../src/linux/links.ts'
import type { DesiredHost, DesiredNetwork } from '../../src/model/tunnel.ts'
import { aLanHost, type LanHost, systemClock } from '../support/lab.ts'
import { anOperatorsBridge, stateOf } from '../support/physical.ts'
import { newNetwork } from '../support/tunnel-site.ts'
import { quietLog } from '../support/tunnel-world.ts'

/** What the driver does to devices of the operator, and what it refuses to do. */

const [nic, spare, bridge] = ['dev-nic', 'dev-spare', 'dev-bridge']
const signal = new AbortController().signal

let stateDir: string
let machines: LanHost[]
let closeBridge: () => Promise<void>
const network: DesiredNetwork = { id: newNetwork(), hostAddresses: [], segment: { physicalNetwork: 'office' } }

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'sallyport-'))
  machines = [
    await aLanHost({ name: nic, addresses: ['10.83.1.10/24'], gateways: [] }),
    await aLanHost({ name: spare, addresses: ['10.83.2.10/24'], gateways: [] }),
  ]
  closeBridge = (await anOperatorsBridge(bridge)).close
})
afterEach(async () => {
  await cleanUpHost({ stateDir, clock: systemClock, log: quietLog })
  for (const machine of machines) await machine.close()
  await closeBridge()
  await rm(stateDir, { recursive: true })
})

/** A start with `office` being this device, and looks until there is nothing left to do. */
async function start(office: string, networks: readonly DesiredNetwork[] = [network]): Promise<void> {
  const driver = await StrongswanDriver.open({
    ...{ stateDir, physicalNetworks: { office }, clock: systemClock, log: quietLog },
  })
  try {
    const desired: DesiredHost = { networks, gateways: [] }
    for (const step of planHost(desired, await driver.observeHost())) await driver.applyHost(step, signal)
    expect(planHost(desired, await driver.observeHost())).toEqual([])
  } finally {
    await driver.close()
  }
}

describe('a network whose physical network becomes another device', () => {
  it('moves from interface to interface, and the first is as it was', async () => {
    await start(nic)
    expect(await stateOf(nic)).toMatchObject({ master: bridgeName(network.id), isUp: true })
    await start(spare)
    expect(await stateOf(spare)).toMatchObject({ master: bridgeName(network.id), isUp: true })
    expect(await stateOf(nic)).toMatchObject({ master: undefined, isUp: false })
  })

  it('moves from an interface to a bridge and back', async () => {
    await ip(setUp(nic))
    await start(nic)
    await start(bridge)
    expect((await readLinks()).map(({ name }) => name)).not.toContain(bridgeName(network.id))
    // It was up before.
    expect(await stateOf(nic)).toMatchObject({ master: undefined, isUp: true })
    await start(nic)
    expect(await stateOf(nic)).toMatchObject({ master: bridgeName(network.id) })
    await start(nic, [])
    expect(await stateOf(nic)).toMatchObject({ master: undefined, isUp: true })
    expect(await stateOf(bridge)).toMatchObject({ isUp: true })
  })
})

describe('what cannot be used is left as it is, and the refusal says what to do', () => {
  it.each([
    ['a device that is not there', 'dev-none', [], 'dev-none, which physical network office is, is not on this host'],
    ['a bridge that is down', bridge, [setDown(bridge)], `bridge ${bridge} is down: ip link set ${bridge} up`],
    [
      'a port of another bridge',
      nic,
      [setMaster(nic, bridge)],
      `${nic} is a port of ${bridge}: name ${bridge} in physical_networks in place of ${nic}`,
    ],
    [
      'an interface with an address',
      nic,
      [setUp(nic), ['address', 'add', '192.0.2.1/24', 'dev', nic]],
      `${nic} carries 192.0.2.1/24 of this host, which would be cut off: make a bridge`,
    ],
    [
      'an interface with a route',
      nic,
      [setUp(nic), ['route', 'add', '192.0.2.0/24', 'dev', nic]],
      `routes of this host lead through ${nic} (to 192.0.2.0/24), and would end: make a bridge`,
    ],
  ])('%s', async (_, device, preparation, words) => {
    await ipBatch(preparation)
    const before = await readLinks()
    await expect(start(device)).rejects.toMatchObject({ name: 'StepRefused', message: expect.stringContaining(words) })
    expect(await readLinks()).toEqual(before)
  })
})

it('an interface that vanishes does not keep its network from being removed', async () => {
  await start(nic)
  await ip(deleteLink(nic))
  await start(nic, [])
  expect((await readLinks()).map(({ name }) => name)).not.toContain(bridgeName(network.id))
})

it('an interface that was down is down again after a cleanup', async () => {
  await start(nic)
  const cleaned = await cleanUpHost({ stateDir, clock: systemClock, log: quietLog })
  expect(cleaned).toMatchObject({ bridges: [bridgeName(network.id)], vlans: [] })
  expect(await stateOf(nic)).toMatchObject({ master: undefined, isUp: false })
})
