import type { EncryptionAlgorithm, IntegrityAlgorithm, KeyExchangeGroup } from './algorithms.ts'
import { exampleIds } from './example-ids.ts'
import { oneOf, owner, perFlavour, text, uuid } from './kinds.ts'
import { lifetime } from './lifetime.ts'
import { type Entity, resource } from './resource.ts'

/** How child SAs are made. Specification `classic-api.md` §4. */
export const IpsecPolicy = resource({
  singular: 'ipsecpolicy',
  plural: 'ipsecpolicies',
  path: '/vpn/ipsecpolicies',
  notFound: 'IpsecPolicyNotFound',
  countsChanges: true,
  description: 'An IPsec policy: protocol, algorithms and lifetime of the child SAs (phase 2).',
  words: { one: 'an IPsec policy', many: 'IPsec policies', command: 'vpn ipsec policy' },
  example: {
    object: {
      id: exampleIds.ipsecpolicy,
      tenant_id: exampleIds.project,
      name: 'esp-modern',
      description: 'ESP, AES-256, SHA-256',
      transform_protocol: 'esp',
      auth_algorithm: 'sha256',
      encryption_algorithm: 'aes-256',
      encapsulation_mode: 'tunnel',
      lifetime: { units: 'seconds', value: 3600 },
      pfs: 'group14',
    },
    posts: ['name', 'description', 'transform_protocol', 'auth_algorithm', 'encryption_algorithm', 'pfs'],
    puts: { name: 'esp-strong', lifetime: { units: 'seconds', value: 1800 } },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    transform_protocol: oneOf(['esp', 'ah', 'ah-esp'])
      .optional('esp')
      .describe('How packets are protected: ESP encrypts, AH only signs.'),
    auth_algorithm: perFlavour<IntegrityAlgorithm>('integrity')
      .optional('sha1')
      .describe('Integrity of the child SAs.'),
    encryption_algorithm: perFlavour<EncryptionAlgorithm>('encryption')
      .optional('aes-128')
      .describe('Encryption of the child SAs.'),
    encapsulation_mode: oneOf(['tunnel', 'transport'])
      .optional('tunnel')
      .describe('Whether whole packets are wrapped, or their content only.'),
    lifetime: lifetime()
      .optional({ units: 'seconds', value: 3600 })
      .describe('Life of a child SA before it is made anew.'),
    /** `disable`: keys come from the IKE SA, without an exchange of their own. */
    pfs: perFlavour<KeyExchangeGroup | 'disable'>('group')
      .optional('group5')
      .describe('Diffie-Hellman group of the exchange that makes new child SAs.'),
  },
})

export type IpsecPolicy = Entity<typeof IpsecPolicy>
