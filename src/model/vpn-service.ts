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
  alsoSortable: ['router_id'],
  description: 'A VPN service: the VPN side of one router and its external address.',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    subnet_id: uuidOrNull().optional(null).fixed(),
    router_id: uuid().required().fixed(),
    admin_state_up: flag().optional(true).orNull(),
    flavor_id: uuidOrNull().optional(null).fixed(),
    external_v4_ip: textOrNull({ max: 255 }).optional(null).fixed().refusedInPost(),
    external_v6_ip: textOrNull().readOnly(),
    status: oneOf(statuses).readOnly(),
    created_at: text().readOnly(),
    prepay_connection_num: constant(0),
    resource_speccode: constant(''),
    order_id: constant(''),
    product_id: constant(''),
    // The tag API knows connections only, so this list stays empty.
    tags: tags(),
  },
})

export type VpnService = Entity<typeof VpnService>
