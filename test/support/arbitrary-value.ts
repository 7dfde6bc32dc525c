import fc, { type Arbitrary } from 'fast-check'
import { encryptionAlgorithms, integrityAlgorithms, keyExchangeGroups } from '../../src/model/algorithms.ts'
import type { Dialect } from '../../src/model/dialect.ts'
import { Problem } from '../../src/model/problem.ts'
import { attributeIn, type Resource } from '../../src/model/resource.ts'
import { Fields, Raw, Reference, type Wire } from './wire-json.ts'

/**
 * Values of attributes, made from the schemas that the attribute tables hold: what is right, what is one step beside
 * it, and what nobody should send.
 */
export interface ValuesOf {
  readonly valid: Arbitrary<Wire>
  readonly nearly: Arbitrary<Wire>
}

/** The part of JSON Schema that attribute kinds use. */
interface Schema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

const hostileTexts = [
  '',
  ' ',
  "'; drop table vpnservice; --",
  "' or '1'='1",
  '%" union select psk from ipsec_site_connection --',
  '$(reboot)',
  '`id`',
  '; shutdown -h now #',
  '../../etc/passwd',
  '%s%n%x',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'a\r\nX-Injected: yes',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfffb',
  '\u202e\u2066',
  '\ufeff',
  '😀'.repeat(255),
  '😀'.repeat(256),
  'x'.repeat(300),
  '__proto__',
  'constructor',
  'toString',
  '10.0.0.0/8',
  '010.0.0.1',
  '0.0.0.0/0',
  '::/0',
  '127.0.0.1',
  '2001:db8::1',
  'fe80::1%eth0',
  '00000000-0000-4000-8000-00000000dead',
  'true',
  '1500',
  '1e9',
  '９',
  '9'.repeat(30),
]

const hostileNumbers = ['-0', '-1', '1.5', '2147483648', '9007199254740993', '1e308', '1e999', '-1e999', '1e-400']

const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']

export const anyText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

const leaf: Arbitrary<Wire> = fc.oneof(
  anyText,
  fc.constantFrom<Wire>(null, true, false, 0, 1, 1500),
  fc.constantFrom(...hostileNumbers).map((text) => new Raw(text)),
)

const anyKey = fc.oneof(fc.constantFrom(...prototypeNames, 'units', 'value', 'action', 'network_id'), anyText)

const nested = (open: string, close: string, depth: number) => new Raw(open.repeat(depth) + close.repeat(depth))

