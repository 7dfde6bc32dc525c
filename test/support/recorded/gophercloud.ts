import { type Conversation, create, get, put, read, removed, update } from './exchange.ts'
import { logInToProject } from './log-in.ts'

const connection = {
  admin_state_up: true,
  ikepolicy_id: '{ikepolicy}',
  initiator: 'bi-directional',
  ipsecpolicy_id: '{ipsecpolicy}',
  local_ep_group_id: '{local}',
  mtu: 1500,
  name: 'TESTACC-connection',
  peer_address: '172.24.4.233',
  peer_ep_group_id: '{peer}',
  peer_id: '172.24.4.233',
  psk: 'secret',
  vpnservice_id: '{service}',
}

/** gophercloud's VPNaaS acceptance tests (`client-traffic.md` §7): `{P}/` is read with a token, before anything else of it. */
export const gophercloud: Conversation = {
  client: 'gophercloud',
  flavour: 'openstack',
  decodesInGo: true,
  exchanges: [
    logInToProject,
    get('{P}/', { answer: { versions: [{ id: 'v2.0', status: 'CURRENT' }] } }),
    get('{P}/v2.0/extensions/vpnaas', { answer: { extension: { alias: 'vpnaas' } } }),

    create('/networks', 'network', 'network', { admin_state_up: true, name: 'TESTACC-net' }, { status: 'ACTIVE' }),
    create('/subnets', 'subnet', 'subnet', {
      cidr: '192.168.103.0/24',
      description: 'a subnet',
      enable_dhcp: false,
      gateway_ip: '192.168.103.1',
      ip_version: 4,
      name: 'TESTACC-subnet',
      network_id: '{network}',
    }),
    read('/subnets/{subnet}', 'subnet', { enable_dhcp: false, gateway_ip: '192.168.103.1', description: 'a subnet' }),
    create('/routers', 'router', 'router', {
      admin_state_up: true,
      description: 'a router',
      external_gateway_info: { network_id: '{external}' },
      name: 'TESTACC-router',
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
    read('/ports/{port}', 'port', { status: 'ACTIVE', device_id: '{router}' }),

    create('/vpn/vpnservices', 'vpnservice', 'service', {
      admin_state_up: true,
      name: 'TESTACC-service',
      router_id: '{router}',
    }),
    read('/vpn/vpnservices/{service}', 'vpnservice', { description: '', router_id: '{router}', subnet_id: null }),
    create(
      '/vpn/vpnservices',
      'vpnservice',
      'unset',
      { admin_state_up: null, router_id: '{router}' },
      {
        admin_state_up: true,
      },
    ),
    ...removed('/vpn/vpnservices/{unset}'),
    create(
      '/vpn/ikepolicies',
      'ikepolicy',
      'ikepolicy',
      { auth_algorithm: 'sha256', encryption_algorithm: 'aes-128', name: 'TESTACC-ike', pfs: 'group5' },
      { description: '', ike_version: 'v1', lifetime: { units: 'seconds', value: 3600 } },
    ),
    update(
      '/vpn/ikepolicies/{ikepolicy}',
      'ikepolicy',
      { description: 'updated policy', lifetime: { value: 7000 }, name: 'updatedname' },
      { description: 'updated policy', lifetime: { units: 'seconds', value: 7000 }, name: 'updatedname' },
    ),
    create('/vpn/ipsecpolicies', 'ipsecpolicy', 'cmac', {
      auth_algorithm: 'aes-cmac',
      encryption_algorithm: 'aes-128',
      name: 'TESTACC-ipsec',
    }),
    update('/vpn/ipsecpolicies/{cmac}', 'ipsecpolicy', { description: 'Updated policy', name: '' }, { name: '' }),
    ...removed('/vpn/ipsecpolicies/{cmac}'),
    create(
      '/vpn/ipsecpolicies',
      'ipsecpolicy',
      'ipsecpolicy',
      { name: 'TESTACC-ipsec' },
      { transform_protocol: 'esp' },
    ),
    create('/vpn/endpoint-groups', 'endpoint_group', 'peer', {
      endpoints: ['10.2.0.0/24', '10.3.0.0/24'],
      name: 'TESTACC-peer',
      type: 'cidr',
    }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'local', {
      endpoints: ['{subnet}'],
      name: 'TESTACC-local',
      type: 'subnet',
    }),
    update('/vpn/endpoint-groups/{peer}', 'endpoint_group', { description: 'updated', name: 'updatedname' }),
    create('/vpn/ipsec-site-connections', 'ipsec_site_connection', 'connection', connection, {
      psk: 'secret',
      mtu: 1500,
      peer_cidrs: [],
      dpd: { action: 'hold', interval: 30, timeout: 120 },
    }),
    read('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', connection),
    update('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', {
      description: 'updated description',
      name: 'updatedname',
    }),

    get('{P}/v2.0/vpn/vpnservices', { answer: { vpnservices: [{ id: '{service}' }] } }),
    get('{P}/v2.0/vpn/ikepolicies', { answer: { ikepolicies: [{ id: '{ikepolicy}' }] } }),
    get('{P}/v2.0/vpn/ipsecpolicies', { answer: { ipsecpolicies: [{ id: '{ipsecpolicy}' }] } }),
    get('{P}/v2.0/vpn/endpoint-groups?type=cidr', { answer: { endpoint_groups: [{ id: '{peer}' }] } }),
    get('{P}/v2.0/vpn/ipsec-site-connections', { answer: { ipsec_site_connections: [{ id: '{connection}' }] } }),

    ...removed('/vpn/ipsec-site-connections/{connection}'),
    ...removed('/vpn/endpoint-groups/{local}'),
    ...removed('/vpn/endpoint-groups/{peer}'),
    ...removed('/vpn/ipsecpolicies/{ipsecpolicy}'),
    ...removed('/vpn/ikepolicies/{ikepolicy}'),
    ...removed('/vpn/vpnservices/{service}'),
    put('/routers/{router}/remove_router_interface', { subnet_id: '{subnet}' }, { answer: { id: '{router}' } }),
    ...removed('/routers/{router}'),
    ...removed('/subnets/{subnet}'),
    ...removed('/networks/{network}'),
  ],
}
