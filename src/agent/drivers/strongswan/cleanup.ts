import { rm } from 'node:fs/promises'
import { ip } from '../../../linux/ip.ts'
import { deleteLink, readLinks, showLinksOfType } from '../../../linux/links.ts'
import { listNamespaces, namespaceProcesses } from '../../../linux/namespaces.ts'
import { kernelHasPolicies } from '../../../linux/xfrm.ts'
import type { Clock } from '../../../model/clock.ts'
import type { NetworkId } from '../../../model/ids.ts'
import type { Log } from '../../../model/log.ts'
import { isCharonOf, stopCharon, tell } from './charon.ts'
import {
  gatewayFiles,
  gatewaysDirectory,
  gatewaysWithFiles,
  markedNetworks,
  networksDirectory,
  raisedDirectory,
  removeGatewayDirectories,
} from './files.ts'
import { groundOf } from './ground.ts'
import {
  gatewayNamespace,
  gatewayOfNamespace,
  isBridge,
  isHostEnd,
  isVlan,
  networkOfAlias,
  portOfAlias,
} from './names.ts'
import { removeNetwork } from './networks.ts'
import { isOnHost } from './own-namespace.ts'

export interface CleanUpOptions {
  readonly stateDir: string
  /** Also what other installations on this host made, and what is left of those whose state directory is lost. */
  readonly ofAll?: boolean
  readonly clock: Clock
  readonly log: Log
}

/** What was taken away. */
export interface CleanedUp {
  /** Ids of gateways, with or without a namespace left. */
  readonly gateways: readonly string[]
  readonly bridges: readonly string[]
  readonly vlans: readonly string[]
  readonly cables: readonly string[]
}

/**
 * Takes away everything the driver made on this host for this installation, or for all of them. Goes by names, so it needs
 * no driver, and with `ofAll` no state directory, and finds what a crash left half-made. What is the operator's stays: as an
 * ordinary device, and one that was down before we needed it is down again.
 */
export async function cleanUpHost({ stateDir, ofAll = false, clock, log }: CleanUpOptions): Promise<CleanedUp> {
  const named = (await listNamespaces()).flatMap((namespace) => gatewayOfNamespace(namespace) ?? [])
  const own = await gatewaysWithFiles(stateDir)
  const gateways = ofAll ? [...new Set([...named, ...own])] : own
  for (const gateway of gateways) {
    const files = gatewayFiles(stateDir, gateway)
    await stopCharon(gateway, files, clock)
    const onHost = await isOnHost(gateway)
    // A daemon whose files are gone is still in the namespace. In the host's own there is everybody else too.
    if (named.includes(gateway)) {
      for (const pid of await namespaceProcesses(gatewayNamespace(gateway))) {
        if (!onHost || (await isCharonOf(gateway, pid))) tell(pid, 'SIGKILL')
      }
    }
    const kernelEsp = onHost && (await kernelHasPolicies())
    await (await groundOf({ gateway, stateDir, kernelEsp })).remove()
    await removeGatewayDirectories(files)
    log.info({ gateway }, 'gateway removed')
  }
  const networks = await markedNetworks(stateDir)
  const isOurs = (network: NetworkId | undefined) => network !== undefined && (ofAll || networks.includes(network))
  const cables = (await readLinks(showLinksOfType('veth')))
    .filter(({ name, alias }) => isHostEnd(name) && isOurs(portOfAlias(alias)?.network))
    .map(({ name }) => name)
  const bridges = (await readLinks(showLinksOfType('bridge')))
    .filter(({ name, alias }) => isBridge(name) && isOurs(networkOfAlias(alias)))
    .map(({ name }) => name)
  const vlans = (await readLinks(showLinksOfType('vlan')))
    .filter(({ name, alias }) => isVlan(name) && isOurs(networkOfAlias(alias)))
    .map(({ name }) => name)
  for (const device of [...cables, ...vlans, ...bridges]) {
    await ip(deleteLink(device))
    log.info({ device }, 'device removed')
  }
  for (const network of networks) await removeNetwork(network, stateDir)
  for (const directory of [gatewaysDirectory, networksDirectory, raisedDirectory].map((of) => of(stateDir))) {
    await rm(directory, { recursive: true, force: true })
  }
  return { gateways, bridges, vlans, cables }
}