/** Large and deep ones are rare, because they cost the time of a thousand others. */
const monster: Arbitrary<Wire> = fc.constantFrom<Wire>(
  nested('[', ']', 100_000),
  new Raw(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  'x'.repeat(900_000),
  Array.from({ length: 40_000 }, (_, number) => `10.${number >> 8}.${number & 255}.0/24`),
  new Raw(`[${'{},'.repeat(200_000)}{}]`),
  new Raw(`{${Array.from({ length: 50_000 }, (_, number) => `"k${number}":1`).join()}}`),
)

/** Anything that JSON can say. */
export const hostile: Arbitrary<Wire> = fc.oneof(
  { weight: 240, arbitrary: leaf },
  { weight: 60, arbitrary: fc.array(leaf, { maxLength: 4 }) },
  {
    weight: 99,
    arbitrary: fc.array(fc.tuple(anyKey, leaf), { maxLength: 4 }).map((entries) => new Fields(entries)),
  },
  { weight: 1, arbitrary: monster },
)

const spellings = [
  (id: string) => id,
  (id: string) => id,
  (id: string) => id,
  (id: string) => id.toUpperCase(),
  (id: string) => id.replaceAll('-', ''),
]

/** The id of something alive: half of the time of what the first objects are, which everything else stands on. */
export function reference(singular: string): Arbitrary<Reference> {
  return fc
    .tuple(fc.oneof(fc.constant(0), fc.nat({ max: 30 })), fc.constantFrom(...spellings))
    .map(([index, spell]) => new Reference(singular, index, spell))
}

/** What the ids that an attribute holds are ids of. */
const targets: Readonly<Record<string, string>> = {
  vpnservice_id: 'vpnservice',
  ikepolicy_id: 'ikepolicy',
  ipsecpolicy_id: 'ipsecpolicy',
  local_ep_group_id: 'endpoint_group',
  peer_ep_group_id: 'endpoint_group',
  router_id: 'router',
  subnet_id: 'subnet',
  network_id: 'network',
}

const octet = fc.nat({ max: 255 })
const addresses: Arbitrary<string> = fc.oneof(
  fc.tuple(octet, octet).map(([third, last]) => `172.24.${third}.${last}`),
  octet.map((last) => `2001:DB8::${last.toString(16)}`),
)
const cidrs: Arbitrary<string> = fc.oneof(
  fc.tuple(octet, octet, fc.integer({ min: 16, max: 30 })).map(([one, two, prefix]) => `10.${one}.${two}.0/${prefix}`),
  fc.tuple(octet, fc.integer({ min: 48, max: 128 })).map(([one, prefix]) => `2001:db8:${one}::/${prefix}`),
)
const range = fc.tuple(addresses, addresses).map(([start, end]) => Fields.of({ start, end }))

/** What the schema cannot say of texts and objects that are a small language of their own. */
const languages: Readonly<Record<string, Arbitrary<Wire>>> = {
  peer_address: addresses,
  peer_id: fc.oneof(addresses, fc.constantFrom('@west.example.org', 'west.example.org', 'CN=west')),
  local_id: fc.oneof(fc.constant(''), addresses),
  cidr: cidrs,
  gateway_ip: fc.oneof(addresses, fc.constant(null)),
  external_v4_ip: fc.oneof(addresses, fc.constant(null)),
  peer_cidrs: fc.oneof(fc.array(cidrs, { maxLength: 4 }), cidrs, fc.constant(null)),
  endpoints: fc.oneof(
    fc.array(cidrs, { minLength: 1, maxLength: 4 }),
    fc.array(reference('subnet'), { minLength: 1, maxLength: 3 }),
  ),
  dns_nameservers: fc.array(addresses, { maxLength: 2 }),
  allocation_pools: fc.array(range, { maxLength: 2 }),
  routes: fc.constantFrom<Wire>(null, []),
  external_gateway_info: fc.oneof(
    fc.constantFrom<Wire>(null, Fields.of({})),
    reference('network').map((network_id) => Fields.of({ network_id })),
    fc
      .tuple(reference('network'), fc.boolean(), fc.array(fc.oneof(reference('subnet'), addresses), { maxLength: 2 }))
      .map(([network_id, enable_snat, ips]) =>
        Fields.of({
          network_id,
          enable_snat,
          external_fixed_ips: ips.map((ip) =>
            Fields.of(ip instanceof Reference ? { subnet_id: ip } : { ip_address: ip }),
          ),
        }),
      ),
  ),
}

const algorithms = Object.keys({ ...encryptionAlgorithms, ...integrityAlgorithms, ...keyExchangeGroups })

/** Values of an attribute as the flavour has it; of one that it does not know, whatever comes. */
export function valuesOf(resource: Resource, name: string, dialect: Dialect): ValuesOf {
  const attribute = attributeIn(resource, name, dialect)
  if (!attribute) return { valid: hostile, nearly: hostile }
  // Where only some words are right, the attribute itself is asked which: their spelling is the flavour's.
  const words = algorithms
    .flatMap((each) => (['encryption', 'integrity', 'group'] as const).map((kind) => dialect.spell(kind, each)))
    .concat('disable')
  const right = words.filter((word) => decodes(() => attribute.kind.decode(word, { attribute: name, dialect })))
  const schema: Schema = attribute.kind.schema
  const isOneOfWords = schema.type === 'string' && right.length > 0 && right.length < words.length
  if (isOneOfWords) return { valid: fc.constantFrom(...right), nearly: fc.constantFrom(...words, 'AES-256', ' sha1') }
  const target = targets[name]
  const language = languages[name] ?? (target === undefined ? undefined : ids(target, schema))
  return { valid: language ?? validOf(schema), nearly: nearlyOf(schema) }
}

function decodes(decode: () => unknown): boolean {
  try {
    decode()
    return true
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

function ids(target: string, schema: Schema): Arbitrary<Wire> {
  return schema.anyOf ? fc.option(reference(target), { freq: 6 }) : reference(target)
}

const unpaired = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 12 })

function ofLength(length: number): Arbitrary<string> {
  return fc.constantFrom('x', 'é', '😀').map((character) => character.repeat(length))
}

function validOf(schema: Schema): Arbitrary<Wire> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(validOf))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'string': {
      if (schema.format === 'uuid') return fc.uuid()
      const { minLength = 0, maxLength = 400 } = schema
      const lengths = fc.constantFrom(minLength, minLength + 1, Math.floor(maxLength / 2), maxLength - 1, maxLength)
      return fc.oneof(unpaired, lengths.chain(ofLength))
    }
    case 'integer': {
      const { minimum = 0, maximum = 2 ** 31 - 1 } = schema
      const number = fc.oneof(fc.constantFrom(minimum, maximum, 1500), fc.integer({ min: minimum, max: maximum }))
      return fc.oneof(number, number.map(String))
    }
    case 'boolean':
      return fc.constantFrom<Wire>(true, false, 0, 1, 'yes', 'OFF', 't', 'False')
    case 'array': {
      const item = validOf(schema.items ?? { type: 'string' })
      return fc.oneof(fc.array(item, { maxLength: 3 }), item, fc.constantFrom<Wire>(null, Fields.of({})))
    }
    case 'object': {
      const entries = Object.entries(schema.properties ?? {})
      const members = entries.map(([key, member]) => validOf(member).map((value) => [key, value] as const))
      return fc.tuple(fc.subarray(entries.map(([key]) => key)), ...members).map(([chosen, ...all]) => {
        return new Fields(all.filter(([key]) => chosen.includes(key)))
      })
    }
    default:
      return hostile
  }
}

