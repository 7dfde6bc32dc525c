import { expect, it } from 'vitest'
import { identity } from './translate-identity.ts'

it.each([
  ['203.0.113.1', '203.0.113.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['ipv4:203.0.113.1', '203.0.113.1'],
  ['@203.0.113.1', 'fqdn:203.0.113.1'],
  ['@gate.example', 'fqdn:gate.example'],
  ['gate.example', 'fqdn:gate.example'],
  ['4711', 'fqdn:4711'],
  ['user@example.org', 'email:user@example.org'],
  ['C=CH, O=Ours, CN=gate', 'C=CH, O=Ours, CN=gate'],
  ['asn1dn:C=CH', 'C=CH'],
  ['asn1dn:#3000', 'asn1dn:#3000'],
  ['keyid:a=b@c', 'keyid:a=b@c'],
  ['@#0a1b', '@#0a1b'],
  ['%any', '%any'],
])('says %s as %s', (text, said) => {
  expect(identity(text)).toBe(said)
})
