import { flag, integer, oneOf, owner, stringList, text, textOrNull, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'

/**
 * A network: one bridge of the host. The part of Neutron's networks that a VPN stands on, with Neutron's names
 * (`client-traffic.md` §8).
 */
export const Network = resource({
  singular: 'network',
  plural: 'networks',
  path: '/networks',
  notFound: 'NetworkNotFound',
  description: 'A network: one bridge on the host.',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    admin_state_up: flag().optional(true).orNull(),
    status: oneOf(['ACTIVE', 'DOWN']).readOnly('ACTIVE'),
    shared: flag().optional(false).orNull(),
    'router:external': flag().optional(false).orNull(),
    subnets: stringList().computed(),
    mtu: integer({ min: 68, max: 65_535 }).optional(1500),
    'provider:network_type': text({ max: 32 }).optional('local').fixed(),
    'provider:physical_network': textOrNull({ max: 128 }).optional(null).fixed(),
  },
})

export type Network = Entity<typeof Network>
