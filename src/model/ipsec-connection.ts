import { exampleIds } from './example-ids.ts'
import {
  constant,
  flag,
  integer,
  member,
  type ObjectRule,
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
import { Secret } from './secret.ts'
import { statuses } from './status.ts'
import { tags } from './tag.ts'

const dpdDefaults = { action: 'hold', interval: 30, timeout: 120 } as const

/** Dead peer detection. The rule lets a flavour narrow what may be asked for. */
export function dpd(rule?: ObjectRule) {
  return object(
    {
      action: member.oneOf(['clear', 'hold', 'restart', 'disabled', 'restart-by-peer']),
      interval: member.integer({ min: 0 }),
      timeout: member.integer({ min: 0 }),
    },
    dpdDefaults,
    rule,
  )
}

/** Only the defaults: for a flavour in which dead peer detection cannot be configured. */
export const onlyDpdDefaults: ObjectRule = {
  refuse: (given) => {
    for (const [key, value] of Object.entries(dpdDefaults)) {
      if (given[key] !== value) return `${key} can only be ${value}`
    }
    return undefined
  },
  says: Object.fromEntries(Object.entries(dpdDefaults).map(([key, value]) => [key, { enum: [value] }])),
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
  countsChanges: true,
  description: 'An IPsec connection: one peer, its key and networks, and the policies that the tunnel is made by.',
  words: { one: 'an IPsec connection', many: 'IPsec connections', command: 'vpn ipsec site connection' },
  example: {
    object: {
      id: exampleIds.connection,
      tenant_id: exampleIds.project,
      name: 'to-branch-1',
      description: '',
      local_id: '',
      peer_address: '203.0.113.10',
      peer_id: '203.0.113.10',
      peer_cidrs: [],
      local_ep_group_id: exampleIds.local_group,
      peer_ep_group_id: exampleIds.peer_group,
      route_mode: 'static',
      mtu: 1500,
      initiator: 'bi-directional',
      auth_mode: 'psk',
      psk: new Secret('correct-horse-battery'),
      dpd: dpdDefaults,
      admin_state_up: true,
      status: 'ACTIVE',
      vpnservice_id: exampleIds.vpnservice,
      ikepolicy_id: exampleIds.ikepolicy,
      ipsecpolicy_id: exampleIds.ipsecpolicy,
      created_at: '2026-11-20 09:15:44.907215',
      order_id: '',
      product_id: '',
      tags: [],
    },
    atFirst: { status: 'PENDING_CREATE' },
    posts: [
      'name',
      'peer_address',
      'peer_id',
      'local_ep_group_id',
      'peer_ep_group_id',
      'psk',
      'vpnservice_id',
      'ikepolicy_id',
      'ipsecpolicy_id',
    ],
    puts: { name: 'to-branch-berlin', psk: new Secret('a-new-horse-battery') },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    local_id: text({ max: 255 }).optional('').describe('Identity our side shows; empty: its external address.'),
    peer_address: text({ min: 1, max: 255 }).required().describe('Address of the peer’s gateway.'),
    peer_id: text({ min: 1, max: 255 }).required().describe('Identity the peer has to show; usually its address.'),
    peer_cidrs: stringList().optional([]).describe('The peer’s networks, without endpoint groups.'),
    local_ep_group_id: uuidOrNull().optional(null).describe('Endpoint group with the subnets on our side.'),
    peer_ep_group_id: uuidOrNull().optional(null).describe('Endpoint group with the CIDRs on the peer’s side.'),
    route_mode: constant('static').describe('Always `static`: routes follow from the endpoint groups.'),
    mtu: integer({ min: 0 }).optional(1500).describe('Largest packet through the tunnel, in bytes.'),
    initiator: oneOf(['bi-directional', 'response-only'])
      .optional('bi-directional')
      .describe('Whether our side begins the key exchange too, or only answers.'),
    auth_mode: oneOf(['psk'])
      .optional('psk')
      .fixed()
      .refusedInPost()
      .describe('How the peers know each other: by a pre-shared key.'),
    psk: secret({ min: 1, max: 255 }).required().describe('Pre-shared key, the same on both sides.'),
    dpd: dpd()
      .optional(dpdDefaults)
      .describe('Dead peer detection: how often to ask, how long to wait, what to do then.'),
    admin_state_up: flag().optional(true).orNull().describe('Whether the tunnel should be up.'),
    status: oneOf(statuses).readOnly().describe('State of the tunnel: ACTIVE when it carries traffic.'),
    vpnservice_id: uuid().required().fixed().describe('VPN service it belongs to.'),
    ikepolicy_id: uuid().required().fixed().describe('IKE policy the IKE SA is made by.'),
    ipsecpolicy_id: uuid().required().fixed().describe('IPsec policy the child SAs are made by.'),
    created_at: text().readOnly().describe('When it was made, in UTC.'),
    order_id: constant('').describe('Always empty: nothing is billed here.'),
    product_id: constant('').describe('Always empty: nothing is billed here.'),
    tags: tags().describe('Tags of the connection, in the order of their keys.'),
  },
})

export type IpsecConnection = Entity<typeof IpsecConnection>
