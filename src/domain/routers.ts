import { changed } from '../model/decode.ts'
import type { Listing } from '../model/filter.ts'
import type { GatewayId } from '../model/ids.ts'
import { problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { Router, routerConstants } from '../model/router.ts'
import { forgetGateway } from '../store/gateways.ts'
import { portsOf, removePort } from '../store/ports.ts'
import { insert, remove, update } from '../store/resources.ts'
import { found, visible } from './access.ts'
import { withItsTags, withTags } from './object-tags.ts'
import type { Asking, Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'
import { newborn, revise } from './revisions.ts'
import { clearGateway, refuseRouterOfService, setGateway } from './router-gateway.ts'

/** Routers. With a VPN service on it a router is a gateway; `semantics.md` §3 says what then stays as it is. */

export async function createRouter(work: Work, given: Given<typeof Router>): Promise<Router> {
  await refuseOverQuota(work, 'router', given.tenant_id)
  const router: Router = {
    ...routerConstants,
    ...given,
    id: work.world.ids.uuid(),
    status: 'ACTIVE',
    external_gateway_info: null,
    ...newborn(work.world.clock, 1),
  }
  await insert(work.tx, Router, router)
  if (given.external_gateway_info) await setGateway(work, router, given.external_gateway_info)
  return showRouter(work, router.id)
}

export async function showRouter(asking: Asking, id: string): Promise<Router> {
  return withItsTags(asking, await found(asking, Router, id))
}

export async function listRouters(asking: Asking, listing: Listing): Promise<Router[]> {
  return withTags(asking, await visible(asking, Router, listing))
}

export async function updateRouter(work: Work, id: string, changes: Changes<typeof Router>): Promise<Router> {
  const stored = await found(work, Router, id)
  const { external_gateway_info: gateway, ...plain } = changes
  await update(work.tx, Router, id, changed(Router, stored, plain))
  await revise(work, Router, id)
  if (gateway === null) await clearGateway(work, stored)
  else if (gateway !== undefined) await setGateway(work, stored, gateway)
  return showRouter(work, id)
}

export async function deleteRouter(work: Work, id: string): Promise<void> {
  const { tx } = work
  const router = await found(work, Router, id)
  await refuseRouterOfService(work, id)
  const ports = await portsOf(tx, id)
  if (ports.some((port) => port.device_owner === 'network:router_interface'))
    throw problem('RouterHasInterfaces', { id })
  for (const port of ports) await removePort(tx, port.id)
  await remove(tx, Router, router.id)
  await forgetGateway(tx, id as GatewayId)
}
