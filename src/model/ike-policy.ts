import type { EncryptionAlgorithm, IntegrityAlgorithm, KeyExchangeGroup } from './algorithms.ts'
import { oneOf, owner, perFlavour, text, uuid } from './kinds.ts'
import { lifetime } from './lifetime.ts'
import { type Entity, resource } from './resource.ts'

/** How the IKE SA is made. Specification `classic-api.md` §3. */
export const IkePolicy = resource({
  singular: 'ikepolicy',
  plural: 'ikepolicies',
  path: '/vpn/ikepolicies',
  notFound: 'IkePolicyNotFound',
  // Both Go SDKs (`classic-api.md` §3.2).
  aliases: { phase_1_negotiation_mode: 'phase1_negotiation_mode' },
  description: 'An IKE policy: version, algorithms and lifetime of the IKE SA (phase 1).',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    auth_algorithm: perFlavour<IntegrityAlgorithm>('integrity').optional('sha1'),
    encryption_algorithm: perFlavour<EncryptionAlgorithm>('encryption').optional('aes-128'),
    phase1_negotiation_mode: oneOf(['main', 'aggressive']).optional('main'),
    lifetime: lifetime().optional({ units: 'seconds', value: 3600 }),
    ike_version: oneOf(['v1', 'v2']).optional('v1'),
    pfs: perFlavour<KeyExchangeGroup | 'disable'>('group').optional('group5'),
  },
})

export type IkePolicy = Entity<typeof IkePolicy>
