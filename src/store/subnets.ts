import { Subnet } from '../model/subnet.ts'
import type { Reading } from './open.ts'
import { parametersAtOnce } from './resources.ts'
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

/** The subnets that routers have interfaces in, each with its router. */
export async function subnetsBehind(
  { db, sealer }: Reading,
  routers: readonly string[],
): Promise<{ router: string; subnet: Subnet }[]> {
  const found: { router: string; subnet: Subnet }[] = []
  for (let from = 0; from < routers.length; from += parametersAtOnce) {
    const rows = await db
      .selectFrom('port')
      .innerJoin('ip_allocation', 'ip_allocation.port_id', 'port.id')
      .innerJoin('subnet', 'subnet.id', 'ip_allocation.subnet_id')
      .selectAll('subnet')
      .select('port.device_id as router')
      .where('port.device_id', 'in', routers.slice(from, from + parametersAtOnce))
      .where('port.device_owner', '=', 'network:router_interface')
      .orderBy('subnet.id')
      .execute()
    found.push(...rows.map(({ router, ...row }) => ({ router, subnet: fromRow(Subnet, row, sealer) })))
  }
  return found
}
