import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressNumber,
  addressText,
  canonicalAddress,
  containsAddress,
  ipVersion,
  networkText,
  overlap,
  parseCidr,
} from './cidr.ts'

const cidrs = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
)

describe('CIDRs', () => {
  it.each(['10.0.0.0/8', '10.0.0.24/24', '0.0.0.0/0', '2001:db8::1/64', '::/0', '192.0.2.1/32'])('reads %s', (text) => {
    expect(parseCidr(text)).toBeDefined()
  })

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/255.0.0.0',
    '010.0.0.0/8',
    '10.0.0/8',
    '0x0a.0.0.0/8',
    '167772160/8',
    ' 10.0.0.0/8',
    '10.0.0.0/8 ',
    '10.0.0.0/8/8',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    '300.0.0.0/8',
    '/8',
    '',
  ])('does not read "%s"', (text) => {
    expect(parseCidr(text)).toBeUndefined()
  })

  it('the network form is the same for every address of a network, and reads as the same network', () => {
    fc.assert(
      fc.property(cidrs, ([address, length]) => {
        const cidr = parseCidr(`${address}/${length}`)
        expect(cidr).toBeDefined()
        if (!cidr) return
        expect(parseCidr(networkText(cidr))).toEqual(cidr)
        expect(containsAddress(cidr, address)).toBe(true)
        expect(networkText(parseCidr(`${addressText(cidr.last, cidr.version)}/${length}`) ?? cidr)).toBe(
          networkText(cidr),
        )
      }),
    )
  })

  it('two overlap when an end of one lies in the other', () => {
    fc.assert(
      fc.property(cidrs, cidrs, (one, other) => {
        const [a, b] = [parseCidr(one.join('/')), parseCidr(other.join('/'))]
        if (!a || !b) throw new Error('both are CIDRs')
        const ends = [a.first, a.last].some((end) => containsAddress(b, addressText(end, a.version)))
        const otherEnds = [b.first, b.last].some((end) => containsAddress(a, addressText(end, b.version)))
        expect(overlap(a, b)).toBe(ends || otherEnds)
        expect(overlap(b, a)).toBe(overlap(a, b))
      }),
    )
  })

  it('an address has one canonical form', () => {
    expect(canonicalAddress('2001:DB8:0:0::1')).toBe('2001:db8::1')
    expect(canonicalAddress('10.0.0.1')).toBe('10.0.0.1')
  })

  it('addresses and numbers are two forms of one thing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const version = ipVersion(address)
        if (!version) throw new Error(`${address} is an address`)
        const number = addressNumber(address)
        expect(addressNumber(addressText(number, version))).toBe(number)
      }),
    )
  })
})