/** One off a limit, one letter off a word, the right thing as the wrong type. */
function nearlyOf(schema: Schema): Arbitrary<Wire> {
  const wrongType = fc.constantFrom<Wire>(null, true, 0, '', [], Fields.of({}), ['x'], Fields.of({ a: 1 }))
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(nearlyOf))
  if (schema.enum)
    return fc.oneof(fc.constantFrom(...schema.enum.flatMap((w) => [w.toUpperCase(), `${w} `, [w]])), wrongType)
  switch (schema.type) {
    case 'string': {
      if (schema.format === 'uuid')
        return fc.oneof(
          fc.uuid(),
          fc.uuid().map((id) => `${id.slice(0, -1)}g`),
          wrongType,
        )
      const { minLength = 0, maxLength = 400 } = schema
      return fc.oneof(ofLength(maxLength + 1), ofLength(Math.max(0, minLength - 1)), wrongType)
    }
    case 'integer': {
      const { minimum = 0, maximum = 2 ** 31 - 1 } = schema
      const around = [minimum - 1, maximum + 1, 2 ** 31, ` ${minimum} `, '1.0', '1e3', '0x10', `${maximum + 1}`]
      return fc.oneof(fc.constantFrom<Wire>(...around, new Raw('9007199254740993'), new Raw('1500.0')), wrongType)
    }
    case 'boolean':
      return fc.oneof(fc.constantFrom<Wire>(2, -1, 'yes!', 'TRUE ', new Raw('1.0')), wrongType)
    case 'array':
      return fc.oneof(fc.array(hostile, { maxLength: 3 }), wrongType)
    case 'object': {
      const entries = Object.entries(schema.properties ?? {})
      const wrong = fc
        .constantFrom(...entries)
        .chain(([key, member]) => nearlyOf(member).map((value) => new Fields([[key, value]])))
      const extra = validOf(schema).map((fields) => (fields instanceof Fields ? fields.with([['extra', 1]]) : fields))
      return fc.oneof(wrong, extra, wrongType)
    }
    default:
      return hostile
  }
}
