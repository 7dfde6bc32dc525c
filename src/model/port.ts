import { Type } from 'typebox'
import { always } from './always.ts'
import { exampleIds } from './example-ids.ts'
import { fixedIpsFilter } from './fixed-ips-filter.ts'
import { constant, flag, json, oneOf, owner, stringList, text, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'
import { standardAttributes, standardExample } from './standard-attributes.ts'
import { tagFilters } from './tag-filters.ts'

export interface PortAddress {
  readonly subnet_id: string
  readonly ip_address: string
}

/** What is the same for every port here. */
export const portConstants = {
  description: '',
  security_groups: [],
  port_security_enabled: false,
  allowed_address_pairs: [],
  extra_dhcp_opts: [],
} as const

/** One leg of a router in a network. Made and removed by router operations only. */
export const Port = resource({
  singular: 'port',
  plural: 'ports',
  path: '/ports',
  notFound: 'PortNotFound',
  hasTags: true,
  besideFilters: { ...tagFilters, fixed_ips: fixedIpsFilter },
  description: 'A port: one leg of a router in a network. Read only; routers make and remove them.',
  words: { one: 'a port', many: 'ports', command: 'port' },
  example: {
    object: {
      id: exampleIds.port,
      tenant_id: exampleIds.project,
      name: '',
      network_id: exampleIds.network,
      device_id: exampleIds.router,
      device_owner: 'network:router_interface',
      mac_address: 'fa:16:3e:5c:0e:7d',
      fixed_ips: [{ subnet_id: exampleIds.subnet, ip_address: '10.1.0.1' }],
      status: 'ACTIVE',
      admin_state_up: true,
      ...portConstants,
      ...standardExample,
    },
    posts: [],
    puts: {},
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text().readOnly('').describe('Always empty: ports are not named.'),
    description: constant('').describe('Always empty: ports are not described.'),
    network_id: uuid().readOnly().describe('Network the port is in.'),
    device_id: uuid().readOnly().describe('Router the port is of.'),
    device_owner: oneOf(['network:router_gateway', 'network:router_interface'])
      .readOnly()
      .describe('Whether it is the router’s gateway or one of its interfaces.'),
    mac_address: text().readOnly().describe('Hardware address.'),
    fixed_ips: json<readonly PortAddress[]>(
      Type.Array(Type.Object({ subnet_id: Type.String(), ip_address: Type.String() })),
      () => [],
    )
      .computed([])
      .describe('Addresses of the port, each with its subnet.'),
    status: oneOf(['ACTIVE', 'DOWN']).readOnly('ACTIVE').describe('State of the port.'),
    admin_state_up: flag().readOnly(true).describe('Always true: ports are not switched off.'),
    security_groups: stringList().computed([]).describe('Always empty: security groups are not offered.'),
    port_security_enabled: always(false, 'routers forward what others send')
      .computed(false)
      .describe('Always false: routers forward what others send.'),
    allowed_address_pairs: stringList().computed([]).describe('Always empty: a router sends for everybody.'),
    extra_dhcp_opts: stringList().computed([]).describe('Always empty: nothing gives out addresses here.'),
    ...standardAttributes,
  },
})

export type Port = Entity<typeof Port>
