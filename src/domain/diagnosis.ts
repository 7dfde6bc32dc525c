import type { ConnectionEvent } from '../model/connection-event.ts'
import { ConnectionEvent as Events } from '../model/connection-event.ts'
import type { Listing } from '../model/filter.ts'
import type { GatewayId } from '../model/ids.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import { problem } from '../model/problem.ts'
import { shownDiagnosis } from '../model/shown-diagnosis.ts'
import { shownTunnel } from '../model/shown-tunnel.ts'
import { isPending } from '../model/status.ts'
import { timestamp } from '../model/time.ts'
import type { Verdict, VerdictField } from '../model/verdict.ts'
import { VpnService } from '../model/vpn-service.ts'
import { besideToRow } from '../store/connections.ts'
import { isCarriedOut, verdictOf } from '../store/diagnosis.ts'
import { touchGateway } from '../store/outbox.ts'
import { findRow, update } from '../store/resources.ts'
import { snapshotOf } from '../store/snapshots.ts'
import { found, visible } from './access.ts'
import { recordEvent } from './connection-history.ts'
import type { Asking, Work } from './ports.ts'

/** Why a connection is down: what its gateway found out, or what the service knows by itself. */
export async function showDiagnosis(asking: Asking, id: string): Promise<object> {
  const connection = await found(asking, IpsecConnection, id)
  const service = await findRow(asking.tx, VpnService, connection.vpnservice_id)
  const verdict = switchedOff(connection, service?.admin_state_up === 1) ?? (await verdictOf(asking.tx, id))
  const named = verdict && { ...verdict, field: fieldOf(connection, verdict.field) }
  return shownDiagnosis(connection.status, named, asking.dialect)
}

/** The live SAs of a connection, as its gateway last told them. */
export async function showTunnel(asking: Asking, id: string): Promise<object> {
  const connection = await found(asking, IpsecConnection, id)
  const service = await findRow(asking.tx, VpnService, connection.vpnservice_id)
  const snapshot = await snapshotOf(asking.tx, String(service?.router_id))
  const own = snapshot?.tunnels.filter((tunnel) => tunnel.connection === id) ?? []
  return shownTunnel(snapshot?.observedAt ?? null, own, asking.dialect)
}

function switchedOff(connection: IpsecConnection, serviceIsOn: boolean): Verdict | undefined {
  if (connection.admin_state_up && serviceIsOn) return undefined
  const field = connection.admin_state_up ? 'vpnservice_id' : 'admin_state_up'
  const configured = connection.admin_state_up ? connection.vpnservice_id : 'false'
  return { code: 'SWITCHED_OFF', field, configured, offered: null, evidence: [], since: connection.created_at }
}

/** A connection without endpoint groups has its networks in other fields. */
function fieldOf(connection: IpsecConnection, field: VerdictField): VerdictField {
  if (field === 'peer_ep_group_id' && connection.peer_ep_group_id === null) return 'peer_cidrs'
  if (field === 'local_ep_group_id' && connection.local_ep_group_id === null) return 'vpnservice_id'
  return field
}

export async function listEvents(asking: Asking, listing: Listing, id: string): Promise<readonly ConnectionEvent[]> {
  await found(asking, IpsecConnection, id)
  return visible(asking, Events, {
    ...listing,
    filters: [...listing.filters, { column: 'connection_id', values: [id] }],
  })
}

/**
 * Has new tunnels made. The count of restarts is part of what a tunnel is made from, so that the gateway replaces those
 * that stand, whatever happens to it meanwhile. @throws Problem while an earlier change is being carried out.
 */
export async function restartConnection(work: Work, id: string): Promise<void> {
  const { tx, world } = work
  const connection = await found(work, IpsecConnection, id)
  const { status } = connection
  if (isPending(status) || !(await isCarriedOut(tx, id))) throw problem('RestartTooSoon', { id })
  const service = await found(work, VpnService, connection.vpnservice_id)
  const at = timestamp(world.clock.now())
  const revision = await touchGateway(tx, service.router_id as GatewayId, at)
  const restarts = Number((await findRow(tx, IpsecConnection, id))?.restarts ?? 0) + 1
  await update(tx, IpsecConnection, id, {}, besideToRow({ revision, restarts }))
  await recordEvent(tx, world, connection, { kind: 'restart', status, code: null, field: null })
}
