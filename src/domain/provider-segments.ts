import { hostPhysicalNetwork, type Network, type NetworkType, networkTypes, vlanIds } from '../model/network.ts'
import { problem } from '../model/problem.ts'
import type { PhysicalSegment } from '../model/tunnel.ts'
import { networkOnSegment } from '../store/networks.ts'
import type { Work } from './ports.ts'

/**
 * Where networks are on the wires of the host: the `provider:` attributes. What can be placed is what the host's
 * configuration names. Words and order are those of the reference's ML2 plugin.
 */

type Provider = Pick<Network, 'provider:network_type' | 'provider:physical_network' | 'provider:segmentation_id'>

/** The reference writes one of them in capitals. */
const words: Readonly<Record<NetworkType, string>> = { local: 'local', flat: 'flat', vlan: 'VLAN' }

/** @throws Problem when there is no such place, or it is taken. */
export async function refuseSegment(work: Work, given: Provider): Promise<void> {
  const { networkTypes: offered, physicalNetworks } = work.world.capabilities()
  const type = networkTypes.find((each) => each === given['provider:network_type'])
  if (type === undefined || !offered.includes(type)) {
    throw problem('NetworkTypeNotSupported', { value: given['provider:network_type'], supported: oneOf(offered) })
  }
  const physicalNetwork = given['provider:physical_network']
  const vlan = given['provider:segmentation_id']
  if (type === 'local' && physicalNetwork !== null) throw prohibited('physical_network', type, ['flat', 'vlan'])
  if (type !== 'vlan' && vlan !== null) throw prohibited('segmentation_id', type, ['vlan'])
  if (type === 'local') return
  // The host's own surroundings have no tags that we could know.
  const possible = type === 'flat' ? physicalNetworks : physicalNetworks.filter((name) => name !== hostPhysicalNetwork)
  const known = possible.length === 0 ? 'given when the configuration names one (physical_networks)' : oneOf(possible)
  if (!physicalNetwork) throw problem('PhysicalNetworkRequired', { type: words[type], known })
  if (!possible.includes(physicalNetwork)) {
    throw problem('PhysicalNetworkUnknown', { value: physicalNetwork, type: words[type], known })
  }
  if (type === 'vlan') refuseVlanId(physicalNetwork, vlan)
  // Of these there are as many as the host is in.
  if (physicalNetwork === hostPhysicalNetwork) return
  const id = await networkOnSegment(work.tx, type, { physicalNetwork, vlan })
  if (id === undefined) return
  throw vlan === null
    ? problem('FlatNetworkInUse', { physical_network: physicalNetwork, id })
    : problem('VlanIdInUse', { vlan_id: vlan, physical_network: physicalNetwork, id })
}

/** As the host is told it; `undefined`: a bridge of its own. */
export function segmentOf(network: Provider): PhysicalSegment | undefined {
  const physicalNetwork = network['provider:physical_network']
  if (physicalNetwork === null) return undefined
  const vlan = network['provider:segmentation_id']
  return { physicalNetwork, ...(vlan !== null && { vlan }) }
}

function refuseVlanId(physical_network: string, vlan: number | null): void {
  if (vlan === null) throw problem('SegmentationIdRequired', { physical_network, ...vlanIds })
  if (vlan < vlanIds.first || vlan > vlanIds.last) {
    throw problem('SegmentationIdOutOfRange', { value: vlan, ...vlanIds })
  }
}

function prohibited(attribute: string, type: NetworkType, takers: readonly NetworkType[]) {
  return problem('ProviderAttributeProhibited', { attribute, type: words[type], takers: oneOf(takers) })
}

function oneOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' or ')
}
