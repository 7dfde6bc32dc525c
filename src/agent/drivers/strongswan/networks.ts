import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { ip, ipBatch } from '../../../linux/ip.ts'
import {
  addAddress,
  addBridge,
  deleteAddress,
  deleteLink,
  readLinks,
  readLinksNamed,
  setAlias,
  setNoOwnAddress,
  setUp,
  showLinksOfType,
} from '../../../linux/links.ts'
import type { NetworkId } from '../../../model/ids.ts'
import type { DesiredNetwork } from '../../../model/tunnel.ts'
import { HostRefusal } from './host-refusal.ts'
import { bridgeName, isBridge, networkAlias, networkOfAlias } from './names.ts'

/** The bridges of ours that are up; one that was not finished is left out, and so made again. */
export async function readNetworks(): Promise<DesiredNetwork[]> {
  const bridges = await readLinks(showLinksOfType('bridge'))
  return bridges.flatMap(({ name, alias, isUp, addresses }) => {
    const id = networkOfAlias(alias)
    return id !== undefined && isUp && isBridge(name) ? [{ id, hostAddresses: addresses }] : []
  })
}

/** Only adds: the devices an operator plugged into the bridge stay. */
export async function makeNetwork({ id, hostAddresses }: DesiredNetwork, signal: AbortSignal): Promise<void> {
  const name = bridgeName(id)
  const [present] = await readLinksNamed([name], { signal })
  const owner = networkOfAlias(present?.alias)
  if (owner !== undefined && owner !== id) {
    throw new HostRefusal(`${name} belongs to network ${owner}, whose id begins like that of ${id}`)
  }
  const addresses = present?.addresses ?? []
  await ipBatch(
    [
      ...(present === undefined ? [addBridge(name)] : []),
      ...[setAlias(name, networkAlias(id)), setNoOwnAddress(name)],
      ...addresses.filter((address) => !hostAddresses.includes(address)).map((address) => deleteAddress(name, address)),
      ...hostAddresses.filter((address) => !addresses.includes(address)).map((address) => addAddress(name, address)),
    ],
    { signal },
  )
  await hideHost(name, hostAddresses.length === 0)
  await ip(setUp(name), { signal })
}

/**
 * Linux answers for each of its addresses on each of its devices. On a bridge where the host has none it is not to be
 * met at all, least of all by the tenants whose network this is.
 */
async function hideHost(bridge: string, hidden: boolean): Promise<void> {
  await writeFile(`/proc/sys/net/ipv4/conf/${bridge}/arp_ignore`, hidden ? '8' : '0')
  const ipv6 = `/proc/sys/net/ipv6/conf/${bridge}/disable_ipv6`
  if (existsSync(ipv6)) await writeFile(ipv6, hidden ? '1' : '0')
}

/** What an operator plugged in becomes an ordinary device again. */
export async function removeNetwork(id: NetworkId, signal: AbortSignal): Promise<void> {
  const [bridge] = await readLinksNamed([bridgeName(id)], { signal })
  if (networkOfAlias(bridge?.alias) === id) await ip(deleteLink(bridgeName(id)), { signal })
}
