import { cidrList, nameText } from '../../model/kinds.ts'
import type { Profile } from '../profile.ts'
import { extensions } from './extensions.ts'
import { spelling } from './spelling.ts'

const name = nameText().optional('')

/** Upstream OpenStack's flavour (`flavours.md`, column "openstack profile"). */
export const openstack: Profile = {
  name: 'openstack',
  region: 'RegionOne',
  prefix: '/openstack',
  ...spelling('openstack'),
  owner: { accepts: ['tenant_id', 'project_id'], shows: ['tenant_id', 'project_id'] },
  changes: {
    vpnservice: {
      name,
      created_at: undefined,
      prepay_connection_num: undefined,
      resource_speccode: undefined,
      order_id: undefined,
      product_id: undefined,
    },
    ikepolicy: { name },
    ipsecpolicy: { name },
    endpoint_group: { name },
    ipsec_site_connection: {
      name,
      peer_cidrs: cidrList().optional([]),
      created_at: undefined,
      order_id: undefined,
      product_id: undefined,
    },
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
    echoesLifetime: true,
    showsPendingStates: false,
  },
  extensions,
  problem: ({ status, type, message }) => ({ status, body: { NeutronError: { type, message, detail: '' } } }),
}
