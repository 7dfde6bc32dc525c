import type { Status } from '../model/status.ts'
import type { Traffic } from '../model/traffic.ts'
import type { PairTraffic } from '../model/traffic-account.ts'
import type { Reading } from './open.ts'
import { trafficIn } from './traffic.ts'

/** A connection as metrics tell of it. */
export interface FigureRow {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly vpnservice: string
  readonly gateway: string
  readonly peer: string
  readonly status: Status
  readonly problem: string
  /** It and its service are switched on. */
  readonly isOn: boolean
  readonly total: Traffic
  readonly pairs: readonly PairTraffic[]
}

/** All connections, in one statement without a secret. */
export async function figureRows({ db }: Reading): Promise<FigureRow[]> {
  const rows = await db
    .selectFrom('ipsec_site_connection as connection')
    .innerJoin('vpnservice', 'vpnservice.id', 'connection.vpnservice_id')
    .leftJoin('traffic_total as total', 'total.connection_id', 'connection.id')
    .select(['connection.id', 'connection.name', 'connection.tenant_id', 'connection.vpnservice_id'])
    .select(['connection.peer_address', 'connection.status', 'connection.problem', 'connection.admin_state_up'])
    .select(['vpnservice.router_id', 'vpnservice.admin_state_up as service_admin_state_up'])
    .select(['total.bytes_in', 'total.bytes_out', 'total.packets_in', 'total.packets_out', 'total.pairs'])
    .orderBy('connection.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    project: row.tenant_id,
    vpnservice: row.vpnservice_id,
    gateway: row.router_id,
    peer: row.peer_address,
    status: row.status as Status,
    problem: row.problem,
    isOn: row.admin_state_up === 1 && row.service_admin_state_up === 1,
    total: trafficIn(row),
    pairs: row.pairs === null ? [] : JSON.parse(row.pairs),
  }))
}
