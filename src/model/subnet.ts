import { Type } from 'typebox'
import { always } from './always.ts'
import { attribute, type Decoding } from './attribute.ts'
import { canonicalAddress, ipVersion } from './cidr.ts'
import { exampleIds } from './example-ids.ts'
import { flag, integer, invalid, json, owner, refuseCidr, stringList, text, uuid } from './kinds.ts'
import { pythonText } from './python-text.ts'
import { type Entity, resource } from './resource.ts'
import { standardAttributes, standardExample } from './standard-attributes.ts'
import { tagFilters } from './tag-filters.ts'

export interface AddressPool {
  readonly start: string
  readonly end: string
}

/** The reference's `max_dns_nameservers`. */
const mostNameServers = 5

const ipAddress = Type.Unsafe<string>({ type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] })

/** What is the same for every subnet here. */
export const subnetConstants = {
  host_routes: [],
  ipv6_address_mode: null,
  ipv6_ra_mode: null,
  subnetpool_id: null,
  use_default_subnetpool: false,
  service_types: [],
} as const

const unadvertised = 'routers advertise nothing and nobody gives out addresses, so hosts get theirs by themselves'
const noPools = 'subnet pools are not offered; give a cidr'

/** A subnet of a network: `undefined` stands for "not given, take the usual" until the domain has filled it in. */
export const Subnet = resource({
  singular: 'subnet',
  plural: 'subnets',
  path: '/subnets',
  notFound: 'SubnetNotFound',
  hasTags: true,
  besideFilters: tagFilters,
  description: 'A subnet: the addresses of a network.',
  words: { one: 'a subnet', many: 'subnets', command: 'subnet' },
  example: {
    object: {
      id: exampleIds.subnet,
      tenant_id: exampleIds.project,
      name: 'office-v4',
      description: '',
      network_id: exampleIds.network,
      ip_version: 4,
      cidr: '10.1.0.0/24',
      gateway_ip: '10.1.0.1',
      enable_dhcp: true,
      allocation_pools: [{ start: '10.1.0.2', end: '10.1.0.254' }],
      dns_nameservers: [],
      ...subnetConstants,
      ...standardExample,
    },
    posts: ['name', 'network_id', 'ip_version', 'cidr'],
    puts: { name: 'office-third-floor', dns_nameservers: ['192.0.2.53'] },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    network_id: uuid().required().fixed().describe('Network the subnet is of.'),
    subnetpool_id: always(null, noPools).optional(null).fixed().describe('Always null: subnet pools are not offered.'),
    use_default_subnetpool: always(false, noPools)
      .optional(false)
      .fixed()
      .orNull()
      .hidden()
      .describe('Only false: subnet pools are not offered.'),
    ip_version: integer({ min: 4, max: 6 }).required().fixed().describe('4 or 6.'),
    cidr: text({ max: 64, refuse: refuseCidr, says: { format: 'cidr' } })
      .required()
      .fixed()
      .describe('Its addresses: network and prefix length.'),
    gateway_ip: json<string | null | undefined>(
      Type.Union([Type.String(), Type.Null()]),
      decodeGateway,
      Type.Union([ipAddress, Type.Null()]),
    )
      .optional(undefined)
      .describe('Address of the router in it: the first one unless given; null: none.'),
    enable_dhcp: flag()
      .optional(true)
      .orNull()
      .describe('Kept and shown, because clients always send it; nothing gives out addresses here.'),
    allocation_pools: json<readonly AddressPool[] | undefined>(
      Type.Array(Type.Object({ start: Type.String(), end: Type.String() })),
      decodePools,
      Type.Array(Type.Object({ start: ipAddress, end: ipAddress }, { additionalProperties: false })),
    )
      .optional(undefined)
      .describe('Ranges that addresses of ports are taken from: all but the router’s unless given.'),
    dns_nameservers: nameServers()
      .optional([])
      .describe('Name servers of the subnet: kept and shown, and told to nobody.'),
    host_routes: always([], 'host routes are given out with addresses, which nobody does here')
      .optional([])
      .describe('Always empty: nothing gives out routes here.'),
    ipv6_address_mode: always(null, unadvertised)
      .optional(null)
      .fixed()
      .describe('Always null: nothing gives out IPv6 addresses here.'),
    ipv6_ra_mode: always(null, unadvertised)
      .optional(null)
      .fixed()
      .describe('Always null: routers send no advertisements.'),
    service_types: always([], 'a subnet serves ports of every kind')
      .optional([])
      .describe('Always empty: a subnet serves ports of every kind.'),
    ...standardAttributes,
  },
})

export type Subnet = Entity<typeof Subnet>

// Addresses are kept in the one way to write them, for they are compared as texts.

function decodeGateway(value: unknown, at: Decoding): string | null {
  if (value === null) return null
  if (typeof value === 'string' && ipVersion(value)) return canonicalAddress(value)
  throw invalid(at, `'${pythonText(value)}' is not a valid IP address`)
}

function decodePools(value: unknown, at: Decoding): AddressPool[] {
  const wrong = (given: unknown) => invalid(at, `Invalid data format for IP pool: '${pythonText(given)}'`)
  if (!Array.isArray(value)) throw wrong(value)
  return value.map((pool: unknown) => {
    if (typeof pool !== 'object' || pool === null || Object.keys(pool).sort().join() !== 'end,start') throw wrong(pool)
    const [start, end]: unknown[] = [Reflect.get(pool, 'start'), Reflect.get(pool, 'end')]
    if (typeof start !== 'string' || typeof end !== 'string' || !ipVersion(start) || !ipVersion(end)) throw wrong(pool)
    return { start: canonicalAddress(start), end: canonicalAddress(end) }
  })
}

/** Addresses, none twice. */
function nameServers() {
  const { kind } = stringList()
  return attribute<readonly string[]>({
    ...kind,
    accepts: () => Type.Array(ipAddress, { uniqueItems: true, maxItems: mostNameServers }),
    decode: (value, at) => {
      const servers = kind.decode(value, at)
      const odd = servers.find((server) => !ipVersion(server))
      if (odd !== undefined) throw invalid(at, `'${odd}' is not a valid nameserver. '${odd}' is not a valid IP address`)
      const repeated = servers.find((server, index) => servers.indexOf(server) < index)
      if (repeated !== undefined) throw invalid(at, `Duplicate nameserver '${repeated}'`)
      if (servers.length > mostNameServers) {
        throw invalid(at, `it has ${servers.length} name servers; it may have ${mostNameServers}`)
      }
      return servers
    },
  })
}
