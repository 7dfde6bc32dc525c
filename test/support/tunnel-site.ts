import { randomUUID } from 'node:crypto'
import type { Driver } from '../../src/agent/driver.ts'
import { isUp } from '../../src/agent/expectation.ts'
import { ikeFingerprint } from '../../src/agent/fingerprint.ts'
import { unpaced } from '../../src/agent/pacing.ts'
import { plan } from '../../src/agent/plan.ts'
import type { Step } from '../../src/agent/step.ts'
import type { ConnectionId, GatewayId, NetworkId, PortId } from '../../src/model/ids.ts'
import type { Actual, Desired, DesiredConnection } from '../../src/model/tunnel.ts'
import { aDesiredConnection as aConnection } from './desired.ts'
import { until } from './until.ts'

export const newGateway = () => randomUUID() as GatewayId
export const newNetwork = () => randomUUID() as NetworkId
export const newPort = () => randomUUID() as PortId
export const newConnection = () => randomUUID() as ConnectionId

/** A connection from 203.0.113.1 with 10.1.0.0/24 to 203.0.113.2 with 10.2.0.0/24, unless told otherwise. */
export function aDesiredConnection(changes: Partial<DesiredConnection> = {}): DesiredConnection {
  const own = '203.0.113.1'
  const peer = '203.0.113.2'
  return aConnection({
    id: newConnection(),
    localAddress: own,
    peerAddress: peer,
    localIdentity: own,
    peerIdentity: peer,
    ike: { encryption: 'aes-256', integrity: 'sha256', group: 'group14', lifetimeSeconds: 3600 },
    ...changes,
  })
}

export interface SiteNetworks {
  readonly internet: NetworkId
  readonly lan: NetworkId
}

/** A gateway with a leg in each of the two networks, and these connections. */
export function aDesiredGateway(
  networks: SiteNetworks,
  connections: readonly DesiredConnection[],
  changes: Partial<Desired> = {},
): Desired {
  return {
    gateway: newGateway(),
    revision: 1,
    present: true,
    attachments: [
      { port: newPort(), side: 'external', network: networks.internet, addresses: ['203.0.113.1/24'] },
      { port: newPort(), side: 'internal', network: networks.lan, addresses: ['10.1.0.1/24'] },
    ],
    nextHops: ['203.0.113.254'],
    protectedCidrs: [...new Set(connections.flatMap(({ peerCidrs }) => peerCidrs))],
    connections,
    ...changes,
  }
}

const noSignal = new AbortController().signal

/** Takes the steps of one plan and returns them. */
export async function takePlan(driver: Driver, desired: Desired): Promise<Step[]> {
  const steps = plan(desired, await driver.observe(desired.gateway), unpaced)
  for (const step of steps) await driver.apply(desired.gateway, step, noSignal)
  return steps
}

/** Waits until every child of the connection is installed under what is desired of it now. */
export function untilUp(driver: Driver, gateway: GatewayId, connection: DesiredConnection): Promise<Actual> {
  return until(
    async () => {
      const actual = await driver.observe(gateway)
      const tunnels = actual.daemon?.tunnels.filter(({ connection: id }) => id === connection.id)
      return isUp(connection, tunnels) ? actual : undefined
    },
    { what: 'the last child', deadlineMs: 15_000 },
  )
}

export function installedChildren(actual: Actual, connection: DesiredConnection) {
  return (actual.daemon?.tunnels ?? [])
    .filter(({ connection: id, fingerprint }) => id === connection.id && fingerprint === ikeFingerprint(connection))
    .flatMap(({ children }) => children.filter(({ state }) => state === 'installed'))
}
