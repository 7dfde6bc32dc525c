import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanUpHost } from '../../src/agent/drivers/strongswan/cleanup.ts'
import { StrongswanDriver } from '../../src/agent/drivers/strongswan/driver.ts'
import { bridgeName } from '../../src/agent/drivers/strongswan/names.ts'
import type { Log } from '../../src/model/log.ts'
import { aLanHost, aPeerSite, type LanHost, type PeerSite, systemClock } from './lab.ts'
import { newNetwork, type SiteNetworks } from './tunnel-site.ts'

/** Says nothing but what went wrong. */
export const quietLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields, event) => console.error(event, fields),
}

/** A driver on two networks, a host on the inner one and a peer site on the outer one. */
export interface TunnelWorld {
  readonly stateDir: string
  readonly networks: SiteNetworks
  driver: StrongswanDriver
  readonly peer: PeerSite
  readonly host: LanHost
  /** Name of the bridge that plays the internet. */
  readonly internet: string
  /** Another driver on the same host and state. */
  openDriver(): Promise<StrongswanDriver>
  close(): Promise<void>
}

export interface TunnelWorldOptions {
  /** At most 10 characters; begins the names of all that is made. */
  readonly name: string
  readonly peerAddresses?: readonly string[]
  readonly peerLan?: readonly { readonly gateway: string; readonly host: string }[]
  readonly hostAddresses?: readonly string[]
  readonly hostGateways?: readonly string[]
  /** Names and devices of this namespace. */
  readonly physicalNetworks?: Readonly<Record<string, string>>
}

const never = new AbortController().signal

export async function aTunnelWorld(options: TunnelWorldOptions): Promise<TunnelWorld> {
  const stateDir = await mkdtemp(join(tmpdir(), `${options.name}-`))
  const { physicalNetworks = {} } = options
  const openDriver = () => StrongswanDriver.open({ stateDir, physicalNetworks, clock: systemClock, log: quietLog })
  const driver = await openDriver()
  const networks = { internet: newNetwork(), lan: newNetwork() }
  for (const id of Object.values(networks)) {
    await driver.applyHost({ do: 'make-network', network: { id, hostAddresses: [] } }, never)
  }
  const internet = bridgeName(networks.internet)
  const peer = await aPeerSite({
    name: `${options.name}-p`,
    bridge: internet,
    publicAddresses: options.peerAddresses ?? ['203.0.113.2/24'],
    lan: options.peerLan ?? [{ gateway: '10.2.0.1/24', host: '10.2.0.10/24' }],
    backend: driver.capabilities.backend,
  })
  const host = await aLanHost({
    name: `${options.name}-h`,
    bridge: bridgeName(networks.lan),
    addresses: options.hostAddresses ?? ['10.1.0.10/24'],
    gateways: options.hostGateways ?? ['10.1.0.1'],
  })
  const world: TunnelWorld = {
    ...{ stateDir, networks, driver, peer, host, internet, openDriver },
    close: async () => {
      await peer.close()
      await host.close()
      await world.driver.close()
      await cleanUpHost({ stateDir, clock: systemClock, log: quietLog })
      await rm(stateDir, { recursive: true, force: true })
    },
  }
  return world
}
