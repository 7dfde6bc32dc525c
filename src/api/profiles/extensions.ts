import type { Extension } from '../profile.ts'

/**
 * What the API beside the bare resources can do, by the names clients look for (`flavours.md` §2 row 33). Names, texts and
 * dates are the reference's, slips of the pen too; an extension whose resources are not served here is not among them.
 */
export const extensions: readonly Extension[] = [
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
    alias: 'service-type',
    name: 'Neutron Service Type Management',
    description: 'API for retrieving service providers for Neutron advanced services',
    updated: '2013-01-20T00:00:00-00:00',
  },
  {
    alias: 'vpn-flavors',
    name: 'VPN Service Falvor Extension',
    description: 'Flavor support for vpnservices.',
    updated: '2017-04-19T00:00:00-00:00',
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
    description:
      'Router abstraction for basic L3 forwarding between L2 Neutron networks and access to external networks via a NAT gateway.',
    updated: '2012-07-20T10:00:00-00:00',
  },
  {
    alias: 'external-net',
    name: 'Neutron external network',
    description: 'Adds external network attribute to network resource.',
    updated: '2013-01-14T10:00:00-00:00',
  },
  {
    alias: 'quotas',
    name: 'Quota management support',
    description: 'Expose functions for quotas management per project',
    updated: '2012-07-29T10:00:00-00:00',
  },
  {
    alias: 'pagination',
    name: 'Pagination support',
    description: 'Extension that indicates that pagination is enabled.',
    updated: '2016-06-12T00:00:00-00:00',
  },
  {
    alias: 'sorting',
    name: 'Sorting support',
    description: 'Extension that indicates that sorting is enabled.',
    updated: '2016-06-12T00:00:00-00:00',
  },
  {
    alias: 'project-id',
    name: 'project_id field enabled',
    description: 'Extension that indicates that project_id field is enabled.',
    updated: '2016-09-09T09:09:09-09:09',
  },
]
