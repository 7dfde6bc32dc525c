import type { IpsecConnection } from '../model/ipsec-connection.ts'
import { problem } from '../model/problem.ts'
import type { VpnService } from '../model/vpn-service.ts'
import { siblings } from '../store/connections.ts'
import { type Endpoints, endpointLookup, endpointsOf, endpointsText } from './endpoints.ts'
import type { Work } from './ports.ts'
import { firstOverlap } from './rules.ts'

/**
 * The rules against connections that would take each other's traffic (`semantics.md` §4). Two connections of one service
 * with equal networks and different peers are an active/standby pair, which is the seed's rule; a third is refused.
 * @throws Problem
 */
export async function refuseCollisions(
  work: Work,
  connection: Pick<IpsecConnection, 'peer_address'> & { readonly id?: string },
  service: VpnService,
  ours: Endpoints,
): Promise<void> {
  const local = firstOverlap(ours.peer, ours.local)
  if (local) throw problem('PeerOverlapsLocal', { peer: local.one, local: local.other })
  const others = await siblings(work.tx, service.id, connection.id)
  const samePeer = others.find(({ peer_address }) => peer_address === connection.peer_address)
  if (samePeer) throw problem('PeerAddressInUse', { peer_address: connection.peer_address, id: samePeer.id })
  const lookup = await endpointLookup(work.tx, service.router_id, [service], others)
  const partners: string[] = []
  for (const other of others) {
    const theirs = endpointsOf(other, service, lookup)
    if (endpointsText(theirs) === endpointsText(ours)) {
      partners.push(other.id)
      continue
    }
    const shared = firstOverlap(ours.peer, theirs.peer)
    if (shared) throw problem('PeerCidrInUse', { peer: shared.one, other: shared.other, id: other.id })
  }
  if (partners.length > 1) throw problem('SubnetPairInUse', { ids: partners.join(', ') })
}
