import { Subnet } from '../model/subnet.ts'
import type { Reading, Tx } from './open.ts'
import { fromRow } from './rows.ts'

export async function subnetsOf({ db, sealer }: Reading, network: string): Promise<Subnet[]> {
  const rows = await db.selectFrom('subnet').selectAll().where('network_id', '=', network).orderBy('id').execute()
  return rows.map((row) => fromRow(Subnet, { ...row }, sealer))
}

/** Ids of the subnets of each network. */
export async function subnetIdsOf({ db }: Reading, networks: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(networks.map((id) => [id, []]))
  if (networks.length === 0) return found
  const rows = await db
    .selectFrom('subnet')
    .select(['id', 'network_id'])
    .where('network_id', 'in', [...networks])
    .orderBy('id')
    .execute()
  for (const { id, network_id } of rows) found.get(network_id)?.push(id)
  return found
}

export async function removeSubnetsOf({ db }: Tx, network: string): Promise<void> {
  await db.deleteFrom('subnet').where('network_id', '=', network).execute()
}

/** Endpoint groups of type subnet that contain the subnet. */
export async function groupsWithSubnet({ db }: Reading, subnet: string): Promise<string[]> {
  const rows = await db
    .selectFrom('endpoint_group')
    .select(['id', 'endpoints'])
    .where('type', '=', 'subnet')
    .where('endpoints', 'like', `%"${subnet}"%`)
    .execute()
  return rows.map(({ id }) => id)
}

export async function servicesWithSubnet({ db }: Reading, subnet: string): Promise<string[]> {
  const rows = await db.selectFrom('vpnservice').select('id').where('subnet_id', '=', subnet).execute()
  return rows.map(({ id }) => id)
}

/** Live connections on a router whose local group contains the subnet. */
export async function connectionsWithSubnet({ db }: Reading, router: string, subnet: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ipsec_site_connection as connection')
    .innerJoin('vpnservice', 'vpnservice.id', 'connection.vpnservice_id')
    .innerJoin('endpoint_group', 'endpoint_group.id', 'connection.local_ep_group_id')
    .select('connection.id')
    .where('vpnservice.router_id', '=', router)
    .where('connection.status', '!=', 'PENDING_DELETE')
    .where('endpoint_group.endpoints', 'like', `%"${subnet}"%`)
    .execute()
  return rows.map(({ id }) => id)
}
