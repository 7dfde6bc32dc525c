import type { GatewayId } from '../model/ids.ts'
import type { Reading, Tx } from './open.ts'

/** What the server knows of gateways. */

export async function gatewayRevision({ db }: Reading, gateway: GatewayId): Promise<number> {
  const row = await db.selectFrom('gateway').select('revision').where('router_id', '=', gateway).executeTakeFirst()
  return row?.revision ?? 0
}

export async function keepReached({ db }: Tx, gateway: GatewayId, reached: number, problem: string): Promise<void> {
  await db.updateTable('gateway').set({ reached, problem }).where('router_id', '=', gateway).execute()
}

export async function forgetGateway({ db }: Tx, gateway: GatewayId): Promise<void> {
  await db.deleteFrom('tunnel_snapshot').where('router_id', '=', gateway).execute()
  await db.deleteFrom('gateway').where('router_id', '=', gateway).execute()
}
