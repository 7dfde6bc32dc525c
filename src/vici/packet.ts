/**
 * One packet: four bytes of big-endian length (not counting themselves), one byte of kind, then a name and/or a message.
 * Source: strongSwan `src/libcharon/plugins/vici/README.md`, "Transport protocol" and "Packet layer".
 */
import { ViciEncodeError, ViciProtocolError } from './errors.ts'
import { decodeMessage, encodeMessage, type ViciInput, type ViciMessage } from './message.ts'

/** We send `request`, `register` and `unregister`; charon sends the others. */
export type Packet<Message = ViciMessage> =
  | { readonly kind: 'request' | 'event'; readonly name: string; readonly message: Message }
  | { readonly kind: 'response'; readonly message: Message }
  | { readonly kind: 'register' | 'unregister'; readonly name: string }
  | { readonly kind: 'unknown-command' | 'confirm' | 'unknown-event' }

/** The position is the number on the wire. */
const kinds = [
  'request',
  'response',
  'unknown-command',
  'register',
  'unregister',
  'confirm',
  'unknown-event',
  'event',
] as const satisfies readonly Packet['kind'][]

/** Both sides refuse more; charon drops the connection over it. */
export const MAX_PACKET_BYTES = 512 * 1024

const HEADER_BYTES = 4
const printableAscii = /^[\x20-\x7e]{1,255}$/

/**
 * A packet with its length in front, ready for the socket. Throws `ViciEncodeError` for what charon would not take. A command or
 * event name with other than printable characters is refused here because charon gives *no answer* to one.
 */
export function encodePacket(packet: Packet<ViciInput>): Buffer {
  const parts: Uint8Array[] = [Uint8Array.of(kinds.indexOf(packet.kind))]
  if ('name' in packet) {
    if (!printableAscii.test(packet.name)) {
      throw new ViciEncodeError(`the name of a ${packet.kind} must be 1 to 255 printable ASCII characters`)
    }
    parts.push(Uint8Array.of(packet.name.length), Buffer.from(packet.name, 'ascii'))
  }
  if ('message' in packet) parts.push(encodeMessage(packet.message))

  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length > MAX_PACKET_BYTES) {
    throw new ViciEncodeError(`a ${packet.kind} of ${length} bytes is more than the ${MAX_PACKET_BYTES} VICI carries`)
  }
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32BE(length)
  return Buffer.concat([header, ...parts])
}

/** The packet in `bytes` (without its length). Throws `ViciProtocolError`; offsets count from the byte of the kind. */
export function decodePacket(bytes: Uint8Array): Packet {
  const number = bytes[0]
  const kind = number === undefined ? undefined : kinds[number]
  switch (kind) {
    case undefined:
      throw new ViciProtocolError(number === undefined ? 'empty packet' : `unknown packet kind ${number}`, 0)
    case 'request':
    case 'event': {
      const [name, end] = decodeName(bytes)
      return { kind, name, message: decodeMessageAt(bytes, end) }
    }
    case 'response':
      return { kind, message: decodeMessageAt(bytes, 1) }
    case 'register':
    case 'unregister': {
      const [name, end] = decodeName(bytes)
      refuseTrailingBytes(bytes, end)
      return { kind, name }
    }
    default:
      refuseTrailingBytes(bytes, 1)
      return { kind }
  }
}

function decodeName(bytes: Uint8Array): [name: string, end: number] {
  const length = bytes[1]
  if (length === undefined) throw new ViciProtocolError('packet ends before its name', 1)
  const end = 2 + length
  if (end > bytes.length) throw new ViciProtocolError('name longer than the packet', 1)
  return [Buffer.from(bytes.subarray(2, end)).toString('utf8'), end]
}

function decodeMessageAt(bytes: Uint8Array, start: number): ViciMessage {
  try {
    return decodeMessage(bytes.subarray(start))
  } catch (error) {
    if (error instanceof ViciProtocolError) throw new ViciProtocolError(error.what, start + error.offset)
    throw error
  }
}

/** A sign that the two sides no longer agree where a packet begins; better noticed here than three packets later. */
function refuseTrailingBytes(bytes: Uint8Array, end: number): void {
  if (bytes.length > end) throw new ViciProtocolError('bytes behind the end of the packet', end)
}

/** Makes whole packets of chunks of any size. Holds at most one unfinished packet. */
export class PacketReader {
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #body: Buffer | undefined
  #filled = 0

  /** Whether the stream stopped in the middle of a packet. */
  get isMidPacket(): boolean {
    return this.#body !== undefined || this.#filled > 0
  }

  /**
   * The packets that this chunk completes. Iterate to the end. Throws `ViciProtocolError`, after the good packets before it, for a
   * length of 0 or above 512 KiB and for a malformed packet; the reader is useless from then on.
   */
  *push(chunk: Uint8Array): Generator<Packet, void, undefined> {
    let rest = chunk
    while (rest.length > 0) {
      const target = this.#body ?? this.#header
      const taken = rest.subarray(0, target.length - this.#filled)
      target.set(taken, this.#filled)
      this.#filled += taken.length
      rest = rest.subarray(taken.length)
      if (this.#filled < target.length) return

      this.#filled = 0
      if (this.#body === undefined) {
        this.#body = Buffer.alloc(announcedLength(this.#header))
      } else {
        const packet = decodePacket(this.#body)
        this.#body = undefined
        yield packet
      }
    }
  }
}

function announcedLength(header: Buffer): number {
  const length = header.readUInt32BE()
  if (length === 0) throw new ViciProtocolError('packet of length 0', 0)
  if (length > MAX_PACKET_BYTES) {
    throw new ViciProtocolError(`packet announced with ${length} bytes, more than ${MAX_PACKET_BYTES}`, 0)
  }
  return length
}
