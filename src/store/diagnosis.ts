import { ConnectionEvent } from '../model/connection-event.ts'
import type { GatewayId } from '../model/ids.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Reading, Tx } from './open.ts'
import { insert } from './resources.ts'

/** What is wrong with connections, and what happened to them. */

export async function verdictOf({ db }: Reading, connection: string): Promise<Verdict | undefined> {
  const row = await db
    .selectFrom('connection_verdict')
    .select('verdict')
    .where('connection_id', '=', connection)
    .executeTakeFirst()
  return row && JSON.parse(row.verdict)
}

/** Of all connections of a gateway that have one. */
export async function verdictsOn({ db }: Reading, gateway: GatewayId): Promise<Map<string, Verdict>> {
  const rows = await db
    .selectFrom('connection_verdict')
    .innerJoin('ipsec_site_connection', 'ipsec_site_connection.id', 'connection_verdict.connection_id')
    .innerJoin('vpnservice', 'vpnservice.id', 'ipsec_site_connection.vpnservice_id')
    .select(['connection_verdict.connection_id', 'connection_verdict.verdict'])
    .where('vpnservice.router_id', '=', gateway)
    .execute()
  return new Map(rows.map(({ connection_id, verdict }) => [connection_id, JSON.parse(verdict)]))
}

export async function putVerdict({ db }: Tx, connection_id: string, verdict: Verdict | undefined): Promise<void> {
  if (verdict === undefined) {
    await db.deleteFrom('connection_verdict').where('connection_id', '=', connection_id).execute()
    return
  }
  const row = { connection_id, verdict: JSON.stringify(verdict) }
  await db
    .insertInto('connection_verdict')
    .values(row)
    .onConflict((conflict) => conflict.column('connection_id').doUpdateSet({ verdict: row.verdict }))
    .execute()
}

/** How much of the history of one connection is kept: the newest, and nothing older than the time given. */
export const mostEvents = 200

/** Adds an event, and lets go of what is too old or too much. */
export async function addEvent(tx: Tx, event: ConnectionEvent, oldest: string): Promise<void> {
  await insert(tx, ConnectionEvent, event)
  const { connection_id } = event
  const kept = await tx.db
    .selectFrom('connection_event')
    .select((eb) => [eb.fn.countAll().as('count'), eb.fn.min('time').as('first')])
    .where('connection_id', '=', connection_id)
    .executeTakeFirstOrThrow()
  if (Number(kept.count) <= mostEvents && kept.first > oldest) return
  const beyond = await tx.db
    .selectFrom('connection_event')
    .select('time')
    .where('connection_id', '=', connection_id)
    .orderBy('time', 'desc')
    .offset(mostEvents)
    .limit(1)
    .executeTakeFirst()
  const before = beyond !== undefined && beyond.time > oldest ? beyond.time : oldest
  await tx.db
    .deleteFrom('connection_event')
    .where('connection_id', '=', connection_id)
    .where('time', '<=', before)
    .execute()
}

/** Whether the gateway has carried out the last change of a connection. */
export async function isCarriedOut({ db }: Reading, connection: string): Promise<boolean> {
  const row = await db
    .selectFrom('ipsec_site_connection')
    .innerJoin('vpnservice', 'vpnservice.id', 'ipsec_site_connection.vpnservice_id')
    .innerJoin('gateway', 'gateway.router_id', 'vpnservice.router_id')
    .select(['gateway.reached', 'ipsec_site_connection.revision'])
    .where('ipsec_site_connection.id', '=', connection)
    .executeTakeFirst()
  return row !== undefined && row.reached >= row.revision
}
