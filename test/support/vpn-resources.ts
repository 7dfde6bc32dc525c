import { type Ground, seedRequest } from './cloud.ts'

/** The two flavours as contract tests go through them. */
export const flavours = [
  { name: 'otc', v2: '/otc/v2.0' },
  { name: 'openstack', v2: '/openstack/v2.0' },
] as const

/** The five VPN resources, and the least that makes one on a ground. */
export const vpnResources = [
  {
    singular: 'vpnservice',
    plural: 'vpnservices',
    path: '/vpn/vpnservices',
    required: ['router_id'],
    fixed: ['subnet_id', 'router_id'],
    notFound: (id: string) => ({ type: 'VPNServiceNotFound', message: `VPNService ${id} could not be found` }),
    least: (ground: Ground): Record<string, unknown> => ({ router_id: ground.router }),
  },
  {
    singular: 'ikepolicy',
    plural: 'ikepolicies',
    path: '/vpn/ikepolicies',
    required: [],
    fixed: [],
    notFound: (id: string) => ({ type: 'IKEPolicyNotFound', message: `IKEPolicy ${id} could not be found` }),
    least: (): Record<string, unknown> => ({}),
  },
  {
    singular: 'ipsecpolicy',
    plural: 'ipsecpolicies',
    path: '/vpn/ipsecpolicies',
    required: [],
    fixed: [],
    notFound: (id: string) => ({ type: 'IPsecPolicyNotFound', message: `IPsecPolicy ${id} could not be found` }),
    least: (): Record<string, unknown> => ({}),
  },
  {
    singular: 'endpoint_group',
    plural: 'endpoint_groups',
    path: '/vpn/endpoint-groups',
    required: ['type'],
    fixed: ['type', 'endpoints'],
    notFound: (id: string) => ({
      type: 'VPNEndpointGroupNotFound',
      message: `Endpoint group ${id} could not be found`,
    }),
    least: (): Record<string, unknown> => ({ type: 'cidr', endpoints: ['10.2.0.0/24'] }),
  },
  {
    singular: 'ipsec_site_connection',
    plural: 'ipsec_site_connections',
    path: '/vpn/ipsec-site-connections',
    // In the order in which they are missed: that of the definition (`semantics.md` §1).
    required: ['peer_address', 'peer_id', 'psk', 'vpnservice_id', 'ikepolicy_id', 'ipsecpolicy_id'],
    fixed: ['route_mode', 'auth_mode', 'vpnservice_id', 'ikepolicy_id', 'ipsecpolicy_id'],
    notFound: (id: string) => ({
      type: 'IPsecSiteConnectionNotFound',
      message: `ipsec_site_connection ${id} not found`,
    }),
    least: (ground: Ground): Record<string, unknown> => seedRequest(ground),
  },
] as const

/** Well formed, and nobody's. */
export const absent = '00000000-0000-4000-8000-00000000dead'
