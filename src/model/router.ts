import { Type } from 'typebox'
import { always } from './always.ts'
import type { Decoding } from './attribute.ts'
import { ipVersion } from './cidr.ts'
import { exampleIds } from './example-ids.ts'
import { canonicalUuid, decodeFlag, flag, invalid, json, oneOf, owner, text, uuid } from './kinds.ts'
import { pythonText } from './python-text.ts'
import { type Entity, resource } from './resource.ts'
import { standardAttributes, standardExample } from './standard-attributes.ts'
import { tagFilters } from './tag-filters.ts'

export interface FixedIp {
  readonly subnet_id?: string
  readonly ip_address?: string
}

/** Which external network a router reaches the world through, and by which addresses. */
export interface ExternalGateway {
  readonly network_id: string
  readonly enable_snat: boolean
  readonly external_fixed_ips: readonly FixedIp[]
}

const externalGatewaySchema = Type.Union([
  Type.Object({
    network_id: Type.String(),
    enable_snat: Type.Boolean(),
    external_fixed_ips: Type.Array(Type.Object({ subnet_id: Type.String(), ip_address: Type.String() })),
  }),
  Type.Null(),
])

const acceptedGateway = Type.Union([
  Type.Object(
    {
      network_id: Type.String({ format: 'uuid' }),
      enable_snat: Type.Optional(Type.Boolean({ default: true })),
      external_fixed_ips: Type.Optional(
        Type.Array(
          Type.Object({
            subnet_id: Type.Optional(Type.String({ format: 'uuid' })),
            ip_address: Type.Optional(Type.String({ anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] })),
          }),
        ),
      ),
    },
    { additionalProperties: false },
  ),
  Type.Null(),
])

/** What is the same for every router here. */
export const routerConstants = {
  distributed: false,
  ha: false,
  flavor_id: null,
  availability_zone_hints: [],
  availability_zones: [],
} as const

const noZones = 'there are no availability zones'

/** A router: what becomes a gateway as soon as it carries a VPN service. */
export const Router = resource({
  singular: 'router',
  plural: 'routers',
  path: '/routers',
  notFound: 'RouterNotFound',
  hasTags: true,
  besideFilters: tagFilters,
  description: 'A router between networks; with a VPN service on it, a VPN gateway.',
  words: { one: 'a router', many: 'routers', command: 'router' },
  example: {
    object: {
      id: exampleIds.router,
      tenant_id: exampleIds.project,
      name: 'edge',
      description: '',
      admin_state_up: true,
      status: 'ACTIVE',
      external_gateway_info: {
        network_id: exampleIds.external_network,
        enable_snat: true,
        external_fixed_ips: [{ subnet_id: exampleIds.external_subnet, ip_address: '172.24.4.12' }],
      },
      routes: [],
      ...routerConstants,
      ...standardExample,
    },
    posts: ['name'],
    puts: {
      external_gateway_info: {
        network_id: exampleIds.external_network,
        enable_snat: true,
        external_fixed_ips: [{ subnet_id: exampleIds.external_subnet, ip_address: '172.24.4.12' }],
      },
    },
    atFirst: { external_gateway_info: null },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    admin_state_up: flag().optional(true).orNull().describe('Whether the router forwards packets.'),
    status: oneOf(['ACTIVE', 'ALLOCATING', 'ERROR']).readOnly('ACTIVE').describe('State of the router.'),
    external_gateway_info: json<ExternalGateway | null>(externalGatewaySchema, decodeExternalGateway, acceptedGateway)
      .optional(null)
      .describe('External network the router reaches the world through; null: none.'),
    /** Static routes are not offered; clients send the empty list or null, which is the same. */
    routes: json<readonly never[]>(
      Type.Array(Type.Unknown()),
      (value, at) => {
        if (value === null || (Array.isArray(value) && value.length === 0)) return []
        throw invalid(at, 'static routes are not supported; only the empty list is')
      },
      Type.Array(Type.Unknown(), { maxItems: 0 }),
    )
      .optional([])
      .describe('Static routes: not offered, only the empty list.'),
    distributed: always(false, 'a router is in one place')
      .optional(false)
      .orNull()
      .forAdministrators('to see')
      .describe('Always false: a router is in one place.'),
    ha: always(false, 'a router has one place at a time, and another gateway host takes it over by itself')
      .optional(false)
      .orNull()
      .forAdministrators('to see')
      .describe('Always false: a router is in one place at a time.'),
    flavor_id: always(null, 'flavors are not offered')
      .optional(null)
      .fixed()
      .describe('Always null: flavors are not offered.'),
    availability_zone_hints: always([], noZones).optional([]).fixed().describe('Always empty: there are no zones.'),
    availability_zones: always([], noZones).computed([]).describe('Always empty: there are no zones.'),
    ...standardAttributes,
  },
})

export type Router = Entity<typeof Router>

/** `null` and `{}` mean: no gateway. */
function decodeExternalGateway(value: unknown, at: Decoding): ExternalGateway | null {
  if (value === null) return null
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(at, `'${pythonText(value)}' is not a dictionary`)
  const known = ['network_id', 'enable_snat', 'external_fixed_ips']
  const keys = Object.keys(value)
  if (keys.length === 0) return null
  const unknown = keys.filter((key) => !known.includes(key))
  if (unknown.length > 0) throw invalid(at, `Unexpected keys supplied: ${unknown.join(', ')}`)
  const network: unknown = Reflect.get(value, 'network_id')
  const network_id = typeof network === 'string' ? canonicalUuid(network) : undefined
  if (!network_id) throw invalid(at, `'${pythonText(network)}' is not a valid UUID`)
  const snat: unknown = Reflect.get(value, 'enable_snat') ?? true
  const enable_snat = decodeFlag(snat)
  if (enable_snat === undefined) throw invalid(at, `'${pythonText(snat)}' is not a valid boolean value`)
  const ips: unknown = Reflect.get(value, 'external_fixed_ips') ?? []
  if (!Array.isArray(ips)) throw invalid(at, `'${pythonText(ips)}' is not a list`)
  return { network_id, enable_snat, external_fixed_ips: ips.map((ip) => decodeFixedIp(ip, at)) }
}

function decodeFixedIp(value: unknown, at: Decoding): FixedIp {
  if (typeof value !== 'object' || value === null) throw invalid(at, `'${pythonText(value)}' is not a dictionary`)
  const subnet: unknown = Reflect.get(value, 'subnet_id')
  const address: unknown = Reflect.get(value, 'ip_address')
  const subnet_id = typeof subnet === 'string' ? canonicalUuid(subnet) : undefined
  if (subnet !== undefined && !subnet_id) throw invalid(at, `'${pythonText(subnet)}' is not a valid UUID`)
  if (address !== undefined && (typeof address !== 'string' || !ipVersion(address))) {
    throw invalid(at, `'${pythonText(address)}' is not a valid IP address`)
  }
  return { ...(subnet_id && { subnet_id }), ...(address !== undefined && { ip_address: address }) }
}
