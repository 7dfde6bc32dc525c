import { isIP } from 'node:net'

/**
 * An IKE identity with its type spelled out where charon offers a spelling, so that charon does not guess. Upstream's
 * habits: an address is an address, a leading `@` says "a name, not an address", `user@name` is an e-mail address, and
 * something with `=` in it a distinguished name.
 *
 * Addresses and distinguished names go bare: after `ipv4:` and `asn1dn:` charon expects their bytes, not their text
 * (`ipv4:203.0.113.1` became 50.48.51.46, `asn1dn:C=CH` an empty name). A name that looks like an address
 * (`@203.0.113.1`) stays a name by its prefix. `@#0a1b` is charon's own way to write bytes.
 */
export function identity(text: string): string {
  const bare = text.replace(/^(ipv4|ipv6|asn1dn):(?!#)/i, '')
  if (bare !== text || text === '%any' || hasPrefix(text)) return bare
  if (isIP(text) !== 0 || text.startsWith('@#')) return text
  if (text.startsWith('@')) return `fqdn:${text.slice(1)}`
  if (text.includes('=')) return text
  if (text.includes('@')) return `email:${text}`
  return `fqdn:${text}`
}

/** Types whose prefix takes text. */
function hasPrefix(text: string): boolean {
  return /^(fqdn|dns|email|rfc822|userfqdn|asn1dn|keyid):/i.test(text)
}
