import type { GatewayId } from '../model/ids.ts'
import type { Status } from '../model/status.ts'
import type { Reading } from './open.ts'

/** The services and connections of a gateway with what decides about a report's meaning for them. */
export async function reportableRows({ db }: Reading, gateway: GatewayId) {
  const services = await db
    .selectFrom('vpnservice')
    .leftJoin('gateway', 'gateway.router_id', 'vpnservice.router_id')
    .select([
      'vpnservice.id',
      'vpnservice.status',
      'vpnservice.tenant_id',
      'vpnservice.revision',
      'vpnservice.admin_state_up',
      'gateway.problem as problem',
    ])
    .where('vpnservice.router_id', '=', gateway)
    .execute()
  const connections = await db
    .selectFrom('ipsec_site_connection as connection')
    .innerJoin('vpnservice', 'vpnservice.id', 'connection.vpnservice_id')
    .select([
      'connection.id',
      'connection.status',
      'connection.problem',
      'connection.tenant_id',
      'connection.revision',
      'connection.admin_state_up',
      'vpnservice.admin_state_up as service_admin_state_up',
    ])
    .where('vpnservice.router_id', '=', gateway)
    .execute()
  return [
    ...services.map(({ id, tenant_id, status, revision, admin_state_up, problem }) => ({
      kind: 'service' as const,
      id,
      tenant_id,
      status: status as Status,
      problem: problem ?? '',
      revision,
      isOn: admin_state_up === 1,
    })),
    ...connections.map(({ id, tenant_id, status, problem, revision, admin_state_up, service_admin_state_up }) => ({
      kind: 'connection' as const,
      id,
      tenant_id,
      status: status as Status,
      problem,
      revision,
      isOn: admin_state_up === 1 && service_admin_state_up === 1,
    })),
  ]
}
