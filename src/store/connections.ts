import type { Selectable } from 'kysely'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import type { IkeProposal, IpsecProposal } from '../model/tunnel.ts'
import type { Reading, Tx } from './open.ts'
import { fromRow } from './rows.ts'
import type { IpsecConnectionTable } from './tables.ts'

/** Columns by which a connection refers to other objects. */
export type ConnectionReference =
  | 'vpnservice_id'
  | 'ikepolicy_id'
  | 'ipsecpolicy_id'
  | 'local_ep_group_id'
  | 'peer_ep_group_id'

/** Ids of the connections that use an object. One that is only waiting for its tunnel to go uses nothing any more. */
export async function connectionsReferring(
  { db }: Reading,
  column: ConnectionReference,
  id: string,
  tenant?: string,
): Promise<string[]> {
  let query = db
    .selectFrom('ipsec_site_connection')
    .select('id')
    .where(column, '=', id)
    .where('status', '!=', 'PENDING_DELETE')
  if (tenant !== undefined) query = query.where('tenant_id', '=', tenant)
  return (await query.execute()).map((row) => row.id)
}

/**
 * Removes the connections that wait for their tunnel to go and still name the object, so that its removal leaves nothing
 * dangling. Their gateway was told when they were deleted; it needs no row for that.
 */
export async function forgetDeleted({ db }: Tx, column: ConnectionReference, id: string): Promise<void> {
  await db.deleteFrom('ipsec_site_connection').where(column, '=', id).where('status', '=', 'PENDING_DELETE').execute()
}

/** The other live connections of a service, with the endpoints that tell whether two of them collide. */
export async function siblings({ db, sealer }: Reading, service: string, except?: string) {
  let query = db
    .selectFrom('ipsec_site_connection')
    .selectAll()
    .where('vpnservice_id', '=', service)
    .where('status', '!=', 'PENDING_DELETE')
    .orderBy('created_at')
  if (except !== undefined) query = query.where('id', '!=', except)
  return (await query.execute()).map((row) => fromRow(IpsecConnection, { ...row }, sealer))
}

/** The connections of all services of a router, with the columns beside their attributes; those waiting to go included. */
export async function connectionsOn({ db, sealer }: Reading, router: string) {
  const rows = await db
    .selectFrom('ipsec_site_connection')
    .innerJoin('vpnservice', 'vpnservice.id', 'ipsec_site_connection.vpnservice_id')
    .selectAll('ipsec_site_connection')
    .where('vpnservice.router_id', '=', router)
    .orderBy('ipsec_site_connection.created_at')
    .orderBy('ipsec_site_connection.id')
    .execute()
  return rows.map((row) => ({ connection: fromRow(IpsecConnection, { ...row }, sealer), row }))
}

/** What is kept of a connection beside its attributes. */
export interface ConnectionBeside {
  readonly revision: number
  readonly psk_version: number
  readonly restarts: number
  readonly peer_identity_is_address: boolean
  readonly problem: string
  readonly ike_proposal: TakenIkePolicy
  readonly ipsec_proposal: IpsecProposal
}

/** The part of an IKE policy that a connection took when it was last written. */
export interface TakenIkePolicy extends IkeProposal {
  readonly ikeVersion: 1 | 2
  readonly aggressive: boolean
}

export type ConnectionBesideRow = Selectable<Pick<IpsecConnectionTable, keyof ConnectionBeside>>

export function besideToRow(beside: Partial<ConnectionBeside>) {
  return {
    ...(beside.revision !== undefined && { revision: beside.revision }),
    ...(beside.restarts !== undefined && { restarts: beside.restarts }),
    ...(beside.psk_version !== undefined && { psk_version: beside.psk_version }),
    ...(beside.peer_identity_is_address !== undefined && {
      peer_identity_is_address: beside.peer_identity_is_address ? 1 : 0,
    }),
    ...(beside.problem !== undefined && { problem: beside.problem }),
    ...(beside.ike_proposal && { ike_proposal: JSON.stringify(beside.ike_proposal) }),
    ...(beside.ipsec_proposal && { ipsec_proposal: JSON.stringify(beside.ipsec_proposal) }),
  }
}

export function besideFromRow(row: ConnectionBesideRow): ConnectionBeside {
  return {
    revision: row.revision,
    psk_version: row.psk_version,
    restarts: row.restarts,
    peer_identity_is_address: row.peer_identity_is_address === 1,
    problem: row.problem,
    ike_proposal: JSON.parse(row.ike_proposal),
    ipsec_proposal: JSON.parse(row.ipsec_proposal),
  }
}
