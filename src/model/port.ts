import { Type } from 'typebox'
import { flag, json, oneOf, owner, stringList, text, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'

export interface PortAddress {
  readonly subnet_id: string
  readonly ip_address: string
}

/** One leg of a router in a network. Made and removed by router operations only. */
export const Port = resource({
  singular: 'port',
  plural: 'ports',
  path: '/ports',
  notFound: 'PortNotFound',
  description: 'A port: one leg of a router in a network. Read only; routers make and remove them.',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text().readOnly(''),
    network_id: uuid().readOnly(),
    device_id: uuid().readOnly(),
    device_owner: oneOf(['network:router_gateway', 'network:router_interface']).readOnly(),
    mac_address: text().readOnly(),
    fixed_ips: json<readonly PortAddress[]>(
      Type.Array(Type.Object({ subnet_id: Type.String(), ip_address: Type.String() })),
      () => [],
    ).computed(),
    status: oneOf(['ACTIVE', 'DOWN']).readOnly('ACTIVE'),
    admin_state_up: flag().readOnly(true),
    security_groups: stringList().computed(),
  },
})

export type Port = Entity<typeof Port>
