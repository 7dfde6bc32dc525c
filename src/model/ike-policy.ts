import type { EncryptionAlgorithm, IntegrityAlgorithm, KeyExchangeGroup } from './algorithms.ts'
import { exampleIds } from './example-ids.ts'
import { oneOf, owner, perFlavour, text, uuid } from './kinds.ts'
import { lifetime } from './lifetime.ts'
import { type Entity, resource } from './resource.ts'

/** How the IKE SA is made. Specification `classic-api.md` §3. */
export const IkePolicy = resource({
  singular: 'ikepolicy',
  plural: 'ikepolicies',
  path: '/vpn/ikepolicies',
  notFound: 'IkePolicyNotFound',
  countsChanges: true,
  // Both Go SDKs (`classic-api.md` §3.2).
  aliases: { phase_1_negotiation_mode: 'phase1_negotiation_mode' },
  description: 'An IKE policy: version, algorithms and lifetime of the IKE SA (phase 1).',
  words: { one: 'an IKE policy', many: 'IKE policies', command: 'vpn ike policy' },
  example: {
    object: {
      id: exampleIds.ikepolicy,
      tenant_id: exampleIds.project,
      name: 'ike-modern',
      description: 'IKEv2, AES-256, SHA-256',
      auth_algorithm: 'sha256',
      encryption_algorithm: 'aes-256',
      phase1_negotiation_mode: 'main',
      lifetime: { units: 'seconds', value: 28_800 },
      ike_version: 'v2',
      pfs: 'group14',
    },
    posts: ['name', 'description', 'auth_algorithm', 'encryption_algorithm', 'lifetime', 'ike_version', 'pfs'],
    puts: { name: 'ike-strong', lifetime: { units: 'seconds', value: 14_400 } },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    auth_algorithm: perFlavour<IntegrityAlgorithm>('integrity')
      .optional('sha1')
      .describe('Integrity and pseudo-random function of the IKE SA.'),
    encryption_algorithm: perFlavour<EncryptionAlgorithm>('encryption')
      .optional('aes-128')
      .describe('Encryption of the IKE SA.'),
    phase1_negotiation_mode: oneOf(['main', 'aggressive'])
      .optional('main')
      .describe('Mode of IKEv1’s first phase; IKEv2 has none.'),
    lifetime: lifetime()
      .optional({ units: 'seconds', value: 3600 })
      .describe('Life of the IKE SA before it is made anew.'),
    ike_version: oneOf(['v1', 'v2']).optional('v1').describe('Version of the key exchange.'),
    pfs: perFlavour<KeyExchangeGroup | 'disable'>('group')
      .optional('group5')
      .describe('Diffie-Hellman group of the key exchange.'),
  },
})

export type IkePolicy = Entity<typeof IkePolicy>
