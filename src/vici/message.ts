/**
 * The tree of sections, keys and lists that travels in requests, replies and events, to and from bytes. Pure.
 *
 * Source: strongSwan `src/libcharon/plugins/vici/README.md`, "Message format". An element is one type byte, then
 * a name (1-byte length) and/or a value (2-byte big-endian length). The message's own length is the packet's business.
 */
import { ViciEncodeError, ViciProtocolError } from './errors.ts'

/**
 * What charon said. Values are text, `yes`/`no` and numbers included; lists are flat; sections nest.
 * Objects have no prototype: names of connections are user data, and `__proto__` is a name like any other.
 * Of two elements with the same name in one section the later one stays.
 */
export interface ViciMessage {
  [name: string]: string | string[] | ViciMessage
}

/** One value to send: text as UTF-8, bytes as they are, integers in decimal, booleans as `yes` and `no`. */
export type ViciValue = string | number | boolean | Uint8Array

/** What can be sent. `undefined` is left out, so optional arguments can be passed on as they are. */
export interface ViciInput {
  readonly [name: string]: ViciValue | readonly ViciValue[] | ViciInput | undefined
}

const SECTION_START = 1
const SECTION_END = 2
const KEY_VALUE = 3
const LIST_START = 4
const LIST_ITEM = 5
const LIST_END = 6

const MAX_NAME_BYTES = 0xff
const MAX_VALUE_BYTES = 0xffff

const sectionEnd = Uint8Array.of(SECTION_END)
const listEnd = Uint8Array.of(LIST_END)

/** Bytes of a message; throws `ViciEncodeError` naming the place (never the value) where something does not fit. */
export function encodeMessage(message: ViciInput): Buffer {
  const parts: Uint8Array[] = []
  encodeSection(message, '', parts)
  return Buffer.concat(parts)
}

function encodeSection(section: ViciInput, path: string, parts: Uint8Array[]): void {
  for (const [name, value] of Object.entries(section)) {
    const here = path === '' ? name : `${path}.${name}`
    if (value === undefined) continue
    if (isValue(value)) {
      parts.push(named(KEY_VALUE, name, here), ...lengthAndBytes(value, here))
    } else if (isList(value)) {
      parts.push(named(LIST_START, name, here))
      for (const item of value) parts.push(Uint8Array.of(LIST_ITEM), ...lengthAndBytes(item, here))
      parts.push(listEnd)
    } else {
      parts.push(named(SECTION_START, name, here))
      encodeSection(value, here, parts)
      parts.push(sectionEnd)
    }
  }
}

function isValue(value: ViciValue | readonly ViciValue[] | ViciInput): value is ViciValue {
  return typeof value !== 'object' || value instanceof Uint8Array
}

function isList(value: readonly ViciValue[] | ViciInput): value is readonly ViciValue[] {
  return Array.isArray(value)
}

function named(type: number, name: string, path: string): Buffer {
  const bytes = Buffer.from(name)
  if (bytes.length > MAX_NAME_BYTES) throw tooLong('name', path, bytes.length, MAX_NAME_BYTES)
  return Buffer.concat([Uint8Array.of(type, bytes.length), bytes])
}

function lengthAndBytes(value: ViciValue, path: string): [Uint8Array, Uint8Array] {
  const bytes = value instanceof Uint8Array ? value : Buffer.from(valueText(value, path))
  if (bytes.length > MAX_VALUE_BYTES) throw tooLong('value', path, bytes.length, MAX_VALUE_BYTES)
  return [Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]
}

function valueText(value: string | number | boolean, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (!Number.isSafeInteger(value)) throw new ViciEncodeError(`${shown(path)} is not an integer that can be sent`)
  return String(value)
}

function tooLong(what: 'name' | 'value', path: string, length: number, limit: number): ViciEncodeError {
  return new ViciEncodeError(`${what} of ${shown(path)} is ${length} bytes long, VICI carries at most ${limit}`)
}

function shown(path: string): string {
  return path.length > 120 ? `${path.slice(0, 120)}…` : path
}

/**
 * The message in these bytes; throws `ViciProtocolError` with the offset of the element at fault. Bytes that are not UTF-8
 * (a peer's strange identity in a log line) become U+FFFD rather than an error. Nesting costs heap, not stack.
 */
export function decodeMessage(bytes: Uint8Array): ViciMessage {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const root = emptyMessage()
  const enclosing: ViciMessage[] = []
  let section = root
  let list: string[] | undefined
  let at = 0

  /** A length of `width` bytes and as many bytes of text behind it, moving past both. */
  const text = (width: 1 | 2, what: string): string => {
    if (at + width > data.length) throw new ViciProtocolError(`length of ${what} cut off`, at)
    const start = at + width
    const end = start + data.readUIntBE(at, width)
    if (end > data.length) throw new ViciProtocolError(`${what} longer than the message`, at)
    at = end
    return data.toString('utf8', start, end)
  }

  while (at < data.length) {
    const start = at
    const type = data.readUInt8(at++)
    if (list !== undefined && type !== LIST_ITEM && type !== LIST_END) {
      throw new ViciProtocolError(`element type ${type} within a list`, start)
    }
    switch (type) {
      case SECTION_START: {
        const inner = emptyMessage()
        section[text(1, 'section name')] = inner
        enclosing.push(section)
        section = inner
        break
      }
      case SECTION_END: {
        const outer = enclosing.pop()
        if (outer === undefined) throw new ViciProtocolError('end of a section that was not started', start)
        section = outer
        break
      }
      case KEY_VALUE: {
        const name = text(1, 'key')
        section[name] = text(2, 'value')
        break
      }
      case LIST_START: {
        list = []
        section[text(1, 'list name')] = list
        break
      }
      case LIST_ITEM: {
        if (list === undefined) throw new ViciProtocolError('list item outside a list', start)
        list.push(text(2, 'list item'))
        break
      }
      case LIST_END: {
        if (list === undefined) throw new ViciProtocolError('end of a list that was not started', start)
        list = undefined
        break
      }
      default:
        throw new ViciProtocolError(`unknown element type ${type}`, start)
    }
  }
  if (list !== undefined) throw new ViciProtocolError('message ends within a list', at)
  if (enclosing.length > 0) throw new ViciProtocolError('message ends within a section', at)
  return root
}

function emptyMessage(): ViciMessage {
  return Object.create(null)
}
