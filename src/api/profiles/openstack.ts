import { Type } from 'typebox'
import type { Profile } from '../profile.ts'
import { spelling } from './spelling.ts'

/** The shape of every refusal in the network API; `detail` is always empty. */
export const neutronError = {
  NeutronError: Type.Object({
    type: Type.String({ description: 'What kind of refusal it is, for programs.' }),
    message: Type.String({ description: 'What is wrong, for people.' }),
    detail: Type.String(),
  }),
}

/** Upstream OpenStack's flavour (`flavours.md`, column "openstack profile"). */
export const openstack: Profile = {
  name: 'openstack',
  title: 'OpenStack',
  region: 'RegionOne',
  prefix: '/openstack',
  ...spelling('openstack'),
  owner: { accepts: ['tenant_id', 'project_id'], shows: ['tenant_id', 'project_id'] },
  changes: {
    vpnservice: {
      created_at: undefined,
      prepay_connection_num: undefined,
      resource_speccode: undefined,
      order_id: undefined,
      product_id: undefined,
    },
    ipsec_site_connection: { created_at: undefined, order_id: undefined, product_id: undefined },
  },
  features: [],
  quirks: {
    peerIdentityIsAddress: false,
    descriptionReserved: false,
    groupsAlways: false,
    oneServicePerRouter: false,
    policiesChangeInUse: false,
    quotas: { vpnservice: -1, ipsec_site_connection: -1 },
    subnetsPerSide: Number.POSITIVE_INFINITY,
    refusesOverlap: false,
    resolvesPeerNames: true,
    showsPendingStates: false,
  },
  extensions: [
    {
      alias: 'vpnaas',
      name: 'VPN service',
      description: 'Extension for VPN service',
      updated: '2013-05-29T10:00:00-00:00',
    },
    {
      alias: 'vpn-endpoint-groups',
      name: 'VPN Endpoint Groups',
      description: 'VPN endpoint groups support',
      updated: '2015-08-04T10:00:00-00:00',
    },
    {
      alias: 'vpn-aes-ctr',
      name: 'VPN AES CTR',
      description: 'AES in counter mode for VPN policies',
      updated: '2024-01-01T00:00:00-00:00',
    },
    {
      alias: 'router',
      name: 'Neutron L3 Router',
      description: 'Router abstraction for basic L3 forwarding between networks',
      updated: '2012-07-20T10:00:00-00:00',
    },
    {
      alias: 'external-net',
      name: 'Neutron external network',
      description: 'Adds external network attribute to network resource.',
      updated: '2013-01-14T10:00:00-00:00',
    },
  ],
  problemSchema: Type.Object(neutronError, { title: 'Refusal' }),
  problem: ({ status, type, message }) => ({ status, body: { NeutronError: { type, message, detail: '' } } }),
}
