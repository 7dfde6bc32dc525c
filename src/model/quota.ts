import { exampleIds } from './example-ids.ts'
import { flag, integer, owner } from './kinds.ts'
import { resource } from './resource.ts'

/** What a project may have a limited number of, by the name of the resource. */
export const quotaNames = [
  'network',
  'subnet',
  'router',
  'port',
  'vpnservice',
  'ikepolicy',
  'ipsecpolicy',
  'ipsec_site_connection',
  'endpoint_group',
] as const

export type QuotaName = (typeof quotaNames)[number]

/** How many of each; −1: any number. */
export type Quotas = Readonly<Record<QuotaName, number>>

export const unlimited: Quotas = {
  network: -1,
  subnet: -1,
  router: -1,
  port: -1,
  vpnservice: -1,
  ikepolicy: -1,
  ipsecpolicy: -1,
  ipsec_site_connection: -1,
  endpoint_group: -1,
}

const maximum = () => integer({ min: -1 }).optional(-1).describe('How many a project may have; -1 is any number.')

/**
 * How many objects a project may have (`semantics.md` §8). Kept one number a row, not as an object: what was not set for
 * a project is its flavour's default.
 */
export const Quota = resource({
  singular: 'quota',
  plural: 'quotas',
  path: '/quotas',
  notFound: 'QuotaNotFound',
  description: 'How many objects of each kind a project may have; -1 is any number.',
  words: { one: 'the quotas of a project', many: 'quotas', command: 'quota' },
  example: {
    object: { ...unlimited, tenant_id: exampleIds.project, force: false, check_limit: false },
    posts: [],
    puts: { ipsec_site_connection: 50 },
  },
  attributes: {
    tenant_id: owner().readOnly(),
    network: maximum(),
    subnet: maximum(),
    router: maximum(),
    port: maximum(),
    vpnservice: maximum(),
    ikepolicy: maximum(),
    ipsecpolicy: maximum(),
    ipsec_site_connection: maximum(),
    endpoint_group: maximum(),
    // Parts of a request, not of a quota.
    force: flag().optional(false).hidden().describe('Accepted for the sake of clients; numbers are always taken.'),
    check_limit: flag().optional(false).hidden().describe('Refuse a number that is less than what there is.'),
  },
})
