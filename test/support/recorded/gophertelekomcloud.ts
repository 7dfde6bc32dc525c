import { type Conversation, create, get, put, read, refused, removed, update } from './exchange.ts'
import { logInToProject } from './log-in.ts'

const vendors = { auth_algorithm: 'md5', encryption_algorithm: '3des', pfs: 'group1' }
const connection = {
  admin_state_up: true,
  ikepolicy_id: '{ikepolicy}',
  initiator: 'bi-directional',
  ipsecpolicy_id: '{ipsecpolicy}',
  local_ep_group_id: '{local}',
  mtu: 1500,
  name: 'vpn-connection',
  peer_address: '172.24.4.233',
  peer_ep_group_id: '{peer}',
  peer_id: '172.24.4.233',
  psk: 'secret',
  vpnservice_id: '{service}',
}
const twice = <T>(exchange: T): T[] => [exchange, exchange]

/**
 * gophertelekomcloud's VPNaaS acceptance tests (`client-traffic.md` §7, `clients.md` §5): the vendor's algorithms, each list
 * fetched twice, the misspelt mode in updates, and the subnet read through the VPC API.
 */
export const gophertelekomcloud: Conversation = {
  client: 'gophertelekomcloud',
  flavour: 'otc',
  decodesInGo: true,
  exchanges: [
    logInToProject,
    create('/networks', 'network', 'network', { admin_state_up: true, name: 'vpc-net' }),
    create('/subnets', 'subnet', 'subnet', {
      cidr: '192.168.0.0/24',
      gateway_ip: '192.168.0.1',
      ip_version: 4,
      name: 'vpc-subnet',
      network_id: '{network}',
    }),
    create('/routers', 'router', 'router', {
      admin_state_up: true,
      external_gateway_info: { network_id: '{external}' },
      name: 'vpc',
    }),
    put('/routers/{router}/add_router_interface', { subnet_id: '{subnet}' }),
    get('{P}/v1/{project}/subnets?name=vpc-subnet', {
      answer: {
        subnets: [{ name: 'vpc-subnet', cidr: '192.168.0.0/24', vpc_id: '{router}', neutron_subnet_id: '{subnet}' }],
      },
    }),

    create('/vpn/vpnservices', 'vpnservice', 'service', {
      admin_state_up: true,
      name: 'vpn-service',
      router_id: '{router}',
    }),
    ...twice(get('{P}/v2.0/vpn/vpnservices?name=vpn-service', { answer: { vpnservices: [{ id: '{service}' }] } })),
    create(
      '/vpn/ikepolicies',
      'ikepolicy',
      'ikepolicy',
      { ...vendors, name: 'ike', lifetime: { units: 'seconds', value: 3600 } },
      vendors,
    ),
    update(
      '/vpn/ikepolicies/{ikepolicy}',
      'ikepolicy',
      { description: 'updated', lifetime: { units: 'seconds', value: 7000 }, phase_1_negotiation_mode: 'main' },
      { description: 'updated', lifetime: { units: 'seconds', value: 7000 }, phase1_negotiation_mode: 'main' },
    ),
    ...twice(get('{P}/v2.0/vpn/ikepolicies', { answer: { ikepolicies: [{ id: '{ikepolicy}' }] } })),
    create('/vpn/ipsecpolicies', 'ipsecpolicy', 'ipsecpolicy', { ...vendors, name: 'ipsec' }, vendors),
    update('/vpn/ipsecpolicies/{ipsecpolicy}', 'ipsecpolicy', { pfs: 'disable' }, { pfs: 'disable' }),
    ...twice(get('{P}/v2.0/vpn/ipsecpolicies', { answer: { ipsecpolicies: [{ id: '{ipsecpolicy}' }] } })),
    create('/vpn/endpoint-groups', 'endpoint_group', 'peer', {
      endpoints: ['10.2.0.0/24'],
      name: 'peer',
      type: 'cidr',
    }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'local', {
      endpoints: ['{subnet}'],
      name: 'local',
      type: 'subnet',
    }),
    ...twice(get('{P}/v2.0/vpn/endpoint-groups?type=subnet', { answer: { endpoint_groups: [{ id: '{local}' }] } })),
    create('/vpn/ipsec-site-connections', 'ipsec_site_connection', 'connection', connection, {
      psk: 'secret',
      mtu: 1500,
    }),
    read('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', {
      ...connection,
      peer_cidrs: [],
      auth_mode: 'psk',
      route_mode: 'static',
    }),
    update(
      '/vpn/ipsec-site-connections/{connection}',
      'ipsec_site_connection',
      { name: 'updated', psk: 'secret2' },
      {
        name: 'updated',
      },
    ),
    ...twice(get('{P}/v2.0/vpn/ipsec-site-connections', { answer: { ipsec_site_connections: [{ psk: 'secret2' }] } })),

    // What its structures can send and this flavour cannot do.
    refused('/vpn/ikepolicies', 'ikepolicy', { lifetime: { units: 'kilobytes', value: 3600 } }),
    refused('/vpn/ikepolicies', 'ikepolicy', { auth_algorithm: 'sha256' }),

    ...removed('/vpn/ipsec-site-connections/{connection}'),
    ...removed('/vpn/endpoint-groups/{local}'),
    ...removed('/vpn/endpoint-groups/{peer}'),
    ...removed('/vpn/ipsecpolicies/{ipsecpolicy}'),
    ...removed('/vpn/ikepolicies/{ikepolicy}'),
    ...removed('/vpn/vpnservices/{service}'),
    put('/routers/{router}/remove_router_interface', { subnet_id: '{subnet}' }),
    ...removed('/routers/{router}'),
    ...removed('/subnets/{subnet}'),
    ...removed('/networks/{network}'),
  ],
}
