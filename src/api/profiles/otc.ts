import { isIP } from 'node:net'
import { Type } from 'typebox'
import { dpd, onlyDpdDefaults } from '../../model/ipsec-connection.ts'
import { constant, flag, integer, oneOf, secret, text, textOrNull, uuid } from '../../model/kinds.ts'
import { lifetime } from '../../model/lifetime.ts'
import { type Quotas, unlimited } from '../../model/quota.ts'
import type { Profile, Wording } from '../profile.ts'
import { extensions } from './extensions.ts'
import { neutronError } from './openstack.ts'
import { spelling } from './spelling.ts'

/** What an operator may choose about this flavour. */
export interface OtcSwitches {
  /** Row 9: dead peer detection can be configured, as the current documentation has it and the seed has not. */
  readonly dpdConfigurable?: boolean
  /** §1.4: IKE policies may ask for the aggressive mode. */
  readonly allowAggressive?: boolean
  /** Row 28: answers show asterisks in place of the key. */
  readonly maskPsk?: boolean
  /** How many of each a project may have, where it is not to be what the cloud itself allows. */
  readonly quotas?: Partial<Quotas>
}

const name = text({ min: 1, max: 64 }).optional('')
const named = { name, flavor_id: undefined }
/** Longest life of an SA, in seconds: seven days. */
const longestLife = 604_800
const policy = { name, lifetime: lifetime({ max: longestLife }).optional({ units: 'seconds', value: 3600 }) }

/**
 * Seed: "A PSK can contain 6 to 128 characters. Spaces and question marks (?) are not allowed in a PSK. The PSK cannot
 * contain only asterisks (*)." Control characters are refused too: no device takes them.
 */
function refusePsk(psk: string): string | undefined {
  if (psk.includes(' ')) return 'it contains a space'
  if (psk.includes('?')) return 'it contains a question mark'
  if (/^\*+$/.test(psk)) return 'it contains only asterisks'
  return /\p{Cc}/u.test(psk) ? 'it contains a control character' : undefined
}

/** The same as one pattern: what documents say. */
const acceptablePsk = '^(?!\\*+$)[^ ?\\u0000-\\u001f\\u007f-\\u009f]*$'

const codeAndMessage = {
  code: Type.String({ description: 'Code of the refusal: `VPC.1001` for anything without one of its own.' }),
  message: Type.String({ description: 'What is wrong, for people.' }),
}

/** The form of the APIs that OpenStack does not have: "form A" of `classic-api.md` §0.3. */
const formA: Wording = {
  problemSchema: Type.Object(codeAndMessage, { title: 'PlainRefusal' }),
  problem: ({ status, code, message }) => ({ status, body: { code, message } }),
}

/** Open Telekom Cloud's flavour: the seed, and `flavours.md`, column "otc profile". */
export function otcWith({
  dpdConfigurable = false,
  allowAggressive = false,
  maskPsk = false,
  quotas = {},
}: OtcSwitches): Profile {
  return {
    name: 'otc',
    title: 'Open Telekom Cloud',
    region: 'eu-de',
    prefix: '/otc',
    ...spelling('otc', { further: { group: ['disable'] } }),
    owner: { accepts: ['tenant_id'], shows: ['tenant_id'] },
    changes: {
      vpnservice: { ...named, external_v4_ip: textOrNull({ max: 255 }).optional(null).fixed() },
      ikepolicy: {
        ...policy,
        phase1_negotiation_mode: oneOf(allowAggressive ? ['main', 'aggressive'] : ['main']).optional('main'),
      },
      ipsecpolicy: { ...policy, encapsulation_mode: oneOf(['tunnel']).optional('tunnel') },
      endpoint_group: { name, type: oneOf(['subnet', 'cidr']).required().fixed() },
      ipsec_site_connection: {
        name,
        description: text({ max: 255 }).optional('').describe('For the operator: only an administrator may set it.'),
        local_id: text({ refuse: (value) => (value === '' ? undefined : 'it is not supported'), says: { enum: [''] } })
          .optional('')
          .hidden(),
        peer_address: text({
          min: 1,
          max: 250,
          refuse: (value) => (isIP(value) ? undefined : `'${value}' is not a valid IP address`),
          says: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
        }).required(),
        peer_id: text({ min: 1, max: 250 }).required(),
        local_ep_group_id: uuid().required(),
        peer_ep_group_id: uuid().required(),
        mtu: integer({ only: 1500 }).optional(1500),
        initiator: oneOf(['bi-directional']).optional('bi-directional'),
        auth_mode: oneOf(['psk']).optional('psk').fixed(),
        psk: secret({
          min: 6,
          max: 128,
          refuse: refusePsk,
          says: { pattern: acceptablePsk },
          isMasked: maskPsk,
        }).required(),
        dpd: dpd(dpdConfigurable ? undefined : onlyDpdDefaults).optional({
          action: 'hold',
          interval: 30,
          timeout: 120,
        }),
        admin_state_up: flag({ only: true }).optional(true).orNull(),
        // The seed's answer to a POST does not have them; the current documentation's examples of the others do.
        order_id: constant('', ['show', 'list', 'update']),
        product_id: constant('', ['show', 'list', 'update']),
      },
    },
    features: ['tags', 'vpcs'],
    quirks: {
      peerIdentityIsAddress: true,
      descriptionReserved: true,
      groupsAlways: true,
      networksAreEndpoints: true,
      oneServicePerRouter: true,
      policiesChangeInUse: true,
      quotas: { ...unlimited, vpnservice: 2, ipsec_site_connection: 12, ...quotas },
      quotasAfterRules: true,
      subnetsPerSide: 5,
      refusesOverlap: true,
      resolvesPeerNames: false,
      echoesLifetime: false,
      showsPendingStates: true,
    },
    extensions: extensions(['vpnaas', 'vpn-endpoint-groups', 'router', 'quotas', 'sallyport']),
    problemSchema: Type.Object({ ...neutronError, ...codeAndMessage }, { title: 'Refusal' }),
    problem: ({ status, type, message, code, problem }) => ({
      // A quota is bad input here, where the reference calls it a conflict (`classic-api.md` §0.4 G13).
      status: problem === 'QuotaExceeded' ? 400 : status,
      body: { NeutronError: { type, message, detail: '' }, code, message },
    }),
    wordings: { tags: formA, vpcs: formA },
  }
}

export const otc: Profile = otcWith({})
