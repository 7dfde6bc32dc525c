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
import type { ActualNetwork, DesiredNetwork } from '../../../model/tunnel.ts'
import { markedNetworks, markNetwork, networkNote, unmarkNetwork } from './files.ts'
import { type Footing, isSameFooting, noteOf, readNote } from './footing.ts'
import { HostRefusal } from './host-refusal.ts'
import { bridgeName, networkAlias, networkOfAlias } from './names.ts'
import { networkFacts, type PhysicalNetworks } from './network-facts.ts'
import { findFooting, leaveFooting, lowerUnused, stepOnto } from './physical.ts'

export interface NetworkOptions {
  readonly stateDir: string
  readonly physicalNetworks?: PhysicalNetworks
}

/** The networks of this installation, and with them what is left of one that was not finished. */
export async function readNetworks({ stateDir, physicalNetworks = {} }: NetworkOptions): Promise<ActualNetwork[]> {
  const marks = await readMarks(stateDir)
  const footings = [...marks.values()].flatMap((footing) => footing ?? [])
  const links = [
    ...(await readLinks(showLinksOfType('bridge'))),
    ...(footings.some(({ on }) => on === 'vlan') ? await readLinks(showLinksOfType('vlan')) : []),
    ...(await readLinksNamed([...new Set(footings.map(({ device }) => device))])),
  ]
  return networkFacts(marks, links, physicalNetworks)
}

/** Only adds to the bridge: the devices an operator plugged into it stay. */
export async function makeNetwork(
  network: DesiredNetwork,
  options: NetworkOptions,
  signal: AbortSignal,
): Promise<void> {
  const { stateDir, physicalNetworks = {} } = options
  const footing = network.segment && (await findFooting(network.id, network.segment, physicalNetworks, signal))
  const marks = await readMarks(stateDir)
  const before = marks.get(network.id)
  if (before !== undefined && !isSameFooting(before, footing)) await leaveFooting(network.id, before, signal)
  await markNetwork(stateDir, network.id, noteOf(footing))
  if (footing?.on === 'bridge') await removeBridge(network.id, signal)
  else await makeBridge(network, signal)
  if (footing !== undefined) await stepOnto(network.id, footing, stateDir, signal)
  if (before !== undefined) await lowerUnused(stateDir, devicesInUse(await readMarks(stateDir)), signal)
}

async function makeBridge({ id, hostAddresses }: DesiredNetwork, signal: AbortSignal): Promise<void> {
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

/** What is the operator's becomes an ordinary device again, as it was. */
export async function removeNetwork(id: NetworkId, stateDir: string, signal?: AbortSignal): Promise<void> {
  await removeBridge(id, signal)
  const footing = readNote((await networkNote(stateDir, id)) ?? '')
  if (footing !== undefined) await leaveFooting(id, footing, signal)
  await unmarkNetwork(stateDir, id)
  if (footing !== undefined) await lowerUnused(stateDir, devicesInUse(await readMarks(stateDir)), signal)
}

async function removeBridge(id: NetworkId, signal: AbortSignal | undefined): Promise<void> {
  const [bridge] = await readLinksNamed([bridgeName(id)], { signal })
  if (networkOfAlias(bridge?.alias) === id) await ip(deleteLink(bridgeName(id)), { signal })
}

async function readMarks(stateDir: string): Promise<Map<NetworkId, Footing | undefined>> {
  const marks = new Map<NetworkId, Footing | undefined>()
  for (const id of await markedNetworks(stateDir)) {
    const note = await networkNote(stateDir, id)
    if (note !== undefined) marks.set(id, readNote(note))
  }
  return marks
}

function devicesInUse(marks: ReadonlyMap<NetworkId, Footing | undefined>): string[] {
  return [...marks.values()].flatMap((footing) => footing?.device ?? [])
}
