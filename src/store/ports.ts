import type { GatewayId } from '../model/ids.ts'
import { Port, type PortAddress } from '../model/port.ts'
import { Subnet } from '../model/subnet.ts'
import type { Reading, Tx } from './open.ts'
import { insert, remove } from './resources.ts'
import { fromRow } from './rows.ts'

/** Ports and the addresses they hold. */

export type KeptPort = Omit<Port, 'fixed_ips'>

export async function insertPort(tx: Tx, port: KeptPort, addresses: readonly PortAddress[]): Promise<void> {
  await insert(tx, Port, { ...port, fixed_ips: [] })
  for (const { ip_address, subnet_id } of addresses) {
    await tx.db
      .insertInto('ip_allocation')
      .values({ network_id: port.network_id, ip_address, subnet_id, port_id: port.id })
      .execute()
  }
}

export async function removePort(tx: Tx, id: string): Promise<void> {
  await tx.db.deleteFrom('ip_allocation').where('port_id', '=', id).execute()
  await remove(tx, Port, id)
}

export async function addressesOf({ db }: Reading, ports: readonly string[]): Promise<Map<string, PortAddress[]>> {
  const found = new Map<string, PortAddress[]>(ports.map((id) => [id, []]))
  if (ports.length === 0) return found
  const rows = await db
    .selectFrom('ip_allocation')
    .select(['port_id', 'subnet_id', 'ip_address'])
    .where('port_id', 'in', [...ports])
    .orderBy('subnet_id')
    .execute()
  for (const { port_id, subnet_id, ip_address } of rows) found.get(port_id)?.push({ subnet_id, ip_address })
  return found
}

/** The ports of a router with their addresses. */
export async function portsOf(tx: Reading, router: string): Promise<Port[]> {
  const rows = await tx.db.selectFrom('port').selectAll().where('device_id', '=', router).orderBy('id').execute()
  const addresses = await addressesOf(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    ...fromRow(Port, { ...row }, tx.sealer),
    fixed_ips: addresses.get(row.id) ?? [],
  }))
}

/** The subnets a router has an interface in. */
export async function routerSubnets({ db, sealer }: Reading, router: string): Promise<Subnet[]> {
  const rows = await db
    .selectFrom('port')
    .innerJoin('ip_allocation', 'ip_allocation.port_id', 'port.id')
    .innerJoin('subnet', 'subnet.id', 'ip_allocation.subnet_id')
    .selectAll('subnet')
    .where('port.device_id', '=', router)
    .where('port.device_owner', '=', 'network:router_interface')
    .orderBy('subnet.id')
    .execute()
  return rows.map((row) => fromRow(Subnet, { ...row }, sealer))
}

/** Addresses taken on a network, as texts. */
export async function takenAddresses({ db }: Reading, network: string): Promise<Set<string>> {
  const rows = await db.selectFrom('ip_allocation').select('ip_address').where('network_id', '=', network).execute()
  return new Set(rows.map((row) => row.ip_address))
}

/** The port that holds an address. */
export async function portAt({ db }: Reading, network: string, address: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('ip_allocation')
    .select('port_id')
    .where('network_id', '=', network)
    .where('ip_address', '=', address)
    .executeTakeFirst()
  return row?.port_id
}

/** Whose port it is, and what for. */
export type PortUser = Pick<Port, 'tenant_id' | 'device_owner'>

export async function portUsersOf({ db }: Reading, network: string): Promise<PortUser[]> {
  const rows = await db
    .selectFrom('port')
    .select(['tenant_id', 'device_owner'])
    .distinct()
    .where('network_id', '=', network)
    .execute()
  return rows.map(({ tenant_id, device_owner }) => ({ tenant_id, device_owner: device_owner as Port['device_owner'] }))
}

/** The VPN gateways that have a leg in a network. */
export async function gatewaysIn({ db }: Reading, network: string): Promise<GatewayId[]> {
  const rows = await db
    .selectFrom('port')
    .innerJoin('vpnservice', 'vpnservice.router_id', 'port.device_id')
    .select('port.device_id')
    .distinct()
    .where('port.network_id', '=', network)
    .orderBy('port.device_id')
    .execute()
  return rows.map(({ device_id }) => device_id as GatewayId)
}

/** Routers whose gateway is in a network on this physical network. */
export async function hostGateways({ db }: Reading, physicalNetwork: string): Promise<string[]> {
  const rows = await db
    .selectFrom('port')
    .innerJoin('network', 'network.id', 'port.network_id')
    .select('port.device_id')
    .where('port.device_owner', '=', 'network:router_gateway')
    .where('network.provider_physical_network', '=', physicalNetwork)
    .execute()
  return rows.map(({ device_id }) => device_id)
}

export async function countPorts({ db }: Reading, column: 'network_id' | 'device_id', id: string): Promise<number> {
  const row = await db
    .selectFrom('port')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(column, '=', id)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function countAllocations({ db }: Reading, subnet: string): Promise<number> {
  const row = await db
    .selectFrom('ip_allocation')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('subnet_id', '=', subnet)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
