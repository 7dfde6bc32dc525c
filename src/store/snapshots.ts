import type { GatewayId } from '../model/ids.ts'
import type { TunnelSnapshot } from '../model/tunnel.ts'
import type { Reading, Tx } from './open.ts'

/** The live SAs of gateways, when somebody last looked: one row for each, written over, gone with the gateway. */

export async function keepSnapshot({ db }: Tx, { gateway, observedAt, tunnels }: TunnelSnapshot): Promise<void> {
  const known = await db.selectFrom('gateway').select('router_id').where('router_id', '=', gateway).executeTakeFirst()
  // It was told while the router was being deleted.
  if (known === undefined) return
  const row = { observed_at: observedAt, tunnels: JSON.stringify(tunnels) }
  await db
    .insertInto('tunnel_snapshot')
    .values({ router_id: gateway, ...row })
    .onConflict((conflict) => conflict.column('router_id').doUpdateSet(row))
    .execute()
}

export async function snapshotOf({ db }: Reading, router_id: string): Promise<TunnelSnapshot | undefined> {
  const row = await db
    .selectFrom('tunnel_snapshot')
    .select(['observed_at', 'tunnels'])
    .where('router_id', '=', router_id)
    .executeTakeFirst()
  return row && { gateway: router_id as GatewayId, observedAt: row.observed_at, tunnels: JSON.parse(row.tunnels) }
}
