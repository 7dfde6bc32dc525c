import { Type } from 'typebox'
import { ipVersion } from './cidr.ts'
import { exampleIds } from './example-ids.ts'
import { flag, integer, invalid, json, owner, refuseCidr, stringList, text, uuid } from './kinds.ts'
import { pythonText } from './python-text.ts'
import { type Entity, resource } from './resource.ts'

export interface AddressPool {
  readonly start: string
  readonly end: string
}

const ipAddress = Type.Unsafe<string>({ type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] })

/** A subnet of a network: `undefined` stands for "not given, take the usual" until the domain has filled it in. */
export const Subnet = resource({
  singular: 'subnet',
  plural: 'subnets',
  path: '/subnets',
  notFound: 'SubnetNotFound',
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
      host_routes: [],
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
    ip_version: integer({ min: 4, max: 6 }).required().fixed().describe('4 or 6.'),
    cidr: text({ max: 64, refuse: refuseCidr, says: { format: 'cidr' } })
      .required()
      .fixed()
      .describe('Its addresses: network and prefix length.'),
    gateway_ip: json<string | null | undefined>(
      Type.Union([Type.String(), Type.Null()]),
      (value, at) => {
        if (value === null) return null
        if (typeof value === 'string' && ipVersion(value)) return value
        throw invalid(at, `'${pythonText(value)}' is not a valid IP address`)
      },
      Type.Union([ipAddress, Type.Null()]),
    )
      .optional(undefined)
      .fixed()
      .describe('Address of the router in it: the first one unless given; null: none.'),
    enable_dhcp: flag().optional(true).orNull().describe('Kept and shown; nothing gives out addresses here.'),
    allocation_pools: json<readonly AddressPool[] | undefined>(
      Type.Array(Type.Object({ start: Type.String(), end: Type.String() })),
      (value, at) => {
        if (!Array.isArray(value)) throw invalid(at, `Invalid data format for IP pool: '${pythonText(value)}'`)
        return value.map((pool: unknown) => {
          const start = typeof pool === 'object' && pool !== null ? Reflect.get(pool, 'start') : undefined
          const end = typeof pool === 'object' && pool !== null ? Reflect.get(pool, 'end') : undefined
          if (typeof start === 'string' && typeof end === 'string' && ipVersion(start) && ipVersion(end)) {
            return { start, end }
          }
          throw invalid(at, `Invalid data format for IP pool: '${pythonText(pool)}'`)
        })
      },
      Type.Array(Type.Object({ start: ipAddress, end: ipAddress })),
    )
      .optional(undefined)
      .fixed()
      .describe('Ranges that addresses of ports are taken from.'),
    dns_nameservers: stringList().optional([]).describe('Name servers of the subnet: kept and shown.'),
    host_routes: stringList().computed([]).describe('Always empty: host routes are not offered.'),
  },
})

export type Subnet = Entity<typeof Subnet>
