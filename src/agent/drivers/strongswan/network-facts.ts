import type { Link } from '../../../linux/links.ts'
import type { NetworkId } from '../../../model/ids.ts'
import type { ActualNetwork } from '../../../model/tunnel.ts'
import type { Footing } from './footing.ts'
import { bridgeName, networkAlias, vlanName } from './names.ts'

/** Physical networks and the devices of this host that they are, as the configuration has it. */
export type PhysicalNetworks = Readonly<Record<string, string>>

/** Pure. @param links of this host, at least all bridges, all VLANs and the devices that networks stand on */
export function networkFacts(
  marks: ReadonlyMap<NetworkId, Footing | undefined>,
  links: readonly Link[],
  physicalNetworks: PhysicalNetworks,
): ActualNetwork[] {
  const byName = new Map(links.map((link) => [link.name, link]))
  return [...marks].map(([id, footing]) => {
    const bridge = byName.get(bridgeName(id))
    const own = bridge?.alias === networkAlias(id) ? bridge : undefined
    const isWhole =
      footing === undefined
        ? own?.isUp === true
        : physicalNetworks[footing.physicalNetwork] === footing.device && standsOn(footing, { id, own, byName })
    return {
      id,
      hostAddresses: own?.addresses ?? [],
      ...(footing && { segment: segmentOf(footing) }),
      ...(!isWhole && { isBroken: true as const }),
    }
  })
}

function standsOn(
  { on, device, vlan }: Footing,
  { id, own, byName }: { id: NetworkId; own: Link | undefined; byName: ReadonlyMap<string, Link> },
): boolean {
  const beneath = byName.get(device)
  if (beneath?.isUp !== true) return false
  if (on === 'bridge') return beneath.kind === 'bridge'
  if (own?.isUp !== true) return false
  if (on === 'interface') return beneath.master === own.name
  const tagged = byName.get(vlanName(id))
  return (
    tagged?.isUp === true &&
    tagged.alias === networkAlias(id) &&
    tagged.master === own.name &&
    tagged.vlan?.number === vlan &&
    tagged.vlan?.device === device
  )
}

function segmentOf({ physicalNetwork, vlan }: Footing) {
  return { physicalNetwork, ...(vlan !== undefined && { vlan }) }
}
