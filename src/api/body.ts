import { problem } from '../model/problem.ts'

/** Largest body that is read, in bytes. Signed requests may be larger; nothing here needs to be. */
export const bodyLimit = 1024 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Bytes to JSON. An absent body is `undefined`.
 * @throws Problem when the bytes are no UTF-8 or no JSON.
 */
export function decodeJson(raw: Uint8Array | undefined): unknown {
  if (!raw || raw.length === 0) return undefined
  try {
    return JSON.parse(utf8.decode(raw))
  } catch {
    throw problem('BodyNotJson', { reason: 'Cannot understand JSON' })
  }
}
