import { Type } from 'typebox'
import { ipVersion } from './cidr.ts'
import { flag, integer, invalid, json, owner, refuseCidr, stringList, text, uuid } from './kinds.ts'
import { pythonText } from './python-text.ts'
import { type Entity, resource } from './resource.ts'

export interface AddressPool {
  readonly start: string
  readonly end: string
}

/** A subnet of a network: `undefined` stands for "not given, take the usual" until the domain has filled it in. */
export const Subnet = resource({
  singular: 'subnet',
  plural: 'subnets',
  path: '/subnets',
  notFound: 'SubnetNotFound',
  description: 'A subnet: the addresses of a network.',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    network_id: uuid().required().fixed(),
    ip_version: integer({ min: 4, max: 6 }).required().fixed(),
    cidr: text({ max: 64, refuse: refuseCidr }).required().fixed(),
    gateway_ip: json<string | null | undefined>(Type.Union([Type.String(), Type.Null()]), (value, at) => {
      if (value === null) return null
      if (typeof value === 'string' && ipVersion(value)) return value
      throw invalid(at, `'${pythonText(value)}' is not a valid IP address`)
    })
      .optional(undefined)
      .fixed(),
    enable_dhcp: flag().optional(true).orNull(),
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
    )
      .optional(undefined)
      .fixed(),
    dns_nameservers: stringList().optional([]),
    host_routes: stringList().computed(),
  },
})

export type Subnet = Entity<typeof Subnet>
