import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../model/secret.ts'
import { createSealer, SealBroken } from './seal.ts'

const key = randomBytes(32)
const place = 'ipsec_site_connection:psk:1'

describe('sealing', () => {
  it('opens what it sealed, whatever it is, and shows nothing of it', () => {
    const sealer = createSealer(key)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const sealed = sealer.seal(new Secret(text), place)
        expect(sealer.open(sealed, place).reveal()).toBe(text)
        if (text.length > 3) expect(sealed).not.toContain(text)
      }),
    )
  })

  it('never seals alike twice', () => {
    const sealer = createSealer(key)
    expect(sealer.seal(new Secret('same'), place)).not.toBe(sealer.seal(new Secret('same'), place))
  })

  it('opens nothing that was changed, moved to another place, or sealed with another key', () => {
    const sealer = createSealer(key)
    const sealed = sealer.seal(new Secret('correct horse'), place)
    const [version, id, data = ''] = sealed.split('.')
    const bytes = Buffer.from(data, 'base64')
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => sealer.open(`${version}.${id}.${changed.toString('base64')}`, place)).toThrow(SealBroken)
    }
    expect(() => sealer.open(sealed, 'ipsec_site_connection:psk:2')).toThrow(SealBroken)
    expect(() => createSealer(randomBytes(32)).open(sealed, place)).toThrow(/the master key given is/)
    expect(() => sealer.open('correct horse', place)).toThrow(SealBroken)
  })
})
