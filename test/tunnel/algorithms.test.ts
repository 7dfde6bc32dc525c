import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type EncryptionAlgorithm,
  encryptionAlgorithms,
  type IntegrityAlgorithm,
  integrityAlgorithms,
  type KeyExchangeGroup,
  keyExchangeGroups,
} from '../../src/model/algorithms.ts'
import type { DesiredConnection } from '../../src/model/tunnel.ts'
import { mirrorOf, until } from '../support/lab.ts'
import { aDesiredConnection, aDesiredGateway, takePlan, untilUp } from '../support/tunnel-site.ts'
import { aTunnelWorld, type TunnelWorld } from '../support/tunnel-world.ts'

const names = <N extends string>(table: Record<N, unknown>) => Object.keys(table) as N[]
const encryptions = names<EncryptionAlgorithm>(encryptionAlgorithms)
const integrities = names<IntegrityAlgorithm>(integrityAlgorithms)
const groups = names<KeyExchangeGroup>(keyExchangeGroups)

interface Choice {
  readonly encryption: EncryptionAlgorithm
  readonly integrity: IntegrityAlgorithm
  readonly group: KeyExchangeGroup
}

describe('every algorithm we offer', () => {
  const id = aDesiredConnection().id
  let world: TunnelWorld
  let empty: ReturnType<typeof aDesiredGateway>

  const connectionWith = (choice: Choice): DesiredConnection => {
    const { ike, ipsec } = aDesiredConnection()
    return aDesiredConnection({ id, ike: { ...ike, ...choice }, ipsec: { ...ipsec, ...choice } })
  }

  beforeAll(async () => {
    world = await aTunnelWorld({ name: 'algo' })
    empty = aDesiredGateway(world.networks, [])
    await takePlan(world.driver, empty)
  })

  afterAll(async () => {
    await world?.close()
  })

  it('is accepted by charon in every combination', async () => {
    const signal = new AbortController().signal
    const refused: string[] = []
    for (const encryption of encryptions) {
      for (const integrity of integrities) {
        for (const group of groups) {
          const connection = connectionWith({ encryption, integrity, group })
          await world.driver.apply(empty.gateway, { do: 'load-connection', connection }, signal).catch((error) => {
            refused.push(`${encryption} ${integrity} ${group}: ${error}`)
          })
        }
      }
    }
    expect(refused).toEqual([])
    await takePlan(world.driver, empty)
  })

  const choices: Choice[] = [
    ...encryptions.map((encryption) => ({ encryption, integrity: 'sha256', group: 'group19' }) as const),
    ...integrities.map((integrity) => ({ encryption: 'aes-128', integrity, group: 'group19' }) as const),
    ...groups.map((group) => ({ encryption: 'aes-128', integrity: 'sha256', group }) as const),
  ]

  it.each(choices)('is negotiated: $encryption, $integrity, $group', async (choice) => {
    const connection = connectionWith(choice)
    await world.peer.configure(mirrorOf(connection))
    await takePlan(world.driver, { ...empty, connections: [connection], protectedCidrs: connection.peerCidrs })
    await untilUp(world.driver, empty.gateway, connection)
    await takePlan(world.driver, empty)
    await until(async () => (await world.driver.observe(empty.gateway)).daemon?.tunnels.length === 0)
  })
})
