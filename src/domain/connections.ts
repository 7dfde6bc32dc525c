import { ipVersion } from '../model/cidr.ts'
import { changed } from '../model/decode.ts'
import type { GatewayId } from '../model/ids.ts'
import { IkePolicy } from '../model/ike-policy.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import { IpsecPolicy } from '../model/ipsec-policy.ts'
import { problem, refuseFirst } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { isPending } from '../model/status.ts'
import { timestamp } from '../model/time.ts'
import { VpnService } from '../model/vpn-service.ts'
import { besideToRow, type ConnectionBeside } from '../store/connections.ts'
import { touchGateway } from '../store/outbox.ts'
import { findRow, insert, remove, update } from '../store/resources.ts'
import { found } from './access.ts'
import { checkedEndpoints } from './endpoints.ts'
import { refusePeerAroundHost } from './host-router.ts'
import { refuseCollisions } from './overlaps.ts'
import type { Work } from './ports.ts'
import { takenIkePolicy, takenIpsecPolicy } from './proposals.ts'
import { refuseOverQuota } from './quotas.ts'
import {
  backendCarries,
  dpdTimeoutExceedsInterval,
  mtuFits,
  peerNetworksAreUsable,
  policiesFitTogether,
} from './rules.ts'

/** IPsec connections. The order of the checks is `semantics.md` §2.4 and §2.5. */

export async function createConnection(work: Work, given: Given<typeof IpsecConnection>): Promise<IpsecConnection> {
  const { tx, world, dialect } = work
  const id = world.ids.uuid()
  const at = timestamp(world.clock.now())
  await refuseOverQuota(work, 'ipsec_site_connection', given.tenant_id, 'before rules')
  refuseReservedDescription(work, given.description)
  const service = await found(work, VpnService, given.vpnservice_id)
  const policies = await takenPolicies(work, given)
  const checked = await check(work, { ...given, id }, service)
  await refuseOverQuota(work, 'ipsec_site_connection', given.tenant_id, 'after rules')
  const connection: IpsecConnection = {
    ...given,
    peer_address: checked.peer_address,
    id,
    route_mode: 'static',
    status: 'PENDING_CREATE',
    created_at: at,
    order_id: '',
    product_id: '',
    tags: [],
  }
  const revision = await touchGateway(tx, service.router_id as GatewayId, at)
  const beside: ConnectionBeside = {
    revision,
    psk_version: 1,
    restarts: 0,
    peer_identity_is_address: dialect.quirks.peerIdentityIsAddress,
    problem: '',
    ...policies,
  }
  await insert(tx, IpsecConnection, connection, besideToRow(beside))
  return connection
}

export async function updateConnection(
  work: Work,
  id: string,
  changes: Changes<typeof IpsecConnection>,
): Promise<IpsecConnection> {
  const { tx, world, dialect } = work
  const stored = await found(work, IpsecConnection, id)
  if (changes.description !== undefined) refuseReservedDescription(work, changes.description)
  const service = await found(work, VpnService, stored.vpnservice_id)
  const merged = changed(IpsecConnection, stored, changes)
  const policies = await takenPolicies(work, stored)
  const checked = await check(work, merged, service, changes)
  if (isPending(stored.status)) throw problem('StateInvalidToUpdate', { status: stored.status, id })

  const connection: IpsecConnection = { ...merged, peer_address: checked.peer_address }
  const revision = await touchGateway(tx, service.router_id as GatewayId, timestamp(world.clock.now()))
  const pskVersion = Number((await findRow(tx, IpsecConnection, id))?.psk_version ?? 0) + (changes.psk ? 1 : 0)
  await update(
    tx,
    IpsecConnection,
    id,
    { ...connection, status: dialect.quirks.showsPendingStates ? 'PENDING_UPDATE' : stored.status },
    besideToRow({
      revision,
      psk_version: pskVersion,
      peer_identity_is_address: dialect.quirks.peerIdentityIsAddress,
      ...policies,
    }),
  )
  // The answer shows the state before the change (`semantics.md` §6.2).
  return connection
}

/**
 * The row stays as PENDING_DELETE until its tunnel is gone where the flavour has that state, and goes at once where it
 * has not. Either way it uses nothing from now on.
 */
export async function deleteConnection(work: Work, id: string): Promise<void> {
  const { tx, world, dialect } = work
  const stored = await found(work, IpsecConnection, id)
  if (stored.status === 'PENDING_DELETE') return
  const service = await findRow(tx, VpnService, stored.vpnservice_id)
  const revision = await touchGateway(tx, String(service?.router_id) as GatewayId, timestamp(world.clock.now()))
  if (dialect.quirks.showsPendingStates) {
    await update(tx, IpsecConnection, id, { status: 'PENDING_DELETE' }, { revision })
  } else {
    await remove(tx, IpsecConnection, id)
  }
}

async function takenPolicies(
  work: Work,
  { ikepolicy_id, ipsecpolicy_id }: Pick<IpsecConnection, 'ikepolicy_id' | 'ipsecpolicy_id'>,
): Promise<Pick<ConnectionBeside, 'ike_proposal' | 'ipsec_proposal'>> {
  const ipsec = await found(work, IpsecPolicy, ipsecpolicy_id)
  refuseFirst(backendCarries(ipsec, work.world.capabilities()))
  const ike = await found(work, IkePolicy, ikepolicy_id)
  refuseFirst(policiesFitTogether(ike, ipsec))
  return { ike_proposal: takenIkePolicy(ike), ipsec_proposal: takenIpsecPolicy(ipsec) }
}

/** `description` is for the operator's own use where the flavour says so (`flavours.md` §2 row 10). */
function refuseReservedDescription({ dialect, caller }: Work, description: string): void {
  if (!dialect.quirks.descriptionReserved || caller.isAdmin || description === '') return
  throw problem('AttributeInvalid', { attribute: 'description', reason: 'it can be set by an administrator only' })
}

type Checked = Given<typeof IpsecConnection> & { readonly id: string }

/** Rows 4–15. On an update the address is looked at only when it was given, and so is the MTU. */
async function check(
  work: Work,
  connection: Checked,
  service: VpnService,
  changes: Changes<typeof IpsecConnection> = connection,
): Promise<{ readonly peer_address: string }> {
  const endpoints = await checkedEndpoints(work, connection, service)
  refuseFirst(
    dpdTimeoutExceedsInterval(connection),
    changes.mtu === undefined ? undefined : mtuFits(connection, endpoints.localVersion),
  )
  const peer_address =
    changes.peer_address === undefined ? connection.peer_address : resolved(work, changes.peer_address)
  if (changes.peer_address !== undefined) refuseUnreachable(service, peer_address)
  await refusePeerAroundHost(work, service.router_id, { address: peer_address, networks: endpoints.peer })
  if (work.dialect.quirks.refusesOverlap) {
    refuseFirst(peerNetworksAreUsable(endpoints.peer))
    await refuseCollisions(work, { id: connection.id, peer_address }, service, endpoints)
  }
  return { peer_address }
}

function resolved(work: Work, peer_address: string): string {
  if (ipVersion(peer_address)) return peer_address
  const address = work.dialect.quirks.resolvesPeerNames ? work.addressOf(peer_address) : undefined
  if (address === undefined) throw problem('PeerAddressNotResolved', { peer_address })
  return address
}

function refuseUnreachable(service: VpnService, peer_address: string): void {
  const version = ipVersion(peer_address)
  const ours = version === 4 ? service.external_v4_ip : service.external_v6_ip
  if (ours === null) {
    throw problem('ExternalNetworkHasNoSubnet', { router_id: service.router_id, version: `IPv${version}` })
  }
}
