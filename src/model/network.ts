import { always } from './always.ts'
import { exampleIds } from './example-ids.ts'
import { flag, integer, integerOrNull, oneOf, owner, stringList, text, textOrNull, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'
import { standardAttributes, standardExample } from './standard-attributes.ts'
import { tagFilters } from './tag-filters.ts'

/** What is the same for every network here. */
export const networkConstants = {
  is_default: false,
  port_security_enabled: true,
  availability_zone_hints: [],
  availability_zones: [],
  ipv4_address_scope: null,
  ipv6_address_scope: null,
} as const

const noZones = 'there are no availability zones'
const noScopes = 'there are no address scopes'

/** What a network can be on the host. */
export const networkTypes = ['local', 'flat', 'vlan'] as const
export type NetworkType = (typeof networkTypes)[number]

/**
 * The physical network that is the host's own surroundings: a flat network on it is one that the host is attached to by
 * itself, and nothing is made for it. Only the router that is the host itself stands there (decision 0014).
 */
export const hostPhysicalNetwork = 'host'

/** Numbers that a VLAN can have (IEEE 802.1Q keeps 0 and 4095 for itself). */
export const vlanIds = { first: 1, last: 4094 } as const

/**
 * A network: one bridge of the host, alone or on its wires. The part of Neutron's networks that a VPN stands on, with Neutron's names
 * (`client-traffic.md` §8).
 */
export const Network = resource({
  singular: 'network',
  plural: 'networks',
  path: '/networks',
  notFound: 'NetworkNotFound',
  hasTags: true,
  besideFilters: tagFilters,
  description: 'A network: one bridge on the host, alone or on its wires.',
  words: { one: 'a network', many: 'networks', command: 'network' },
  example: {
    object: {
      id: exampleIds.network,
      tenant_id: exampleIds.project,
      name: 'office',
      description: '',
      admin_state_up: true,
      status: 'ACTIVE',
      shared: false,
      'router:external': false,
      subnets: [exampleIds.subnet],
      mtu: 1500,
      'provider:network_type': 'local',
      'provider:physical_network': null,
      'provider:segmentation_id': null,
      ...networkConstants,
      ...standardExample,
    },
    atFirst: { subnets: [] },
    posts: ['name'],
    puts: { name: 'head-office', description: 'Third floor' },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    admin_state_up: flag().optional(true).orNull().describe('Whether the network may carry traffic.'),
    status: oneOf(['ACTIVE', 'DOWN']).readOnly('ACTIVE').describe('State of the network.'),
    shared: flag()
      .optional(false)
      .orNull()
      .forAdministrators('to set')
      .describe('Whether every project may use it; administrators only.'),
    'router:external': flag()
      .optional(false)
      .orNull()
      .forAdministrators('to set')
      .describe('Whether routers may have their gateway there; administrators only.'),
    subnets: stringList().computed().describe('Ids of its subnets.'),
    mtu: integer({ min: 68, max: 65_535 }).optional(1500).describe('Largest packet, in bytes.'),
    'provider:network_type': text({ max: 32 })
      .optional('local')
      .fixed()
      .forAdministrators('to see')
      .describe(
        'What it is: a bridge (local), a bridge or interface of the host (flat), a VLAN (vlan); administrators only.',
      ),
    'provider:physical_network': textOrNull({ max: 128 })
      .optional(null)
      .fixed()
      .forAdministrators('to see')
      .describe('Name in `physical_networks` of the bridge or interface it stands on; administrators only.'),
    'provider:segmentation_id': integerOrNull()
      .optional(null)
      .fixed()
      .forAdministrators('to see')
      .describe('Number of the VLAN, 1 to 4094, where it is one; administrators only.'),
    is_default: always(false, 'routers name their external network')
      .optional(false)
      .orNull()
      .describe('Always false: routers name their external network.'),
    port_security_enabled: always(true, 'ports are those of routers only, and nothing is to be switched off')
      .optional(true)
      .orNull()
      .describe('Always true: ports are those of routers only.'),
    availability_zone_hints: always([], noZones).optional([]).fixed().describe('Always empty: there are no zones.'),
    availability_zones: always([], noZones).computed([]).describe('Always empty: there are no zones.'),
    ipv4_address_scope: always(null, noScopes).computed(null).describe('Always null: there are no address scopes.'),
    ipv6_address_scope: always(null, noScopes).computed(null).describe('Always null: there are no address scopes.'),
    ...standardAttributes,
  },
})

export type Network = Entity<typeof Network>
