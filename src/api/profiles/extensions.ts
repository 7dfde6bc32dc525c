import type { Extension } from '../profile.ts'

/** The extensions that a flavour may announce, with the reference's own names and dates; by alias. */
const known = {
  vpnaas: {
    name: 'VPN service',
    description: 'Extension for VPN service',
    updated: '2013-05-29T10:00:00-00:00',
  },
  'vpn-endpoint-groups': {
    name: 'VPN Endpoint Groups',
    description: 'VPN endpoint groups support',
    updated: '2015-08-04T10:00:00-00:00',
  },
  'service-type': {
    name: 'Neutron Service Type Management',
    description: 'API for retrieving service providers for Neutron advanced services',
    updated: '2013-01-20T00:00:00-00:00',
  },
  'vpn-flavors': {
    // The reference's spelling.
    name: 'VPN Service Falvor Extension',
    description: 'Flavor support for vpnservices.',
    updated: '2017-04-19T00:00:00-00:00',
  },
  'vpn-aes-ctr': {
    name: 'VPN support for AES CTR mode',
    description: 'Add AES CTR choices for encryption algorithm',
    updated: '2024-01-09T09:00:00-00:00',
  },
  'vpn-no-sha1-3des': {
    name: 'VPN remove deprecated sha1 and 3des',
    description: 'Remove sha1 auth and 3des encryption from VPN policies',
    updated: '2025-03-30T09:00:00-00:00',
  },
  router: {
    name: 'Neutron L3 Router',
    description:
      'Router abstraction for basic L3 forwarding between L2 Neutron networks and access to external networks via a NAT gateway.',
    updated: '2012-07-20T10:00:00-00:00',
  },
  'external-net': {
    name: 'Neutron external network',
    description: 'Adds external network attribute to network resource.',
    updated: '2013-01-14T10:00:00-00:00',
  },
  quotas: {
    name: 'Quota management support',
    description: 'Expose functions for quotas management per project',
    updated: '2012-07-29T10:00:00-00:00',
  },
  'standard-attr-description': {
    name: 'standard-attr-description',
    description: 'Extension to add descriptions to standard attributes',
    updated: '2016-02-10T10:00:00-00:00',
  },
  'standard-attr-revisions': {
    name: 'Resource revision numbers',
    description: 'This extension will display the revision number of neutron resources.',
    updated: '2016-04-11T10:00:00-00:00',
  },
  'standard-attr-tag': {
    name: 'Tag support for resources with standard attribute: port, router, network, subnet',
    description: 'Enables to set tag on resources with standard attribute.',
    updated: '2017-01-01T00:00:00-00:00',
  },
  'standard-attr-timestamp': {
    name: 'Resource timestamps',
    description:
      'Adds created_at and updated_at fields to all Neutron resources that have Neutron standard attributes.',
    updated: '2016-09-12T10:00:00-00:00',
  },
  pagination: {
    name: 'Pagination support',
    description: 'Extension that indicates that pagination is enabled.',
    updated: '2016-06-12T00:00:00-00:00',
  },
  sorting: {
    name: 'Sorting support',
    description: 'Extension that indicates that sorting is enabled.',
    updated: '2016-06-12T00:00:00-00:00',
  },
  'project-id': {
    name: 'project_id field enabled',
    description: 'Extension that indicates that project_id field is enabled.',
    updated: '2016-09-09T09:09:09-09:09',
  },
  sallyport: {
    name: 'Sallyport',
    description: 'Diagnosis, live tunnels, traffic, events and restart of IPsec connections',
    updated: '2026-11-25T00:00:00-00:00',
  },
} satisfies Record<string, Omit<Extension, 'alias'>>

export function extensions(aliases: readonly (keyof typeof known)[]): Extension[] {
  return aliases.map((alias) => ({ alias, ...known[alias] }))
}

/** What the network resources have in every flavour. */
export const ofNetworks = [
  'external-net',
  'standard-attr-description',
  'standard-attr-revisions',
  'standard-attr-tag',
  'standard-attr-timestamp',
] as const
