import { encryptionAlgorithms, type integrityAlgorithms, keyExchangeGroups } from '../../../model/algorithms.ts'
import type { Proposal } from '../../signal.ts'

/**
 * Proposals as charon writes them into its log, `IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048, IKE:…`, in
 * canonical words. Pure.
 */
export function proposalsIn(text: string): Proposal[] {
  return text.split(', ').map((one) => {
    const words = one.replace(/^(IKE|ESP|AH):/, '').split('/')
    return {
      encryption: found(words, encryption, /^(AES|3DES|DES|CAMELLIA|CHACHA20|BLOWFISH|NULL|CAST)/),
      integrity: found(words, integrity, /^(HMAC_|AES_XCBC_96|AES_CMAC_96)/),
      group: found(words, groups, /^(MODP|ECP|CURVE|NTRU)/),
    }
  })
}

/** The first word of a kind: in our words where we have one for it. */
function found(words: readonly string[], known: ReadonlyMap<string, string>, kind: RegExp): string | undefined {
  const word = words.find((each) => known.has(each)) ?? words.find((each) => kind.test(each) && !isOfAnotherKind(each))
  return word === undefined ? undefined : (known.get(word) ?? word)
}

function isOfAnotherKind(word: string): boolean {
  return [encryption, integrity, groups].some((known) => known.has(word))
}

const integrity: ReadonlyMap<string, string> = new Map([
  ['HMAC_MD5_96', 'md5'],
  ['HMAC_SHA1_96', 'sha1'],
  ['HMAC_SHA2_256_128', 'sha256'],
  ['HMAC_SHA2_384_192', 'sha384'],
  ['HMAC_SHA2_512_256', 'sha512'],
  ['AES_XCBC_96', 'aes-xcbc'],
  ['AES_CMAC_96', 'aes-cmac'],
] satisfies [string, keyof typeof integrityAlgorithms][])

const encryption: ReadonlyMap<string, string> = new Map(
  Object.entries(encryptionAlgorithms).map(([canonical, { strongswan }]) => [encryptionWord(strongswan), canonical]),
)

const groups: ReadonlyMap<string, string> = new Map(
  Object.entries(keyExchangeGroups).map(([canonical, { strongswan }]) => [groupWord(strongswan), canonical]),
)

/** `aes256` is AES_CBC_256 in the log, `aes128gcm16` AES_GCM_16_128. */
function encryptionWord(token: string): string {
  const [, bits = '', mode = '', tag = ''] = /^aes(\d+)(ctr|ccm|gcm)?(\d*)$/.exec(token) ?? []
  if (bits === '') return '3DES_CBC'
  if (mode === '') return `AES_CBC_${bits}`
  return ['AES', mode.toUpperCase(), ...(tag === '' ? [] : [tag]), bits].join('_')
}

/** `modp2048` is MODP_2048, `modp1024s160` MODP_1024_160, `ecp256bp` ECP_256_BP. */
function groupWord(token: string): string {
  const [, family = '', bits = '', rest = ''] = /^([a-z]+)(\d+)(.*)$/.exec(token) ?? []
  const suffix = rest === '' ? '' : `_${rest.replace(/^s/, '').toUpperCase()}`
  return `${family.toUpperCase()}_${bits}${suffix}`
}
