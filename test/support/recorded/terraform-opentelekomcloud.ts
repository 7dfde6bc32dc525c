import { type Conversation, create, get, put, read, removed, update } from './exchange.ts'
import { logInToDomain, logInToProject } from './log-in.ts'

const ike = { auth_algorithm: 'sha1', encryption_algorithm: 'aes-128', ike_version: 'v1', pfs: 'group5' }
const connection = {
  admin_state_up: true,
  dpd: {},
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
const { dpd: _, ...readBack } = connection
const tags = '{P}/v2.0/{project}/ipsec-site-connections/{connection}/tags'
const kept = [{ key: 'env', value: 'acceptance' }]

/** It reads the tags after the object, every time, and gives up where they cannot be read. */
const readConnection = (answer: object, expected: readonly object[]) => [
  read('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', answer),
  get(tags, { answer: { tags: expected } }),
]
const actOnTags = (action: string, given: readonly object[]) => ({
  method: 'POST' as const,
  path: `${tags}/action`,
  body: { action, tags: given },
  status: 204,
})

/** The Terraform provider `opentelekomcloud` (`clients.md` §7): two log-ins, the VPC as router, tags with every read. */
export const terraformOpentelekomcloud: Conversation = {
  client: 'terraform-provider-opentelekomcloud',
  flavour: 'otc',
  decodesInGo: true,
  exchanges: [
    logInToProject,
    logInToDomain,
    create('/networks', 'network', 'network', { admin_state_up: true, name: 'network_1' }),
    create('/subnets', 'subnet', 'subnet', { cidr: '192.168.199.0/24', ip_version: 4, network_id: '{network}' }),
    create('/routers', 'router', 'router', {
      admin_state_up: true,
      external_gateway_info: { network_id: '{external}' },
      name: 'vpc_1',
    }),
    put('/routers/{router}/add_router_interface', { subnet_id: '{subnet}' }, { keep: { port: 'port_id' } }),
    get('{P}/v1/{project}/vpcs?name=vpc_1', { answer: { vpcs: [{ id: '{router}', name: 'vpc_1' }] } }),

    create('/vpn/vpnservices', 'vpnservice', 'service', { admin_state_up: true, name: 'vpn_1', router_id: '{router}' }),
    // Its data source always asks for the state, and takes the only hit.
    get('{P}/v2.0/vpn/vpnservices?admin_state_up=true&name=vpn_1', { answer: { vpnservices: [{ id: '{service}' }] } }),
    get('{P}/v2.0/vpn/vpnservices?admin_state_up=false&name=vpn_1', { answer: { vpnservices: [] } }),
    create('/vpn/ikepolicies', 'ikepolicy', 'ikepolicy', { ...ike, phase1_negotiation_mode: 'main' }),
    read('/vpn/ikepolicies/{ikepolicy}', 'ikepolicy', { ...ike, tenant_id: '{project}' }),
    update(
      '/vpn/ikepolicies/{ikepolicy}',
      'ikepolicy',
      { auth_algorithm: 'sha2-512', pfs: 'group21' },
      {
        auth_algorithm: 'sha2-512',
        pfs: 'group21',
      },
    ),
    create('/vpn/ipsecpolicies', 'ipsecpolicy', 'ipsecpolicy', { name: 'ipsec_1', pfs: 'disable' }, { pfs: 'disable' }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'peer', { endpoints: ['10.3.0.0/24'], name: 'p', type: 'cidr' }),
    create('/vpn/endpoint-groups', 'endpoint_group', 'local', { endpoints: ['{subnet}'], name: 'l', type: 'subnet' }),
    create('/vpn/ipsec-site-connections', 'ipsec_site_connection', 'connection', connection),
    actOnTags('create', kept),
    ...readConnection({ ...readBack, tenant_id: '{project}' }, kept),
    actOnTags('delete', kept),
    actOnTags('create', [{ key: 'env', value: 'production' }]),
    update('/vpn/ipsec-site-connections/{connection}', 'ipsec_site_connection', { name: 'connection_2' }),
    ...readConnection({ ...readBack, name: 'connection_2' }, [{ key: 'env', value: 'production' }]),

    ...removed('/vpn/ipsec-site-connections/{connection}'),
    ...removed('/vpn/ikepolicies/{ikepolicy}'),
    ...removed('/vpn/ipsecpolicies/{ipsecpolicy}'),
    ...removed('/vpn/endpoint-groups/{local}'),
    ...removed('/vpn/endpoint-groups/{peer}'),
    ...removed('/vpn/vpnservices/{service}'),
    put('/routers/{router}/remove_router_interface', { subnet_id: '{subnet}' }),
    ...removed('/routers/{router}'),
    ...removed('/subnets/{subnet}'),
    ...removed('/networks/{network}'),
  ],
}
