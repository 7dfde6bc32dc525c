import { readFile } from 'node:fs/promises'
import { gatewayFiles } from '../../src/agent/drivers/strongswan/files.ts'
import { Secret } from '../../src/model/secret.ts'
import { type Bench, driverContract } from '../driver/contract.ts'
import { mirrorOf } from '../support/lab.ts'
import { anOperatorsBridge } from '../support/physical.ts'
import { aDesiredConnection, aDesiredGateway, newNetwork } from '../support/tunnel-site.ts'
import { aTunnelWorld } from '../support/tunnel-world.ts'

driverContract('the strongSwan driver', async (): Promise<Bench> => {
  const wire = await anOperatorsBridge('contract-wire')
  const world = await aTunnelWorld({ name: 'contract', physicalNetworks: { wire: 'contract-wire' } })
  const connection = aDesiredConnection()
  const desired = aDesiredGateway(world.networks, [connection])
  await world.peer.configure(mirrorOf(connection))
  return {
    driver: world.driver,
    desired,
    host: {
      networks: [
        ...Object.values(world.networks).map((id) => ({ id, hostAddresses: [] })),
        { id: newNetwork(), hostAddresses: [], segment: { physicalNetwork: 'wire' } },
      ],
      gateways: [desired.gateway],
    },
    reopen: world.openDriver,
    peer: {
      mirror: (changed, { secret } = {}) =>
        world.peer.configure(mirrorOf({ ...changed, ...(secret !== undefined && { secret: new Secret(secret) }) })),
      silence: async () => world.peer.silence(),
      comeBack: async () => world.peer.comeBack(),
    },
    killDaemon: async (gateway) => {
      process.kill(Number(await readFile(gatewayFiles(world.stateDir, gateway).pidFile, 'utf8')), 'SIGKILL')
    },
    close: async () => {
      await world.close()
      await wire.close()
    },
  }
})
