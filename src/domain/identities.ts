import { ipVersion } from '../model/cidr.ts'

/** By which names the two ends call each other in the IKE exchange. */
export interface Identities {
  readonly local: string
  readonly peer: string
}

/**
 * The reference's rules (`semantics.md` §2.7): addresses are used as they are; as soon as the peer is called by a name,
 * both names that were given become FQDN identities, marked by a leading `@`.
 */
export function identities(
  connection: { readonly local_id: string; readonly peer_id: string; readonly peer_address: string },
  ourAddress: string,
  peerIdentityIsAddress: boolean,
): Identities {
  const { local_id, peer_id, peer_address } = connection
  const peer = peerIdentityIsAddress ? peer_address : peer_id
  if (ipVersion(peer) && (local_id === '' || ipVersion(local_id))) return { local: local_id || ourAddress, peer }
  return { local: local_id === '' ? ourAddress : named(local_id), peer: named(peer) }
}

function named(name: string): string {
  return name.startsWith('@') ? name : `@${name}`
}
