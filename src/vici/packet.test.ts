import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ViciEncodeError, ViciProtocolError } from './errors.ts'
import { decodePacket, encodePacket, MAX_PACKET_BYTES, type Packet, PacketReader } from './packet.ts'

const name = fc.stringMatching(/^[\x20-\x7e]{1,40}$/)
const message = fc.dictionary(fc.string({ maxLength: 20 }), fc.oneof(fc.string(), fc.array(fc.string())))
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ kind: fc.constantFrom('request' as const, 'event' as const), name, message }),
  fc.record({ kind: fc.constant('response' as const), message }),
  fc.record({ kind: fc.constantFrom('register' as const, 'unregister' as const), name }),
  fc.record({ kind: fc.constantFrom('unknown-command' as const, 'confirm' as const, 'unknown-event' as const) }),
)

function read(...chunks: Uint8Array[]): Packet[] {
  const reader = new PacketReader()
  return chunks.flatMap((chunk) => [...reader.push(chunk)])
}

function withLength(bytes: string): Buffer {
  const body = Buffer.from(bytes, 'latin1')
  const header = Buffer.alloc(4)
  header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

describe('a packet', () => {
  it.each<[Packet, string]>([
    [{ kind: 'request', name: 'version', message: {} }, '\0\0\0\x09\0\x07version'],
    [{ kind: 'response', message: { a: 'b' } }, '\0\0\0\x07\x01\x03\x01a\0\x01b'],
    [{ kind: 'unknown-command' }, '\0\0\0\x01\x02'],
    [{ kind: 'register', name: 'log' }, '\0\0\0\x05\x03\x03log'],
    [{ kind: 'unregister', name: 'log' }, '\0\0\0\x05\x04\x03log'],
    [{ kind: 'confirm' }, '\0\0\0\x01\x05'],
    [{ kind: 'unknown-event' }, '\0\0\0\x01\x06'],
    [{ kind: 'event', name: 'log', message: {} }, '\0\0\0\x05\x07\x03log'],
  ])('%o has these bytes', (its, bytes) => {
    expect(encodePacket(its)).toStrictEqual(Buffer.from(bytes, 'latin1'))
    expect(decodePacket(Buffer.from(bytes, 'latin1').subarray(4))).toEqual(its)
  })

  it('is refused where charon would not even answer', () => {
    for (const bad of ['', 'é', 'a\n', 'x'.repeat(256)]) {
      expect(() => encodePacket({ kind: 'request', name: bad, message: {} })).toThrow(ViciEncodeError)
      expect(() => encodePacket({ kind: 'register', name: bad })).toThrow(ViciEncodeError)
    }
  })

  it('is refused above 512 KiB, without its contents in the error', () => {
    const most = { list: Array.from({ length: 9 }, () => 'secret'.repeat(10_000)) }
    expect(() => encodePacket({ kind: 'request', name: 'load-conn', message: most })).toThrow(
      /^a request of 540\d+ bytes is more than the 524288 VICI carries$/,
    )
  })

  it.each([
    ['', 'empty packet', 0],
    ['\x08', 'unknown packet kind 8', 0],
    ['\x07', 'packet ends before its name', 1],
    ['\x07\x05log', 'name longer than the packet', 1],
    ['\x05x', 'bytes behind the end of the packet', 1],
    ['\x03\x01ab', 'bytes behind the end of the packet', 3],
    ['\x01\x02', 'end of a section that was not started', 1],
    ['\x07\x01a\x03\x05', 'key longer than the message', 4],
  ])('%j is malformed', (bytes, what, offset) => {
    const decode = () => decodePacket(Buffer.from(bytes, 'latin1'))
    expect(decode).toThrow(ViciProtocolError)
    expect(decode).toThrow(expect.objectContaining({ what, offset }))
  })
})

describe('the reader', () => {
  it('gives the same packets wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 4 }), (packets) => {
        const stream = Buffer.concat(packets.map((its) => encodePacket(its)))
        for (let cut = 0; cut <= stream.length; cut++) {
          expect(read(stream.subarray(0, cut), stream.subarray(cut))).toEqual(packets)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('gives the same packets cut into any pieces', () => {
    const pieces = fc.tuple(fc.array(packet, { maxLength: 8 }), fc.infiniteStream(fc.integer({ min: 0, max: 40 })))
    fc.assert(
      fc.property(pieces, ([packets, sizes]) => {
        let rest = Buffer.concat(packets.map((its) => encodePacket(its)))
        const chunks: Buffer[] = []
        while (rest.length > 0) {
          const size = sizes.next().value ?? 1
          chunks.push(rest.subarray(0, size))
          rest = rest.subarray(size)
        }
        expect(read(...chunks)).toEqual(packets)
      }),
    )
  })

  it('knows whether it stands between two packets', () => {
    const reader = new PacketReader()
    const bytes = encodePacket({ kind: 'register', name: 'log' })
    expect(reader.isMidPacket).toBe(false)
    for (const end of [1, 4, 6]) {
      const fresh = new PacketReader()
      expect([...fresh.push(bytes.subarray(0, end))]).toEqual([])
      expect(fresh.isMidPacket).toBe(true)
    }
    expect([...reader.push(bytes)]).toHaveLength(1)
    expect(reader.isMidPacket).toBe(false)
  })

  it('takes a packet of exactly 512 KiB', () => {
    const filler = '\x03\x01a\xff\xff'.concat('x'.repeat(0xffff))
    const fill = filler.repeat(7)
    const rest = MAX_PACKET_BYTES - 1 - fill.length - 5
    const last = `\x03\x01b${String.fromCharCode(rest >> 8, rest & 0xff)}${'y'.repeat(rest)}`
    const [only] = read(withLength(`\x01${fill}${last}`))
    expect(only).toMatchObject({ kind: 'response', message: { b: 'y'.repeat(rest) } })
  })

  it.each([
    ['above 512 KiB', Uint8Array.of(0, 8, 0, 1), 'packet announced with 524289 bytes, more than 524288'],
    [
      'of somebody who speaks HTTP',
      Buffer.from('HTTP/1.1'),
      'packet announced with 1213486160 bytes, more than 524288',
    ],
    ['of nothing', Uint8Array.of(0, 0, 0, 0), 'packet of length 0'],
  ])('refuses a length %s, after the good packets before it', (_, bytes, what) => {
    const reader = new PacketReader()
    const packets = reader.push(Buffer.concat([encodePacket({ kind: 'confirm' }), bytes]))
    expect(packets.next().value).toEqual({ kind: 'confirm' })
    expect(() => packets.next()).toThrow(expect.objectContaining({ what }))
  })
})
