/** A type of Go, as far as decoding JSON goes: `null` fits all of them, anything else but its own none. */
type GoType = 'string' | 'int' | 'bool' | 'strings' | GoObject | readonly [GoObject]
interface GoObject {
  readonly [field: string]: GoType
}

/**
 * The structures that gophercloud and gophertelekomcloud decode answers into (`clients.md` §5). Other fields are ignored;
 * those in `needed` are compared or waited for by their tests or kept in Terraform's state (`client-traffic.md` §8).
 */
const named = { id: 'string', name: 'string', description: 'string', tenant_id: 'string' } as const
const lifetime = { units: 'string', value: 'int' } as const
const address = { subnet_id: 'string', ip_address: 'string' } as const

const structures: Readonly<Record<string, { readonly fields: GoObject; readonly needed: readonly string[] }>> = {
  vpnservice: {
    fields: {
      ...named,
      router_id: 'string',
      subnet_id: 'string',
      admin_state_up: 'bool',
      status: 'string',
      external_v4_ip: 'string',
      external_v6_ip: 'string',
      flavor_id: 'string',
    },
    needed: ['id', 'name', 'description', 'tenant_id', 'router_id', 'admin_state_up', 'status', 'external_v4_ip'],
  },
  ikepolicy: {
    fields: {
      ...named,
      auth_algorithm: 'string',
      encryption_algorithm: 'string',
      pfs: 'string',
      phase1_negotiation_mode: 'string',
      ike_version: 'string',
      lifetime,
    },
    needed: ['id', 'description', 'tenant_id', 'auth_algorithm', 'pfs', 'ike_version', 'lifetime'],
  },
  ipsecpolicy: {
    fields: {
      ...named,
      auth_algorithm: 'string',
      encryption_algorithm: 'string',
      pfs: 'string',
      encapsulation_mode: 'string',
      transform_protocol: 'string',
      lifetime,
    },
    needed: ['id', 'description', 'tenant_id', 'auth_algorithm', 'pfs', 'transform_protocol', 'lifetime'],
  },
  endpoint_group: {
    fields: { ...named, type: 'string', endpoints: 'strings' },
    needed: ['id', 'description', 'tenant_id', 'type', 'endpoints'],
  },
  ipsec_site_connection: {
    fields: {
      ...named,
      vpnservice_id: 'string',
      ikepolicy_id: 'string',
      ipsecpolicy_id: 'string',
      local_ep_group_id: 'string',
      peer_ep_group_id: 'string',
      local_id: 'string',
      peer_id: 'string',
      peer_address: 'string',
      peer_cidrs: 'strings',
      psk: 'string',
      initiator: 'string',
      auth_mode: 'string',
      route_mode: 'string',
      status: 'string',
      admin_state_up: 'bool',
      mtu: 'int',
      dpd: { action: 'string', interval: 'int', timeout: 'int' },
    },
    needed: ['id', 'tenant_id', 'psk', 'mtu', 'dpd', 'status', 'peer_cidrs', 'peer_address', 'admin_state_up'],
  },
  network: {
    fields: {
      ...named,
      admin_state_up: 'bool',
      status: 'string',
      shared: 'bool',
      'router:external': 'bool',
      subnets: 'strings',
      mtu: 'int',
      tags: 'strings',
    },
    needed: ['id', 'name', 'description', 'tenant_id', 'status', 'subnets', 'router:external'],
  },
  subnet: {
    fields: {
      ...named,
      network_id: 'string',
      ip_version: 'int',
      cidr: 'string',
      gateway_ip: 'string',
      enable_dhcp: 'bool',
      dns_nameservers: 'strings',
      allocation_pools: [{ start: 'string', end: 'string' }],
      host_routes: [{ destination: 'string', nexthop: 'string' }],
      tags: 'strings',
    },
    needed: ['id', 'name', 'description', 'tenant_id', 'network_id', 'cidr', 'allocation_pools'],
  },
  router: {
    fields: {
      ...named,
      admin_state_up: 'bool',
      status: 'string',
      distributed: 'bool',
      external_gateway_info: { network_id: 'string', enable_snat: 'bool', external_fixed_ips: [address] },
      routes: [{ destination: 'string', nexthop: 'string' }],
      tags: 'strings',
    },
    needed: ['id', 'name', 'description', 'tenant_id', 'status', 'external_gateway_info'],
  },
  port: {
    fields: {
      ...named,
      network_id: 'string',
      device_id: 'string',
      device_owner: 'string',
      mac_address: 'string',
      status: 'string',
      admin_state_up: 'bool',
      fixed_ips: [address],
    },
    needed: ['id', 'network_id', 'device_id', 'device_owner', 'status', 'fixed_ips'],
  },
}

const collections: Readonly<Record<string, string>> = {
  vpnservices: 'vpnservice',
  ikepolicies: 'ikepolicy',
  ipsecpolicies: 'ipsecpolicy',
  endpoint_groups: 'endpoint_group',
  ipsec_site_connections: 'ipsec_site_connection',
  networks: 'network',
  subnets: 'subnet',
  routers: 'router',
  ports: 'port',
}

/** What in an answer could not be decoded, or is missing: nothing, if all is well. */
export function complaintsOfGo(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([key, value]) => {
    const inList = collections[key]
    if (inList && Array.isArray(value)) return value.flatMap((each) => complaintsOfObject(inList, each))
    return Object.hasOwn(structures, key) ? complaintsOfObject(key, value) : []
  })
}

function complaintsOfObject(name: string, value: unknown): string[] {
  const structure = structures[name]
  if (!structure) return [`${name} is no structure`]
  const missing = structure.needed.filter((field) => !Object.hasOwn(Object(value), field))
  return [...missing.map((field) => `${name}.${field} is missing`), ...misfits(structure.fields, value, name)]
}

function misfits(type: GoType, value: unknown, at: string): string[] {
  if (value === null || value === undefined) return []
  const wrong = [`${at} is ${JSON.stringify(value)}, which is no ${typeof type === 'string' ? type : 'structure'}`]
  if (type === 'string') return typeof value === 'string' ? [] : wrong
  if (type === 'bool') return typeof value === 'boolean' ? [] : wrong
  if (type === 'int') return Number.isInteger(value) ? [] : wrong
  if (type === 'strings') return isList(value) && value.every((each) => typeof each === 'string') ? [] : wrong
  if (isList(type)) {
    return isList(value) ? value.flatMap((each, index) => misfits(type[0], each, `${at}.${index}`)) : wrong
  }
  if (typeof value !== 'object' || isList(value)) return wrong
  return Object.entries(type).flatMap(([field, fieldType]) =>
    misfits(fieldType, Reflect.get(value, field), `${at}.${field}`),
  )
}

function isList(value: unknown): value is readonly unknown[]
function isList(value: GoType): value is readonly [GoObject]
function isList(value: unknown): boolean {
  return Array.isArray(value)
}
