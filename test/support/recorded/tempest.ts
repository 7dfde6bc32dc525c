import { type Conversation, create, get, put, read, refused, removed, update } from './exchange.ts'
import { logInToProject } from './log-in.ts'

const connection = {
  name: 'tempest-connection-1',
  vpnservice_id: '{service}',
  ikepolicy_id: '{ikepolicy}',
  ipsecpolicy_id: '{ipsecpolicy}',
  local_ep_group_id: '{local}',
  peer_ep_group_id: '{peer}',
  peer_address: '172.24.4.233',
  peer_id: '172.24.4.233',
  psk: 'secret',
}
const router = {
  name: 'tempest-router-1',
  admin_state_up: false,
  external_gateway_info: { network_id: '{external}' },
}
const { local_ep_group_id, peer_ep_group_id, ...without } = connection
const lifetime = { units: 'seconds', value: 2000 }
const onSubnet = { ...without, vpnservice_id: '{onSubnet}' }
const connections = '/vpn/ipsec-site-connections'
const groups = '/vpn/endpoint-groups'

/**
 * The VPNaaS API tests of tempest (`client-traffic.md` §6, `clients.md` §9): set-up, tests, clean-up. A router that is
 * administratively down carries services here, values come as texts, and everything wrong is one 400.
 */
