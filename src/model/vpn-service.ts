import { exampleIds } from './example-ids.ts'
import { constant, flag, oneOf, owner, text, textOrNull, uuid, uuidOrNull } from './kinds.ts'
import { type Entity, resource } from './resource.ts'
import { statuses } from './status.ts'
import { tags } from './tag.ts'

/** A VPN service: puts VPN on a router. Specification `classic-api.md` §2. */
export const VpnService = resource({
  singular: 'vpnservice',
  plural: 'vpnservices',
  path: '/vpn/vpnservices',
  notFound: 'VpnServiceNotFound',
  countsChanges: true,
  alsoSortable: ['router_id'],
  description: 'A VPN service: the VPN side of one router and its external address.',
  words: { one: 'a VPN service', many: 'VPN services', command: 'vpn service' },
  example: {
    object: {
      id: exampleIds.vpnservice,
      tenant_id: exampleIds.project,
      name: 'edge-1',
      description: 'Head office',
      subnet_id: null,
      router_id: exampleIds.router,
      admin_state_up: true,
      flavor_id: null,
      external_v4_ip: '172.24.4.12',
      external_v6_ip: null,
      status: 'ACTIVE',
      created_at: '2026-11-20 09:14:03.182641',
      prepay_connection_num: 0,
      resource_speccode: '',
      order_id: '',
      product_id: '',
      tags: [],
    },
    atFirst: { status: 'PENDING_CREATE' },
    posts: ['name', 'description', 'router_id'],
    puts: { name: 'edge-berlin', description: 'Head office, Berlin' },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    subnet_id: uuidOrNull()
      .optional(null)
      .fixed()
      .describe('Subnet of the router that connections protect; with endpoint groups, none.'),
    router_id: uuid().required().fixed().describe('Router that becomes the VPN gateway; it needs an external gateway.'),
    admin_state_up: flag()
      .optional(true)
      .orNull()
      .describe('Whether the connections of the service may carry traffic.'),
    flavor_id: uuidOrNull().optional(null).fixed().describe('Always null: flavors are not offered.'),
    external_v4_ip: textOrNull({ max: 255 })
      .optional(null)
      .fixed()
      .refusedInPost()
      .describe('IPv4 address the peers reach the gateway at.'),
    external_v6_ip: textOrNull().readOnly().describe('IPv6 address the peers reach the gateway at.'),
    status: oneOf(statuses).readOnly().describe('State of the service: ACTIVE when its gateway stands.'),
    created_at: text().readOnly().describe('When it was made, in UTC.'),
    prepay_connection_num: constant(0).describe('Always 0: nothing is billed here.'),
    resource_speccode: constant('').describe('Always empty: nothing is billed here.'),
    order_id: constant('').describe('Always empty: nothing is billed here.'),
    product_id: constant('').describe('Always empty: nothing is billed here.'),
    tags: tags().describe('Always empty: services have no tags.'),
  },
})

export type VpnService = Entity<typeof VpnService>
