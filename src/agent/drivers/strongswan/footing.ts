/**
 * What of the operator's devices a network stands on:
 *
 *   bridge      the network *is* that bridge: cables of gateways are plugged straight into it, and nothing is made
 *   interface   the network has a bridge of ours, and the interface is one of its ports
 *   vlan        the network has a bridge of ours, and a VLAN that we put on the device is one of its ports
 *
 * Written into the network's mark, so that whatever becomes of the configuration it is known what to undo.
 */
import type { NetworkId } from '../../../model/ids.ts'
import type { PhysicalSegment } from '../../../model/tunnel.ts'
import { networkNote } from './files.ts'

export interface Footing extends PhysicalSegment {
  readonly on: 'bridge' | 'interface' | 'vlan'
  /** Device of the host that the physical network was when the network was put on it. */
  readonly device: string
}

export const noteOf = (footing: Footing | undefined): string => (footing === undefined ? '' : JSON.stringify(footing))

/** `undefined`: a bridge of ours that stands alone. */
export function readNote(note: string): Footing | undefined {
  if (note.trim() === '') return undefined
  const read: unknown = JSON.parse(note)
  return read as Footing
}

export function isSameFooting(one: Footing | undefined, other: Footing | undefined): boolean {
  return (
    one?.on === other?.on &&
    one?.device === other?.device &&
    one?.physicalNetwork === other?.physicalNetwork &&
    one?.vlan === other?.vlan
  )
}

/** The operator's bridge that the network is; `undefined`: it has one of ours. */
export async function operatorsBridge(stateDir: string, network: NetworkId): Promise<string | undefined> {
  const footing = readNote((await networkNote(stateDir, network)) ?? '')
  return footing?.on === 'bridge' ? footing.device : undefined
}