export const tempest: Conversation = {
  client: 'tempest',
  flavour: 'openstack',
  decodesInGo: false,
  exchanges: [
    logInToProject,
    create('/networks', 'network', 'network', { name: 'tempest-network-1' }),
    create('/subnets', 'subnet', 'subnet', {
      cidr: '10.100.0.0/28',
      gateway_ip: '10.100.0.1',
      ip_version: 4,
      network_id: '{network}',
    }),
    create('/routers', 'router', 'router', router, { admin_state_up: false }),
    put('/routers/{router}/add_router_interface', { subnet_id: '{subnet}' }),
    create('/vpn/vpnservices', 'vpnservice', 'onSubnet', {
      name: 'tempest-vpnservice-1',
      router_id: '{router}',
      subnet_id: '{subnet}',
      admin_state_up: true,
    }),
    create('/vpn/vpnservices', 'vpnservice', 'service', {
      name: 'tempest-vpnservice-2',
      router_id: '{router}',
      admin_state_up: true,
      project_id: '{project}',
    }),
    read('/vpn/vpnservices/{service}', 'vpnservice', { project_id: '{project}', description: '', subnet_id: null }),
    create(
      groups,
      'endpoint_group',
      'local',
      { name: 'tempest-1', type: 'subnet', endpoints: '{subnet}' },
      {
        endpoints: ['{subnet}'],
      },
    ),
    create(groups, 'endpoint_group', 'peer', { name: 'tempest-2', type: 'cidr', endpoints: ['10.103.0.0/24'] }),

    create('/vpn/ikepolicies', 'ikepolicy', 'ikepolicy', {
      name: 'tempest-ike-1',
      encryption_algorithm: 'aes-128',
      auth_algorithm: 'sha1',
    }),
    update('/vpn/ikepolicies/{ikepolicy}', 'ikepolicy', {
      name: 'tempest-ike-2',
      description: 'Updated ike policy',
      encryption_algorithm: 'aes-256',
      ike_version: 'v2',
      pfs: 'group14',
      lifetime,
    }),
    read('/vpn/ikepolicies/{ikepolicy}', 'ikepolicy', {
      name: 'tempest-ike-2',
      description: 'Updated ike policy',
      encryption_algorithm: 'aes-256',
      ike_version: 'v2',
      pfs: 'group14',
      lifetime,
    }),
    create(
      '/vpn/ipsecpolicies',
      'ipsecpolicy',
      'ipsecpolicy',
      { name: 'tempest-ipsec-1' },
      {
        auth_algorithm: 'sha1',
        encapsulation_mode: 'tunnel',
        lifetime: { units: 'seconds', value: 3600 },
      },
    ),
    update(
      '/vpn/ipsecpolicies/{ipsecpolicy}',
      'ipsecpolicy',
      { description: 'Updated', pfs: 'group2', lifetime: { units: 'seconds', value: '2000' } },
      { description: 'Updated', pfs: 'group2', lifetime: { units: 'seconds', value: '2000' } },
    ),
    read('/vpn/ipsecpolicies/{ipsecpolicy}', 'ipsecpolicy', { lifetime }),
    create('/vpn/ipsecpolicies', 'ipsecpolicy', 'twice', { name: 'tempest-ipsec-2' }),
    { method: 'DELETE', path: '{P}/v2.0/vpn/ipsecpolicies/{twice}', status: 204 },
    { method: 'DELETE', path: '{P}/v2.0/vpn/ipsecpolicies/{twice}', status: 404 },

    create(connections, 'ipsec_site_connection', 'connection', connection, { mtu: 1500, peer_cidrs: [] }),
    create(
      connections,
      'ipsec_site_connection',
      'legacy',
      { ...onSubnet, peer_cidrs: ['10.104.0.0/24'] },
      {
        peer_cidrs: ['10.104.0.0/24'],
        local_ep_group_id: null,
      },
    ),
    get(`{P}/v2.0${connections}?name=tempest-connection-1`),
    refused('/vpn/ikepolicies', 'ikepolicy', { name: 'n'.repeat(256) }),
    refused('/vpn/ipsecpolicies', 'ipsecpolicy', { name: 'n'.repeat(256) }),
    refused('/vpn/vpnservices', 'vpnservice', { name: 'n'.repeat(256), router_id: '{router}' }),
    refused(groups, 'endpoint_group', { description: 'd'.repeat(256), type: 'cidr', endpoints: ['10.0.0.0/24'] }),
    refused(groups, 'endpoint_group', { type: 'subnet', endpoints: ['10.101.0.0/24'] }),
    refused(groups, 'endpoint_group', { type: 'cidr', endpoints: ['{subnet}'] }),
    refused(groups, 'endpoint_group', { type: 'cidr', endpoints: ['1.0.0.0/33'] }),
    refused(connections, 'ipsec_site_connection', { ...connection, mtu: 63 }),
    refused(connections, 'ipsec_site_connection', { ...connection, dpd: 59 }),
    refused(connections, 'ipsec_site_connection', { ...onSubnet, peer_cidrs: ['1.0.0.0/33'] }),
    refused(connections, 'ipsec_site_connection', { ...onSubnet, peer_cidr: '10.0.0.0/24' }),
    refused(connections, 'ipsec_site_connection', onSubnet),
    refused(connections, 'ipsec_site_connection', without),
    refused(connections, 'ipsec_site_connection', { ...without, local_ep_group_id }),
    refused(connections, 'ipsec_site_connection', { ...without, peer_ep_group_id }),
    refused(connections, 'ipsec_site_connection', { ...connection, peer_cidrs: ['10.105.0.0/24'] }),
    refused(connections, 'ipsec_site_connection', { ...connection, vpnservice_id: '{onSubnet}' }),
    refused(connections, 'ipsec_site_connection', {
      ...connection,
      local_ep_group_id: peer_ep_group_id,
      peer_ep_group_id: local_ep_group_id,
    }),
    create(groups, 'endpoint_group', 'six', { type: 'cidr', endpoints: ['fec0:101::/64'] }),
    refused(connections, 'ipsec_site_connection', { ...connection, peer_ep_group_id: '{six}' }),
    create('/networks', 'network', 'elsewhere', { name: 'tempest-network-2' }),
    create('/subnets', 'subnet', 'apart', { cidr: '10.106.0.0/24', ip_version: 4, network_id: '{elsewhere}' }),
    refused('/vpn/vpnservices', 'vpnservice', { router_id: '{router}', subnet_id: '{apart}' }),

    ...removed(`${connections}/{legacy}`),
    ...removed(`${connections}/{connection}`),
    ...removed(`${groups}/{six}`),
    ...removed(`${groups}/{peer}`),
    ...removed(`${groups}/{local}`),
    ...removed('/vpn/ipsecpolicies/{ipsecpolicy}'),
    ...removed('/vpn/ikepolicies/{ikepolicy}'),
    ...removed('/vpn/vpnservices/{service}'),
    ...removed('/vpn/vpnservices/{onSubnet}'),
    read('/routers/{router}', 'router', { id: '{router}' }),
    update('/routers/{router}', 'router', { ...router, routes: null }, { routes: [] }),
    get('{P}/v2.0/ports?device_id={router}'),
    put('/routers/{router}/remove_router_interface', { subnet_id: '{subnet}' }),
    ...removed('/routers/{router}'),
    ...removed('/subnets/{apart}'),
    ...removed('/subnets/{subnet}'),
    ...removed('/networks/{elsewhere}'),
    ...removed('/networks/{network}'),
    { method: 'DELETE', path: '{P}/v2.0/networks/{network}', status: 404 },
  ],
}
