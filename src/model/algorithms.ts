/**
 * The canonical algorithms and their spellings: one table. A flavour that does not know an algorithm has no spelling
 * for it (specification `flavours.md` §1.1–1.3); strongSwan's token is what its proposal strings use.
 */
export type EncryptionAlgorithm = keyof typeof encryptionAlgorithms
export type IntegrityAlgorithm = keyof typeof integrityAlgorithms
export type KeyExchangeGroup = keyof typeof keyExchangeGroups

interface Algorithm {
  /** Token in a strongSwan proposal string. */
  readonly strongswan: string
  readonly otc?: string
  readonly openstack?: string
}

const everywhere = <const N extends string>(name: N, strongswan: string) => ({ strongswan, otc: name, openstack: name })
const openstackOnly = <const N extends string>(name: N, strongswan: string) => ({ strongswan, openstack: name })
const otcOnly = <const N extends string>(name: N, strongswan: string) => ({ strongswan, otc: name })

export const integrityAlgorithms = {
  md5: otcOnly('md5', 'md5'),
  sha1: everywhere('sha1', 'sha1'),
  sha256: { strongswan: 'sha256', otc: 'sha2-256', openstack: 'sha256' },
  sha384: { strongswan: 'sha384', otc: 'sha2-384', openstack: 'sha384' },
  sha512: { strongswan: 'sha512', otc: 'sha2-512', openstack: 'sha512' },
  'aes-xcbc': openstackOnly('aes-xcbc', 'aesxcbc'),
  'aes-cmac': openstackOnly('aes-cmac', 'aescmac'),
} satisfies Record<string, Algorithm>

export const encryptionAlgorithms = {
  '3des': everywhere('3des', '3des'),
  'aes-128': everywhere('aes-128', 'aes128'),
  'aes-192': everywhere('aes-192', 'aes192'),
  'aes-256': everywhere('aes-256', 'aes256'),
  'aes-128-ctr': openstackOnly('aes-128-ctr', 'aes128ctr'),
  'aes-192-ctr': openstackOnly('aes-192-ctr', 'aes192ctr'),
  'aes-256-ctr': openstackOnly('aes-256-ctr', 'aes256ctr'),
  'aes-128-ccm-8': openstackOnly('aes-128-ccm-8', 'aes128ccm8'),
  'aes-128-ccm-12': openstackOnly('aes-128-ccm-12', 'aes128ccm12'),
  'aes-128-ccm-16': openstackOnly('aes-128-ccm-16', 'aes128ccm16'),
  'aes-192-ccm-8': openstackOnly('aes-192-ccm-8', 'aes192ccm8'),
  'aes-192-ccm-12': openstackOnly('aes-192-ccm-12', 'aes192ccm12'),
  'aes-192-ccm-16': openstackOnly('aes-192-ccm-16', 'aes192ccm16'),
  'aes-256-ccm-8': openstackOnly('aes-256-ccm-8', 'aes256ccm8'),
  'aes-256-ccm-12': openstackOnly('aes-256-ccm-12', 'aes256ccm12'),
  'aes-256-ccm-16': openstackOnly('aes-256-ccm-16', 'aes256ccm16'),
  'aes-128-gcm-8': openstackOnly('aes-128-gcm-8', 'aes128gcm8'),
  'aes-128-gcm-12': openstackOnly('aes-128-gcm-12', 'aes128gcm12'),
  'aes-128-gcm-16': openstackOnly('aes-128-gcm-16', 'aes128gcm16'),
  'aes-192-gcm-8': openstackOnly('aes-192-gcm-8', 'aes192gcm8'),
  'aes-192-gcm-12': openstackOnly('aes-192-gcm-12', 'aes192gcm12'),
  'aes-192-gcm-16': openstackOnly('aes-192-gcm-16', 'aes192gcm16'),
  'aes-256-gcm-8': openstackOnly('aes-256-gcm-8', 'aes256gcm8'),
  'aes-256-gcm-12': openstackOnly('aes-256-gcm-12', 'aes256gcm12'),
  'aes-256-gcm-16': openstackOnly('aes-256-gcm-16', 'aes256gcm16'),
} satisfies Record<string, Algorithm>

/** Diffie-Hellman groups by their IANA number (IKEv2 Transform Type 4). */
export const keyExchangeGroups = {
  group1: otcOnly('group1', 'modp768'),
  group2: everywhere('group2', 'modp1024'),
  group5: everywhere('group5', 'modp1536'),
  group14: everywhere('group14', 'modp2048'),
  group15: everywhere('group15', 'modp3072'),
  group16: everywhere('group16', 'modp4096'),
  group17: openstackOnly('group17', 'modp6144'),
  group18: openstackOnly('group18', 'modp8192'),
  group19: everywhere('group19', 'ecp256'),
  group20: everywhere('group20', 'ecp384'),
  group21: everywhere('group21', 'ecp521'),
  group22: openstackOnly('group22', 'modp1024s160'),
  group23: openstackOnly('group23', 'modp2048s224'),
  group24: openstackOnly('group24', 'modp2048s256'),
  group25: openstackOnly('group25', 'ecp192'),
  group26: openstackOnly('group26', 'ecp224'),
  group27: openstackOnly('group27', 'ecp224bp'),
  group28: openstackOnly('group28', 'ecp256bp'),
  group29: openstackOnly('group29', 'ecp384bp'),
  group30: openstackOnly('group30', 'ecp512bp'),
  group31: openstackOnly('group31', 'curve25519'),
} satisfies Record<string, Algorithm>

/** Combined-mode ciphers bring their own integrity: CCM and GCM (RFC 5282, RFC 4106, RFC 4309). */
export function isCombinedMode(encryption: EncryptionAlgorithm): boolean {
  return /-[cg]cm-/.test(encryption)
}
