import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ViciEncodeError, ViciProtocolError } from './errors.ts'
import { decodeMessage, encodeMessage, type ViciInput, type ViciMessage } from './message.ts'

const hostileName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '0',
  '',
  'a.b',
  ' ',
)
const name = fc.oneof(hostileName, fc.string({ unit: 'binary', maxLength: 60 }))
const value = fc.string({ unit: 'binary', maxLength: 400 })

/** Messages as they come out of the decoder: no prototypes anywhere. */
const { message } = fc.letrec<{ message: ViciMessage }>((tie) => ({
  message: fc
    .dictionary(name, fc.oneof({ maxDepth: 4 }, value, fc.array(value), tie('message')), { noNullPrototype: false })
    .map(bare),
}))

function bare(entries: ViciMessage): ViciMessage {
  const copy: ViciMessage = Object.create(null)
  for (const [key, its] of Object.entries(entries)) copy[key] = its
  return copy
}

describe('a message', () => {
  it('is the same after encoding and decoding', () => {
    fc.assert(
      fc.property(message, (original) => {
        // Not toStrictEqual: it takes a key called `constructor` for the constructor.
        expect(isDeepStrictEqual(decodeMessage(encodeMessage(original)), original)).toBe(true)
      }),
    )
  })

  it('carries raw bytes unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
        expect(encodeMessage({ data: bytes }).subarray('\x03\x04data'.length + 2)).toStrictEqual(Buffer.from(bytes))
      }),
    )
  })

  it('is the example of the VICI README, byte for byte', () => {
    const example = { key1: 'value1', section1: { 'sub-section': { key2: 'value2' }, list1: ['item1', 'item2'] } }
    const bytes = Buffer.from(
      '\x03\x04key1\0\x06value1\x01\x08section1\x01\x0bsub-section\x03\x04key2\0\x06value2\x02' +
        '\x04\x05list1\x05\0\x05item1\x05\0\x05item2\x06\x02',
      'latin1',
    )
    expect(encodeMessage(example)).toStrictEqual(bytes)
    expect(decodeMessage(bytes)).toEqual(example)
  })

  it('takes numbers, booleans and absent values from callers', () => {
    const sent: ViciInput = { timeout: -1, noblock: true, force: false, ike: undefined, list: ['a', 7, true] }
    expect(decodeMessage(encodeMessage(sent))).toEqual({
      timeout: '-1',
      noblock: 'yes',
      force: 'no',
      list: ['a', '7', 'yes'],
    })
  })

  it('keeps __proto__ a name like any other', () => {
    const decoded = decodeMessage(encodeMessage(JSON.parse('{"__proto__":{"polluted":"yes"}}')))
    expect(Object.keys(decoded)).toEqual(['__proto__'])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('lets the later of two equal names stay', () => {
    expect(decodeMessage(Buffer.concat([encodeMessage({ a: '1' }), encodeMessage({ a: ['2'] })]))).toEqual({ a: ['2'] })
  })

  it('survives text that is no UTF-8', () => {
    expect(decodeMessage(encodeMessage({ msg: Uint8Array.of(0x61, 0xff) }))).toEqual({ msg: 'a\ufffd' })
  })

  it('survives nesting as deep as a packet allows', () => {
    const levels = 100_000
    const nested = Buffer.concat([Buffer.alloc(2 * levels, '\x01\0', 'latin1'), Buffer.alloc(levels, '\x02', 'latin1')])
    expect(Object.keys(decodeMessage(nested))).toEqual([''])
  })
})

describe('what does not fit', () => {
  it.each<[string, ViciInput, RegExp]>([
    ['a name of 256 bytes', { ['ä'.repeat(128)]: '' }, /^name of ä+… is 256 bytes long, VICI carries at most 255$/],
    [
      'a value of 64 KiB',
      { a: { b: 'x'.repeat(65_536) } },
      /^value of a\.b is 65536 bytes long, VICI carries at most 65535$/,
    ],
    ['a list item of 64 KiB', { a: ['', new Uint8Array(65_536)] }, /^value of a is 65536 bytes/],
    ['a fraction', { timeout: 0.5 }, /^timeout is not an integer that can be sent$/],
    ['no number at all', { timeout: Number.NaN }, /^timeout is not an integer/],
  ])('%s is refused before it is sent', (_, input, words) => {
    expect(() => encodeMessage(input)).toThrow(ViciEncodeError)
    expect(() => encodeMessage(input)).toThrow(words)
  })

  it('goes up to the limits', () => {
    const full = { ['n'.repeat(255)]: 'v'.repeat(65_535) }
    expect(decodeMessage(encodeMessage(full))).toEqual(full)
  })
})

describe('malformed bytes', () => {
  it.each([
    ['an unknown element', '\x07', 'unknown element type 7', 0],
    ['a type of 0', '\x03\x01a\0\x01b\0', 'unknown element type 0', 6],
    ['a section never ended', '\x01\x01a', 'message ends within a section', 3],
    ['a list never ended', '\x04\x01a', 'message ends within a list', 3],
    ['an end without a section', '\x02', 'end of a section that was not started', 0],
    ['an end without a list', '\x06', 'end of a list that was not started', 0],
    ['an item without a list', '\x05\0\x01a', 'list item outside a list', 0],
    ['a key within a list', '\x04\x01a\x03\x01b\0\0', 'element type 3 within a list', 3],
    ['a list within a list', '\x04\x01a\x04\x01b', 'element type 4 within a list', 3],
    ['a name cut off', '\x03\x05abc', 'key longer than the message', 1],
    ['no name', '\x01', 'length of section name cut off', 1],
    ['half a value length', '\x03\x01a\0', 'length of value cut off', 3],
    ['a value cut off', '\x03\x01a\0\x05bcd', 'value longer than the message', 3],
  ])('%s is named with its place', (_, bytes, what, offset) => {
    const decode = () => decodeMessage(Buffer.from(bytes, 'latin1'))
    expect(decode).toThrow(ViciProtocolError)
    expect(decode).toThrow(expect.objectContaining({ what, offset }))
  })

  it('never give anything but a message or a protocol error', () => {
    const elementish = fc.oneof(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(elementish, { maxLength: 60 }), (bytes) => {
        try {
          decodeMessage(Uint8Array.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(ViciProtocolError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
