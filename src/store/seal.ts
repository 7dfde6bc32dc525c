import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomBytes } from 'node:crypto'
import { Secret } from '../model/secret.ts'

/**
 * Seals secrets at rest with AES-256-GCM (NIST SP 800-38D) under the master key. A sealed text is
 * `1.<key id>.<base64 of nonce, tag, ciphertext>`; the place it is kept in is authenticated with it, so that a sealed
 * value copied to another row does not open there.
 */
export interface Sealer {
  seal(secret: Secret, place: string): string
  /** @throws SealBroken when the text was not sealed by this key for this place. */
  open(sealed: string, place: string): Secret
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}

/** How many opened secrets are remembered. */
const mostRemembered = 20_000

const nonceLength = 12
const tagLength = 16

/** @param masterKey 32 bytes. */
export function createSealer(masterKey: Uint8Array): Sealer {
  if (masterKey.length !== 32) throw new Error(`the master key has ${masterKey.length} bytes; it needs 32`)
  const keyId = createHash('sha256').update(masterKey).digest('hex').slice(0, 8)
  // Checked and copied once, not for each secret.
  const key = createSecretKey(masterKey)
  // Opening takes 10 µs, and a list opens a hundred, the same ones each time. Who can read this memory has the key too.
  const remembered = new Map<string, { readonly place: string; readonly secret: Secret }>()
  return {
    seal(secret, place) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
      const ciphertext = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()])
      return `1.${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64')}`
    },
    open(sealed, place) {
      const known = remembered.get(sealed)
      if (known?.place === place) return known.secret
      const secret = opened(sealed, place)
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(sealed, { place, secret })
      return secret
    },
  }

  function opened(sealed: string, place: string): Secret {
    const [version, sealedBy, data] = sealed.split('.')
    if (version !== '1' || data === undefined) throw new SealBroken(`${place} is not a sealed text`)
    if (sealedBy !== keyId) {
      throw new SealBroken(`${place} was sealed with master key ${sealedBy}; the master key given is ${keyId}`)
    }
    const bytes = Buffer.from(data, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength))
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
    try {
      const opened = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()])
      return new Secret(opened.toString('utf8'))
    } catch (cause) {
      throw new SealBroken(`${place} was changed after it was sealed`, { cause })
    }
  }
}
