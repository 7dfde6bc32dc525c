import type { EncryptionAlgorithm, IntegrityAlgorithm, KeyExchangeGroup } from './algorithms.ts'
import { oneOf, owner, perFlavour, text, uuid } from './kinds.ts'
import { lifetime } from './lifetime.ts'
import { type Entity, resource } from './resource.ts'

/** How child SAs are made. Specification `classic-api.md` §4. */
export const IpsecPolicy = resource({
  singular: 'ipsecpolicy',
  plural: 'ipsecpolicies',
  path: '/vpn/ipsecpolicies',
  notFound: 'IpsecPolicyNotFound',
  description: 'An IPsec policy: protocol, algorithms and lifetime of the child SAs (phase 2).',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    transform_protocol: oneOf(['esp', 'ah', 'ah-esp']).optional('esp'),
    auth_algorithm: perFlavour<IntegrityAlgorithm>('integrity').optional('sha1'),
    encryption_algorithm: perFlavour<EncryptionAlgorithm>('encryption').optional('aes-128'),
    encapsulation_mode: oneOf(['tunnel', 'transport']).optional('tunnel'),
    lifetime: lifetime().optional({ units: 'seconds', value: 3600 }),
    /** `disable`: keys come from the IKE SA, without an exchange of their own. */
    pfs: perFlavour<KeyExchangeGroup | 'disable'>('group').optional('group5'),
  },
})

export type IpsecPolicy = Entity<typeof IpsecPolicy>
