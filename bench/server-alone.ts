import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { firstStart } from '../src/domain/first-start.ts'
import { watchProcess } from '../src/main/process-figures.ts'
import { createServer } from '../src/main/server.ts'
import { argon2, randomIds, systemClock, systemResolver } from '../src/main/world.ts'
import type { Capabilities } from '../src/model/capabilities.ts'
import { Secret } from '../src/model/secret.ts'
import { openStore } from '../src/store/open.ts'
import { createSealer } from '../src/store/seal.ts'

/**
 * API and database without an agent: what a request costs the server, as Neutron's figures are without its agents. Takes
 * the database's URL and the administrator's password as arguments and prints its port. SIGUSR1: every gateway reports once that all its
 * connections are down, so that nothing is pending.
 */
const [url = '', password = ''] = process.argv.slice(2)
const fail = (error: unknown) => {
  throw error
}
const store = await openStore({ url, clock: systemClock, onTrouble: fail, onLost: fail }, createSealer(randomBytes(32)))
const capabilities: Capabilities = {
  backend: 'simulated',
  protocols: ['esp'],
  modes: ['tunnel'],
  networkTypes: ['local'],
  physicalNetworks: [],
  daemon: 'none: there is no agent',
}
const { api, controlPlane } = createServer({
  store,
  world: { clock: systemClock, ids: randomIds, resolver: systemResolver, capabilities: () => capabilities },
  passwords: argon2,
  flavour: 'openstack',
  publicUrl: undefined,
  process: watchProcess(),
  health: () => ({
    version: 'bench',
    driver: 'simulated',
    backend: 'simulated',
    daemon: capabilities.daemon,
    database: store.engine.name,
    identity: 'builtin',
    ready: true,
  }),
  log: pino({ level: 'error' }),
  // Requests are counted as usual, and none is too many.
  rateLimit: { perMinute: 100_000_000, burst: 100_000_000 },
})
await firstStart(store, { ids: randomIds, clock: systemClock }, argon2, new Secret(password))

process.once('SIGTERM', () => process.exit())
process.on('SIGUSR1', () => void settle())
async function settle(): Promise<void> {
  for (const gateway of (await controlPlane.desiredHost()).gateways) {
    const { revision, connections } = await controlPlane.desired(gateway)
    const down = connections.map(({ id }) => ({ connection: id, state: 'down' as const }))
    await controlPlane.report({ gateway, revision, connections: down })
  }
}

const address = await api.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${new URL(address).port}\n`)
