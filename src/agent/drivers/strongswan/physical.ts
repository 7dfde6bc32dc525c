/** Networks on the wires of the host: which device that is, what may be done to it, and how it is undone. */
import { ip, ipBatch, ipShow } from '../../../linux/ip.ts'
import {
  addVlan,
  clearMaster,
  deleteLink,
  type Link,
  readLinks,
  readLinksNamed,
  setAlias,
  setDown,
  setMaster,
  setNoOwnAddress,
  setUp,
  showLinksOfType,
} from '../../../linux/links.ts'
import { routeOf, showAllRoutes } from '../../../linux/routes.ts'
import type { NetworkId } from '../../../model/ids.ts'
import type { PhysicalSegment } from '../../../model/tunnel.ts'
import { markedRaised, markRaised, unmarkRaised } from './files.ts'
import type { Footing } from './footing.ts'
import { HostRefusal } from './host-refusal.ts'
import { bridgeName, isHostEnd, networkAlias, networkOfAlias, portOfAlias, vlanName } from './names.ts'
import type { PhysicalNetworks } from './network-facts.ts'

/** @throws HostRefusal saying what is in the way and what to do about it; nothing was changed then. */
export async function findFooting(
  network: NetworkId,
  segment: PhysicalSegment,
  physicalNetworks: PhysicalNetworks,
  signal: AbortSignal,
): Promise<Footing> {
  const { physicalNetwork, vlan } = segment
  const device = physicalNetworks[physicalNetwork]
  if (device === undefined) {
    throw new HostRefusal(`physical network ${physicalNetwork} is not in the configuration (physical_networks)`)
  }
  const [link] = await readLinksNamed([device], { signal })
  if (link === undefined) {
    throw new HostRefusal(`${device}, which physical network ${physicalNetwork} is, is not on this host`)
  }
  if (vlan !== undefined) {
    await refuseTakenVlan(network, { number: vlan, device }, signal)
    return { physicalNetwork, vlan, on: 'vlan', device }
  }
  if (link.kind === 'bridge') {
    if (!link.isUp) throw new HostRefusal(`bridge ${device} is down: ip link set ${device} up`)
    return { physicalNetwork, on: 'bridge', device }
  }
  await refuseInterfaceInUse(network, link, signal)
  return { physicalNetwork, on: 'interface', device }
}

/**
 * As a port of a bridge an interface hears nothing for the host itself any more: whoever is logged in over it would be cut
 * off. So the operator is to move the addresses, not we.
 */
async function refuseInterfaceInUse(network: NetworkId, link: Link, signal: AbortSignal): Promise<void> {
  const { name, master, addresses } = link
  if (master === bridgeName(network)) return
  if (master !== undefined) {
    throw new HostRefusal(`${name} is a port of ${master}: name ${master} in physical_networks in place of ${name}`)
  }
  const way = `make a bridge, move them there, plug ${name} into it, and name the bridge in physical_networks`
  if (addresses.length > 0) {
    throw new HostRefusal(`${name} carries ${addresses.join(', ')} of this host, which would be cut off: ${way}`)
  }
  const [rows = []] = await ipShow([showAllRoutes], { signal })
  const routes = rows
    .map(routeOf)
    .filter(({ device, table, destination }) => device === name && table === 'main' && !isLinkLocal(destination))
  if (routes.length > 0) {
    const destinations = routes.map(({ destination }) => destination).join(', ')
    throw new HostRefusal(`routes of this host lead through ${name} (to ${destinations}), and would end: ${way}`)
  }
}

const isLinkLocal = (destination: string): boolean => /^(fe80|ff00):/.test(destination)

/** The kernel has each number once on a device, and says only "File exists". */
async function refuseTakenVlan(
  network: NetworkId,
  { number, device }: { readonly number: number; readonly device: string },
  signal: AbortSignal,
): Promise<void> {
  const taken = (await readLinks(showLinksOfType('vlan'), { signal })).find(
    ({ vlan }) => vlan?.number === number && vlan.device === device,
  )
  if (taken === undefined || networkOfAlias(taken.alias) === network) return
  throw new HostRefusal(
    `VLAN ${number} of ${device} is ${taken.name} already: to use that, name ${taken.name} in physical_networks and ` +
      'make a flat network of it',
  )
}

/** Connects the network's bridge, which is there, with what it stands on. */
export async function stepOnto(
  network: NetworkId,
  { on, device, vlan }: Footing,
  stateDir: string,
  signal: AbortSignal,
): Promise<void> {
  if (on === 'bridge') return
  await raise(device, stateDir, signal)
  if (on === 'interface') return ip(setMaster(device, bridgeName(network)), { signal })
  const name = vlanName(network)
  const [present] = await readLinksNamed([name], { signal })
  const owner = networkOfAlias(present?.alias)
  if (owner !== undefined && owner !== network) {
    throw new HostRefusal(`${name} belongs to network ${owner}, whose id begins like that of ${network}`)
  }
  const fits = present?.vlan?.number === vlan && present?.vlan?.device === device
  await ipBatch(
    [
      ...(present === undefined || fits ? [] : [deleteLink(name)]),
      ...(fits || vlan === undefined ? [] : [addVlan(name, { number: vlan, device })]),
      ...[setAlias(name, networkAlias(network)), setNoOwnAddress(name), setMaster(name, bridgeName(network))],
      setUp(name),
    ],
    { signal },
  )
}

/** Takes apart what `stepOnto` connected. The operator's device stays, and so does whatever else it is used for. */
export async function leaveFooting(
  network: NetworkId,
  { on, device }: Footing,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (on === 'bridge') {
    const cables = (await readLinks(showLinksOfType('veth'), { signal })).filter(
      ({ name, alias, master }) => isHostEnd(name) && master === device && portOfAlias(alias)?.network === network,
    )
    return ipBatch(
      cables.map(({ name }) => clearMaster(name)),
      { signal },
    )
  }
  if (on === 'vlan') {
    const [tagged] = await readLinksNamed([vlanName(network)], { signal })
    if (networkOfAlias(tagged?.alias) === network) await ip(deleteLink(vlanName(network)), { signal })
    return
  }
  const [beneath] = await readLinksNamed([device], { signal })
  if (beneath?.master === bridgeName(network)) await ip(clearMaster(device), { signal })
}

/** Notes first what is to be undone. */
async function raise(device: string, stateDir: string, signal: AbortSignal): Promise<void> {
  const [link] = await readLinksNamed([device], { signal })
  if (link === undefined || link.isUp) return
  await markRaised(stateDir, device)
  await ip(setUp(device), { signal })
}

/** Interfaces that were down before we needed them, and that no network of ours stands on any more, are down again. */
export async function lowerUnused(
  stateDir: string,
  inUse: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const device of await markedRaised(stateDir)) {
    if (inUse.includes(device)) continue
    const [link] = await readLinksNamed([device], { signal })
    if (link !== undefined) await ip(setDown(device), { signal })
    await unmarkRaised(stateDir, device)
  }
}
