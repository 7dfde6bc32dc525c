import { type Conversation, create, get, put, read, removed, update } from './exchange.ts'
import { logInToProject } from './log-in.ts'

const ike = {
  auth_algorithm: 'sha256',
  encryption_algorithm: 'aes-128',
  ike_version: 'v1',
  pfs: 'group5',
  phase1_negotiation_mode: 'main',
}
const ipsec = { auth_algorithm: 'sha256', encryption_algorithm: 'aes-128' }
const connection = {
  admin_state_up: true,
  dpd: { action: 'restart', interval: 21, timeout: 42 },
  ikepolicy_id: '{ikepolicy}',
  ipsecpolicy_id: '{ipsecpolicy}',
  local_ep_group_id: '{local}',
  name: 'connection_1',
  peer_address: '192.168.10.1',
  peer_ep_group_id: '{peer}',
  peer_id: '192.168.10.1',
  psk: 'secret',
  vpnservice_id: '{service}',
}

/**
 * The Terraform provider `openstack` with the topology of its acceptance tests (`clients.md` §6): objects without their
 * arguments carry `{}`, endpoints have host bits, and everything that was sent is compared with what is read.
 */
export const terraformOpenstack: Conversation = {
  client: 'terraform-provider-openstack',
  flavour: 'openstack',
  decodesInGo: true,
  exchanges: [
    logInToProject,
    get('{P}/', { answer: { versions: [{ id: 'v2.0' }] } }),
    get('{P}/v2.0/networks?router%3Aexternal=true', { answer: { networks: [{ id: '{external}' }] } }),
    create('/networks', 'network', 'network', { admin_state_up: true, name: 'network_1' }),
    put('/networks/{network}/tags', { tags: ['acceptance'] }, { answer: { tags: ['acceptance'] } }),
    read('/networks/{network}', 'network', { status: 'ACTIVE', name: 'network_1', tags: ['acceptance'] }),
    create('/subnets', 'subnet', 'subnet', {
      cidr: '192.168.199.0/24',
      enable_dhcp: true,
      ip_version: 4,
      network_id: '{network}',
    }),
    read('/subnets/{subnet}', 'subnet', { cidr: '192.168.199.0/24', enable_dhcp: true }),
    create('/routers', 'router', 'router', {
      external_gateway_info: { network_id: '{external}' },
      name: 'my_router',
    }),
    read('/routers/{router}', 'router', { status: 'ACTIVE', external_gateway_info: { network_id: '{external}' } }),
    put(
      '/routers/{router}/add_router_interface',
      { subnet_id: '{subnet}' },
      {
        answer: { id: '{router}', subnet_id: '{subnet}' },
        keep: { port: 'port_id' },
      },
    ),
    read('/ports/{port}', 'port', { status: 'ACTIVE', device_id: '{router}', network_id: '{network}' }),

    create('/vpn/vpnservices', 'vpnservice', 'service', { admin_state_up: false, router_id: '{router}' }),
    read('/vpn/vpnservices/{service}', 'vpnservice', {
      admin_state_up: false,
      router_id: '{router}',
      tenant_id: '{project}',
    }),
    create('/vpn/ikepolicies', 'ikepolicy', 'ikepolicy', { ...ike, lifetime: {} }),
    read('/vpn/ikepolicies/{ikepolicy}', 'ikepolicy', { ...ike, lifetime: { units: 'seconds', value: 3600 } }),
    create('/vpn/ipsecpolicies', 'ipsecpolicy', 'ipsecpolicy', { ...ipsec, lifetime: {} }),
    read('/vpn/ipsecpolicies/{ipsecpolicy}', 'ipsecpolicy', { ...ipsec, lifetime: { units: 'seconds', value: 3600 } }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'peer', {
      endpoints: ['10.0.0.24/24', '10.0.0.25/24'],
      name: 'Group 1',
      type: 'cidr',
    }),
    read('/vpn/endpoint-groups/{peer}', 'endpoint_group', { endpoints: ['10.0.0.24/24', '10.0.0.25/24'] }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'local', {
      endpoints: ['{subnet}'],
      name: 'Group 2',
      type: 'subnet',
    }),
    create('/vpn/ipsec-site-connections', 'ipsec_site_connection', 'connection', connection),
    read('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', {
      ...connection,
      tenant_id: '{project}',
      mtu: 1500,
      initiator: 'bi-directional',
      peer_cidrs: [],
      local_id: '',
    }),
    update('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', {
      name: 'connection_2',
      psk: 'secret2',
      dpd: { action: 'hold', interval: 21, timeout: 42 },
    }),
    read('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', {
      ...connection,
      name: 'connection_2',
      psk: 'secret2',
      dpd: { action: 'hold', interval: 21, timeout: 42 },
    }),
    // Nothing set, as its connections without a block `dpd` have it.
    update(
      '/vpn/ipsec-site-connections/{connection}',
      'ipsec_site_connection',
      { dpd: {} },
      {
        dpd: { action: 'hold', interval: 21, timeout: 42 },
      },
    ),
    update('/vpn/vpnservices/{service}', 'vpnservice', { admin_state_up: true, name: 'service_1' }),
    // A policy that is still in use is tried again after the connection is gone.
    { method: 'DELETE', path: '{P}/v2.0/vpn/ikepolicies/{ikepolicy}', status: 409 },
    ...removed('/vpn/ipsec-site-connections/{connection}'),
    ...removed('/vpn/ikepolicies/{ikepolicy}'),
    ...removed('/vpn/ipsecpolicies/{ipsecpolicy}'),
    ...removed('/vpn/endpoint-groups/{local}'),
    ...removed('/vpn/endpoint-groups/{peer}'),
    ...removed('/vpn/vpnservices/{service}'),
    put('/routers/{router}/remove_router_interface', { subnet_id: '{subnet}' }),
    get('{P}/v2.0/ports/{port}', {}, 404),
    ...removed('/routers/{router}'),
    ...removed('/subnets/{subnet}'),
    ...removed('/networks/{network}'),
  ],
}
