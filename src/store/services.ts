import type { GatewayId } from '../model/ids.ts'
import { VpnService } from '../model/vpn-service.ts'
import type { Reading } from './open.ts'
import { fromRow } from './rows.ts'

/** The VPN services of one router, oldest first. */
export async function servicesOn({ db, sealer }: Reading, router: string): Promise<VpnService[]> {
  const rows = await db
    .selectFrom('vpnservice')
    .selectAll()
    .where('router_id', '=', router)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => fromRow(VpnService, { ...row }, sealer))
}

/** Routers that carry VPN services: the gateways there should be. */
export async function gatewaysWanted({ db }: Reading): Promise<GatewayId[]> {
  const rows = await db.selectFrom('vpnservice').select('router_id').distinct().orderBy('router_id').execute()
  return rows.map(({ router_id }) => router_id as GatewayId)
}
