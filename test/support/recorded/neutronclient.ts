import { absent, type Conversation, create, get, put, read, removed, update } from './exchange.ts'
import { logInToProject } from './log-in.ts'

const found = (path: string, collection: string, id: string) =>
  get(`{P}/v2.0${path}`, { answer: { [collection]: [{ id }] } })
const connection = {
  description: 'c',
  mtu: '1400',
  initiator: 'response-only',
  dpd: { action: 'restart', interval: 20, timeout: 90 },
  local_ep_group_id: '{local}',
  peer_ep_group_id: '{peer}',
  local_id: 'me',
  vpnservice_id: '{service}',
  ikepolicy_id: '{ikepolicy}',
  ipsecpolicy_id: '{ipsecpolicy}',
  peer_id: '203.0.113.9',
  peer_address: '203.0.113.9',
  psk: 'secret',
  name: 'c1',
}

/**
 * `openstack network …` and `openstack vpn …` (`client-traffic.md` §3, §4): a name is asked for as an id first, numbers and
 * lists come as texts, and objects with some of their members only.
 */
export const neutronclient: Conversation = {
  client: 'python-neutronclient and openstacksdk',
  flavour: 'openstack',
  decodesInGo: false,
  exchanges: [
    get('{identity}/v3', { answer: { version: { id: 'v3.14', status: 'stable' } } }),
    logInToProject,
    get('{P}/v2.0/networks?router%3Aexternal=True', { answer: { networks: [{ name: 'public' }] } }),
    create('/networks', 'network', 'network', { name: 'net1', admin_state_up: true }),
    get('{P}/v2.0/networks/net1', {}, 404),
    found('/networks?name=net1', 'networks', '{network}'),
    create('/subnets', 'subnet', 'subnet', {
      name: 'sub1',
      network_id: '{network}',
      ip_version: 4,
      cidr: '10.1.0.0/24',
    }),
    found('/subnets?network_id={network}', 'subnets', '{subnet}'),
    create('/routers', 'router', 'router', { name: 'r1', admin_state_up: true }, { external_gateway_info: null }),
    update('/routers/{router}', 'router', { external_gateway_info: { network_id: '{external}' } }),
    update('/routers/{router}', 'router', { external_gateway_info: {} }, { external_gateway_info: null }),
    update('/routers/{router}', 'router', { external_gateway_info: { network_id: '{external}' } }),
    put(
      '/routers/{router}/add_router_interface',
      { subnet_id: '{subnet}' },
      {
        answer: { id: '{router}', network_id: '{network}', subnet_id: '{subnet}', subnet_ids: ['{subnet}'] },
        keep: { port: 'port_id' },
      },
    ),
    get('{P}/v2.0/ports?device_id={router}&fields=id&fields=name&fields=mac_address&fields=fixed_ips&fields=status'),

    get('{P}/v2.0/routers/r1', {}, 404),
    found('/routers?name=r1', 'routers', '{router}'),
    create('/vpn/vpnservices', 'vpnservice', 'service', {
      description: 'd1',
      admin_state_up: true,
      name: 'vs1',
      router_id: '{router}',
      tenant_id: '{project}',
    }),
    found('/vpn/vpnservices?name=vs1', 'vpnservices', '{service}'),
    found('/vpn/vpnservices?id={service}', 'vpnservices', '{service}'),
    get(`{P}/v2.0/vpn/vpnservices?id=${absent}`, { answer: { vpnservices: [] } }),
    update('/vpn/vpnservices/{service}', 'vpnservice', { admin_state_up: false, name: 'b' }, { description: 'd1' }),
    create('/vpn/ikepolicies', 'ikepolicy', 'ikepolicy', {
      description: 'i',
      auth_algorithm: 'sha256',
      encryption_algorithm: 'aes-256',
      phase1_negotiation_mode: 'main',
      ike_version: 'v2',
      pfs: 'group14',
      lifetime: { units: 'seconds', value: 7200 },
      name: 'ike1',
    }),
    update(
      '/vpn/ikepolicies/{ikepolicy}',
      'ikepolicy',
      { lifetime: { value: 4000 } },
      {
        lifetime: { units: 'seconds', value: 4000 },
      },
    ),
    create('/vpn/ipsecpolicies', 'ipsecpolicy', 'ipsecpolicy', { name: 'ipsec1' }, { encapsulation_mode: 'tunnel' }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'local', {
      name: 'g1',
      type: 'subnet',
      endpoints: ['{subnet}'],
    }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'peer', {
      name: 'g2',
      type: 'cidr',
      endpoints: ['10.2.0.0/24', '10.3.0.0/24'],
    }),
    // The SDK calls the filter otherwise than the attribute.
    found('/vpn/endpoint-groups?endpoint_type=cidr', 'endpoint_groups', '{peer}'),
    create('/vpn/ipsec-site-connections', 'ipsec_site_connection', 'connection', connection, { mtu: 1400 }),
    update(
      '/vpn/ipsec-site-connections/{connection}',
      'ipsec_site_connection',
      { mtu: '1300', dpd: { timeout: 100 } },
      {
        mtu: 1300,
        dpd: { action: 'restart', interval: 20, timeout: 100 },
      },
    ),
    read('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', { ...connection, mtu: 1300, dpd: {} }),
    create('/vpn/vpnservices', 'vpnservice', 'legacy', { name: 'vs2', router_id: '{router}', subnet_id: '{subnet}' }),
    create(
      '/vpn/ipsec-site-connections',
      'ipsec_site_connection',
      'one',
      {
        vpnservice_id: '{legacy}',
        ikepolicy_id: '{ikepolicy}',
        ipsecpolicy_id: '{ipsecpolicy}',
        peer_id: '203.0.113.10',
        peer_address: '203.0.113.10',
        peer_cidrs: '10.21.0.0/24',
        psk: 'secret',
      },
      { peer_cidrs: ['10.21.0.0/24'] },
    ),
    update(
      '/vpn/ipsec-site-connections/{one}',
      'ipsec_site_connection',
      { peer_cidrs: '10.22.0.0/24' },
      {
        peer_cidrs: ['10.22.0.0/24'],
      },
    ),
    ...removed('/vpn/ipsec-site-connections/{one}'),
    ...removed('/vpn/ipsec-site-connections/{connection}'),
    ...removed('/vpn/vpnservices/{legacy}'),
    ...removed('/vpn/vpnservices/{service}'),
    put('/routers/{router}/remove_router_interface', { subnet_id: '{subnet}' }),
    ...removed('/routers/{router}'),
  ],
}
