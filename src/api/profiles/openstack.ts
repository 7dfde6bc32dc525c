import { Type } from 'typebox'
import type { IntegrityAlgorithm } from '../../model/algorithms.ts'
import { cidrList, nameText, perFlavour } from '../../model/kinds.ts'
import { type Quotas, unlimited } from '../../model/quota.ts'
import type { Profile } from '../profile.ts'
import { extensions } from './extensions.ts'
import { spelling } from './spelling.ts'

/** What an operator may choose about this flavour. */
export interface OpenstackSwitches {
  /** `flavours.md` §1.1 note 1: SHA-1 and 3DES are not to be had, and the default is SHA-256. */
  readonly noSha1No3des?: boolean
  /** How many of each a project may have; of what is not named, any number. */
  readonly quotas?: Partial<Quotas>
}

/** The shape of every refusal in the network API; `detail` is always empty. */
export const neutronError = {
  NeutronError: Type.Object({
    type: Type.String({ description: 'What kind of refusal it is, for programs.' }),
    message: Type.String({ description: 'What is wrong, for people.' }),
    detail: Type.String(),
  }),
}

const name = nameText().optional('')
const withoutSha1 = { auth_algorithm: perFlavour<IntegrityAlgorithm>('integrity').optional('sha256') }

/** Upstream OpenStack's flavour (`flavours.md`, column "openstack profile"). */
export function openstackWith({ noSha1No3des = false, quotas = {} }: OpenstackSwitches): Profile {
  return {
    name: 'openstack',
    title: 'OpenStack',
    region: 'RegionOne',
    prefix: '/openstack',
    ...spelling('openstack', { without: noSha1No3des ? ['sha1', '3des'] : [] }),
    owner: { accepts: ['tenant_id', 'project_id'], shows: ['tenant_id', 'project_id'] },
    changes: {
      vpnservice: {
        name,
        created_at: undefined,
        prepay_connection_num: undefined,
        resource_speccode: undefined,
        order_id: undefined,
        product_id: undefined,
        tags: undefined,
      },
      ikepolicy: { name, ...(noSha1No3des && withoutSha1) },
      ipsecpolicy: { name, ...(noSha1No3des && withoutSha1) },
      endpoint_group: { name },
      ipsec_site_connection: {
        name,
        peer_cidrs: cidrList().optional([]),
        created_at: undefined,
        order_id: undefined,
        product_id: undefined,
        tags: undefined,
      },
    },
    features: [],
    quirks: {
      peerIdentityIsAddress: false,
      descriptionReserved: false,
      groupsAlways: false,
      networksAreEndpoints: false,
      oneServicePerRouter: false,
      policiesChangeInUse: false,
      quotas: { ...unlimited, ...quotas },
      quotasAfterRules: false,
      subnetsPerSide: Number.POSITIVE_INFINITY,
      refusesOverlap: false,
      resolvesPeerNames: true,
      echoesLifetime: true,
      showsPendingStates: false,
    },
    extensions: extensions([
      'vpnaas',
      'vpn-endpoint-groups',
      'service-type',
      'vpn-flavors',
      'vpn-aes-ctr',
      ...(noSha1No3des ? (['vpn-no-sha1-3des'] as const) : []),
      'router',
      'external-net',
      'quotas',
      'pagination',
      'sorting',
      'project-id',
      'sallyport',
    ]),
    problemSchema: Type.Object(neutronError, { title: 'Refusal' }),
    problem: ({ status, type, message }) => ({ status, body: { NeutronError: { type, message, detail: '' } } }),
  }
}

export const openstack: Profile = openstackWith({})
