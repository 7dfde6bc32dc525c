import { ipVersion } from '../model/cidr.ts'
import { changed } from '../model/decode.ts'
import type { GatewayId } from '../model/ids.ts'
import { problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { Router } from '../model/router.ts'
import { isPending } from '../model/status.ts'
import { timestamp } from '../model/time.ts'
import { VpnService } from '../model/vpn-service.ts'
import { connectionsReferring, forgetDeleted } from '../store/connections.ts'
import { touchGateway } from '../store/outbox.ts'
import { portsOf, routerSubnets } from '../store/ports.ts'
import { insert, remove, update } from '../store/resources.ts'
import { servicesOn } from '../store/services.ts'
import { found } from './access.ts'
import type { Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'

/** VPN services. The order of the checks is `semantics.md` §2.1. */

export async function createService(work: Work, given: Given<typeof VpnService>): Promise<VpnService> {
  const { tx, world, dialect, caller } = work
  const { router_id, subnet_id } = given
  await refuseOverQuota(work, 'vpnservice', given.tenant_id, 'before rules')
  if (given.flavor_id !== null) throw problem('FlavorsNotOffered')
  if (given.external_v4_ip !== null && !caller.isAdmin) throw problem('ExternalAddressReserved')
  const router = await found(work, Router, router_id)
  const external = (await portsOf(tx, router.id)).find((port) => port.device_owner === 'network:router_gateway')
  if (!external) throw problem('RouterNotExternal', { id: router_id })
  if (subnet_id && !(await routerSubnets(tx, router_id)).some(({ id }) => id === subnet_id)) {
    throw problem('SubnetNotOnRouter', { subnet_id, router_id })
  }
  const first = (version: 4 | 6) =>
    external.fixed_ips.find(({ ip_address }) => ipVersion(ip_address) === version)?.ip_address ?? null
  if (given.external_v4_ip !== null && !external.fixed_ips.some((ip) => ip.ip_address === given.external_v4_ip)) {
    throw problem('ExternalAddressForeign', { address: given.external_v4_ip, router_id })
  }
  await refuseOverQuota(work, 'vpnservice', given.tenant_id, 'after rules')
  if (dialect.quirks.oneServicePerRouter && (await servicesOn(tx, router_id)).length > 0) {
    throw problem('VpnServiceOnRouterExists', { router_id })
  }
  const at = timestamp(world.clock.now())
  const service: VpnService = {
    ...given,
    id: world.ids.uuid(),
    external_v4_ip: given.external_v4_ip ?? first(4),
    external_v6_ip: first(6),
    status: 'PENDING_CREATE',
    created_at: at,
    prepay_connection_num: 0,
    resource_speccode: '',
    order_id: '',
    product_id: '',
    tags: [],
  }
  const revision = await touchGateway(tx, router_id as GatewayId, at)
  await insert(tx, VpnService, service, { revision })
  return service
}

export async function updateService(work: Work, id: string, changes: Changes<typeof VpnService>): Promise<VpnService> {
  const { tx, world, dialect } = work
  const stored = await found(work, VpnService, id)
  if (isPending(stored.status)) throw problem('StateInvalidToUpdate', { status: stored.status, id })
  const service = changed(VpnService, stored, changes)
  const revision = await touchGateway(tx, stored.router_id as GatewayId, timestamp(world.clock.now()))
  const status = dialect.quirks.showsPendingStates ? 'PENDING_UPDATE' : stored.status
  await update(tx, VpnService, id, { ...service, status }, { revision })
  return service
}

export async function deleteService(work: Work, id: string): Promise<void> {
  const { tx, world, caller } = work
  const users = await connectionsReferring(tx, 'vpnservice_id', id, caller.isAdmin ? undefined : caller.projectId)
  if (users.length > 0) throw problem('VpnServiceInUse', { id })
  const stored = await found(work, VpnService, id)
  await forgetDeleted(tx, 'vpnservice_id', id)
  await remove(tx, VpnService, id)
  await touchGateway(tx, stored.router_id as GatewayId, timestamp(world.clock.now()))
}
