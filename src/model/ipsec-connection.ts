import {
  constant,
  flag,
  integer,
  member,
  object,
  oneOf,
  owner,
  secret,
  stringList,
  text,
  uuid,
  uuidOrNull,
} from './kinds.ts'
import { type Entity, resource } from './resource.ts'
import { statuses } from './status.ts'
import { tags } from './tag.ts'

const dpdDefaults = { action: 'hold', interval: 30, timeout: 120 } as const

/** Dead peer detection. `refuse` lets a flavour narrow what may be asked for. */
export function dpd(refuse?: (given: Readonly<Record<string, unknown>>) => string | undefined) {
  return object(
    {
      action: member.oneOf(['clear', 'hold', 'restart', 'disabled', 'restart-by-peer']),
      interval: member.integer({ min: 0 }),
      timeout: member.integer({ min: 0 }),
    },
    dpdDefaults,
    refuse,
  )
}

/** Only the defaults: for a flavour in which dead peer detection cannot be configured. */
export function refuseOtherThanDefault(given: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, value] of Object.entries(dpdDefaults)) {
    if (given[key] !== value) return `${key} can only be ${value}`
  }
  return undefined
}

/**
 * An IPsec connection between one of our VPN services and one peer. Specification: the seed, and `classic-api.md` §6; the
 * order of the lines is the order of checks (`semantics.md` §1).
 */
export const IpsecConnection = resource({
  singular: 'ipsec_site_connection',
  plural: 'ipsec_site_connections',
  path: '/vpn/ipsec-site-connections',
  notFound: 'ConnectionNotFound',
  description: 'An IPsec connection: one peer, its key and networks, and the policies that the tunnel is made by.',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    local_id: text({ max: 255 }).optional(''),
    peer_address: text({ min: 1, max: 255 }).required(),
    peer_id: text({ min: 1, max: 255 }).required(),
    peer_cidrs: stringList().optional([]),
    local_ep_group_id: uuidOrNull().optional(null),
    peer_ep_group_id: uuidOrNull().optional(null),
    route_mode: constant('static'),
    mtu: integer({ min: 0 }).optional(1500),
    initiator: oneOf(['bi-directional', 'response-only']).optional('bi-directional'),
    auth_mode: oneOf(['psk']).optional('psk').fixed().refusedInPost(),
    psk: secret({ min: 1, max: 255 }).required(),
    dpd: dpd().optional(dpdDefaults),
    admin_state_up: flag().optional(true).orNull(),
    status: oneOf(statuses).readOnly(),
    vpnservice_id: uuid().required().fixed(),
    ikepolicy_id: uuid().required().fixed(),
    ipsecpolicy_id: uuid().required().fixed(),
    created_at: text().readOnly(),
    order_id: constant(''),
    product_id: constant(''),
    tags: tags(),
  },
})

export type IpsecConnection = Entity<typeof IpsecConnection>
