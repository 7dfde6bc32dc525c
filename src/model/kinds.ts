import { type TSchema, Type } from 'typebox'
import { attribute, type Decoding, type Kind } from './attribute.ts'
import { cidrMeant, networkText, parseCidr } from './cidr.ts'
import type { AlgorithmKind, Purpose } from './dialect.ts'
import { largestInteger, unkeepable } from './keepable.ts'
import { type Problem, problem } from './problem.ts'
import { pythonText } from './python-text.ts'
import { Secret } from './secret.ts'

export function invalid(at: Decoding, reason: string): Problem {
  return problem('AttributeInvalid', { attribute: at.attribute, reason })
}

/** How most kinds are shown. */
export const asItIs = <T>(value: T): T => value
const takesLast = <T>(input: T): T => input

export interface TextLimits {
  readonly min?: number
  readonly max?: number
  /** A further rule: the reason why this text is not acceptable, or nothing. */
  readonly refuse?: (text: string, at: Decoding) => string | undefined
  /** The same rule in the words of JSON Schema, for documents and for making valid values. */
  readonly says?: Readonly<Record<string, unknown>>
}

/** Characters of at least `min` and at most `max`; counted as Unicode code points, as the reference does. */
export function text(limits: TextLimits = {}) {
  return attribute(textKind(limits))
}

/** The same as one pattern: what Python calls printable, with blanks inside only. */
const printableName = '^(?:[^\\p{C}\\p{Z}](?:[^\\p{C}\\p{Z}]| (?! *$))*)?$'

/** A name: printable, and neither beginning nor ending with white space (`classic-api.md` §0.4); it may be empty. */
export function nameText() {
  return text({
    max: 255,
    refuse: (value) => {
      if (value.trim() !== value) return `'${value}' begins or ends with white space`
      // What Python does not call printable: control, format, unassigned, private and separators other than the blank.
      return /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(value)
        ? 'it contains a character that is not printable'
        : undefined
    },
    says: { pattern: printableName },
  })
}

function textKind(limits: TextLimits): Kind<string> {
  return {
    schema: Type.String(),
    accepts: () => textSchema(limits),
    decode: (value, at) => {
      if (typeof value !== 'string') throw invalid(at, `'${pythonText(value)}' is not a valid string`)
      refuseText(value, `'${value}'`, limits, at)
      return value
    },
    merge: takesLast,
    render: asItIs,
    storage: 'text',
  }
}

/** What stands in an answer for a key that is not shown: the same for every key, whatever its length. */
const mask = '********'

/** A pre-shared key. Its value never stands in a refusal, and where it is masked in no answer. */
export function secret({ isMasked = false, ...limits }: TextLimits & { readonly isMasked?: boolean } = {}) {
  return attribute<Secret>({
    schema: Type.String(),
    accepts: () => textSchema(limits),
    decode: (value, at) => {
      if (typeof value !== 'string') throw invalid(at, 'it is not a valid string')
      refuseText(value, 'it', limits, at)
      return new Secret(value)
    },
    merge: takesLast,
    render: (value) => (isMasked ? mask : value.reveal()),
    storage: 'secret',
  })
}

/** No database keeps U+0000 in a text. */
const keepableText = '^[^\\u0000]*$'

function textSchema({ min = 0, max, says = { pattern: keepableText } }: TextLimits): TSchema {
  return Type.String({ ...(min > 0 && { minLength: min }), ...(max !== undefined && { maxLength: max }), ...says })
}

/** @param called what the text is called in the refusal. @throws Problem */
function refuseText(text: string, called: string, { min = 0, max, refuse }: TextLimits, at: Decoding): void {
  const isNearALimit = text.length <= min * 2 || (max !== undefined && text.length > max)
  const length = isNearALimit ? [...text].length : text.length
  if (max !== undefined && length > max) throw invalid(at, `${called} exceeds maximum length of ${max}`)
  if (length < min) throw invalid(at, `${called} is shorter than the minimum length of ${min}`)
  const reason = unkeepable(text) ?? refuse?.(text, at)
  if (reason) throw invalid(at, reason)
}

const canonicalShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const uuidShape = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** Lower case with dashes, whichever way it was written; `undefined` for what is no UUID. */
export function canonicalUuid(value: string): string | undefined {
  if (canonicalShape.test(value)) return value
  if (!uuidShape.test(value)) return undefined
  const digits = value.replaceAll('-', '').toLowerCase()
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function decodeUuid(value: unknown, at: Decoding): string {
  const uuid = typeof value === 'string' ? canonicalUuid(value) : undefined
  if (!uuid) throw invalid(at, `'${pythonText(value)}' is not a valid UUID`)
  return uuid
}

export function uuid() {
  return attribute<string>({
    schema: Type.String({ format: 'uuid' }),
    decode: decodeUuid,
    merge: takesLast,
    render: asItIs,
    storage: 'text',
  })
}

/** A text or null in answers, said in one: between the two of a union the serialiser has to decide by validating. */
function orNull(says: Readonly<Record<string, unknown>>): TSchema {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], ...says })
}

export function uuidOrNull() {
  return attribute<string | null>({
    schema: orNull({ format: 'uuid' }),
    accepts: () => Type.Union([Type.String({ format: 'uuid' }), Type.Null()]),
    decode: (value, at) => (value === null ? null : decodeUuid(value, at)),
    merge: takesLast,
    render: asItIs,
    storage: 'text',
  })
}

export function textOrNull(limits: TextLimits = {}) {
  const inner = textKind(limits)
  return attribute<string | null>({
    schema: orNull({}),
    accepts: () => Type.Union([textSchema(limits), Type.Null()]),
    decode: (value, at) => (value === null ? null : inner.decode(value, at)),
    merge: takesLast,
    render: asItIs,
    storage: 'text',
  })
}

/** The owner's project: filled in from the caller before attributes are read. */
export function owner() {
  return text({ max: 255 })
}

/** One of fixed words; case matters. */
export function oneOf<const W extends string>(words: readonly W[]) {
  return attribute(oneOfKind(words))
}

function oneOfKind<const W extends string>(words: readonly W[]): Kind<W> {
  return {
    schema: Type.Unsafe<W>({ type: 'string', enum: [...words] }),
    decode: (value, at) => {
      const found = words.find((word) => word === value)
      if (found === undefined) throw invalid(at, `${pythonText(value)} is not in valid_values`)
      return found
    },
    merge: takesLast,
    render: asItIs,
    storage: 'text',
  }
}

/** A canonical algorithm, spelled by the flavour. */
export function perFlavour<A extends string>(kind: AlgorithmKind) {
  return attribute<A>({
    schema: Type.String(),
    accepts: (dialect) => Type.Unsafe<string>({ type: 'string', enum: [...dialect.words(kind)] }),
    decode: (value, at) => {
      const canonical = typeof value === 'string' ? at.dialect.read(kind, value) : undefined
      if (canonical === undefined) throw invalid(at, `${pythonText(value)} is not in valid_values`)
      return canonical as A
    },
    merge: takesLast,
    render: (value, dialect) => dialect.spell(kind, value),
    storage: 'text',
  })
}

const truths = new Map<unknown, boolean>([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word) => [word, false] as const),
])

/** JSON booleans, 0 and 1, and the reference's words for them in any case. */
export function decodeFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 0 || value === 1) return value === 1
  return typeof value === 'string' ? truths.get(value.trim().toLowerCase()) : undefined
}

export function flag(allowed: { readonly only?: boolean } = {}) {
  return attribute<boolean>({
    schema: Type.Boolean(),
    accepts: () => Type.Boolean({ ...(allowed.only !== undefined && { enum: [allowed.only] }) }),
    decode: (value, at) => {
      const found = decodeFlag(value)
      if (found === undefined) throw problem('NotBoolean', { value: pythonText(value) })
      if (allowed.only !== undefined && found !== allowed.only) {
        throw invalid(at, `${pythonText(found)} is not in valid_values`)
      }
      return found
    },
    merge: takesLast,
    render: asItIs,
    storage: 'boolean',
  })
}

export interface IntegerLimits {
  readonly min?: number
  readonly max?: number
  readonly only?: number
}

/** JSON integers and texts of digits; `undefined` for anything else. */
export function decodeInteger(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined
  return typeof value === 'string' && /^\s*[+-]?\d{1,15}\s*$/.test(value) ? Number(value) : undefined
}

/** As `integer`, or null. */
export function integerOrNull(limits: IntegerLimits = {}) {
  const inner = integerKind(limits, (value) => problem('NotInteger', { value: pythonText(value) }))
  const accepted = inner.accepts ?? (() => inner.schema)
  return attribute<number | null>({
    schema: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
    accepts: (dialect) => Type.Union([accepted(dialect), Type.Null()]),
    decode: (value, at) => (value === null ? null : inner.decode(value, at)),
    merge: takesLast,
    render: asItIs,
    storage: 'integer',
  })
}

/** "1500" is accepted as 1500. */
export function integer(limits: IntegerLimits = {}) {
  return attribute(integerKind(limits, (value) => problem('NotInteger', { value: pythonText(value) })))
}

function integerKind(
  { min, max = largestInteger, only }: IntegerLimits,
  notInteger: (value: unknown, at: Decoding) => Problem,
): Kind<number> {
  return {
    schema: Type.Integer(),
    accepts: () =>
      Type.Integer(
        only === undefined ? { ...(min !== undefined && { minimum: min }), maximum: max } : { enum: [only] },
      ),
    decode: (value, at) => {
      const number = decodeInteger(value)
      if (number === undefined) throw notInteger(value, at)
      if (only !== undefined && number !== only) throw invalid(at, `${number} is not in valid_values`)
      if (min === 0 && number < 0) throw invalid(at, `'${number}' should be non-negative`)
      if (min !== undefined && number < min) {
        throw invalid(at, `'${number}' is too small - must be at least '${min}'`)
      }
      if (number > max) throw invalid(at, `'${number}' is too large - must be no larger than '${max}'`)
      return number
    },
    merge: takesLast,
    render: asItIs,
    storage: 'integer',
  }
}

/**
 * A list of texts. A bare value is a list of one, `null` and `{}` are none: clients of the reference send all of these.
 * What the items may be is for the rule that uses the list, in the reference's order, so they are kept as they came,
 * where they can be kept at all.
 */
export function stringList() {
  return attribute<readonly string[]>({
    schema: Type.Array(Type.String()),
    decode: (value, at) => {
      if (value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0))
        return []
      const texts = (Array.isArray(value) ? value : [value]).map(pythonText)
      const reason = texts.map(unkeepable).find((why) => why !== undefined)
      if (reason) throw invalid(at, reason)
      return texts
    },
    merge: takesLast,
    render: asItIs,
    storage: 'json',
    accepts: () => Type.Array(Type.String({ pattern: keepableText })),
  })
}

/** A list of CIDRs, none twice by its text. */
export function cidrList() {
  const { kind } = stringList()
  return attribute<readonly string[]>({
    ...kind,
    accepts: () => Type.Array(Type.String({ format: 'cidr' }), { uniqueItems: true }),
    decode: (value, at) => {
      const items = kind.decode(value, at)
      const repeated = new Set(items.filter((item, index) => items.indexOf(item) < index))
      if (repeated.size > 0) throw invalid(at, `Duplicate items in the list: '${[...repeated].join(', ')}'`)
      const reason = items.map(refuseCidr).find((each) => each !== undefined)
      if (reason) throw invalid(at, reason)
      return items
    },
  })
}

/** Why a text is no CIDR, in the reference's words; nothing for one that is. */
export function refuseCidr(text: string): string | undefined {
  if (parseCidr(text)) return undefined
  const cidr = cidrMeant(text)
  if (cidr === undefined) return `'${text}' is not a valid IP subnet`
  return `'${text}' isn't a recognized IP subnet cidr, '${networkText(cidr)}' is recommended`
}

export const member = {
  oneOf: oneOfKind,
  /** Inside an object the reference words a wrong integer differently. */
  integer: (limits: IntegerLimits) =>
    integerKind(limits, (value, at) => invalid(at, `'${pythonText(value)}' is not an integer`)),
}

/** A rule over a whole object, after merging with its defaults. */
export interface ObjectRule {
  /** Why the object is not acceptable, or nothing. */
  readonly refuse: (given: Readonly<Record<string, unknown>>) => string | undefined
  /** The same in the words of JSON Schema, by member. */
  readonly says: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** An object of a few keys that is merged key by key: `{}` and `null` on POST mean the defaults, on PUT no change. */
export function object<M extends { readonly [key: string]: Kind<string> | Kind<number> }>(
  members: M,
  defaults: { readonly [K in keyof M]: M[K] extends Kind<infer T> ? T : never },
  rule?: ObjectRule,
) {
  type Whole = { readonly [K in keyof M]: M[K] extends Kind<infer T> ? T : never }
  return attribute<Whole, Partial<Whole>>({
    schema: Type.Object(Object.fromEntries(Object.entries(members).map(([key, kind]) => [key, kind.schema]))),
    accepts: (dialect) => {
      const accepted = Object.entries(members).map(([key, kind]) => {
        const says = { ...rule?.says[key], default: defaults[key] }
        return [key, Type.Optional(Type.Unsafe({ ...(kind.accepts?.(dialect) ?? kind.schema), ...says }))] as const
      })
      return Type.Object(Object.fromEntries(accepted), { additionalProperties: false })
    },
    decode: (value, at) => {
      if (value === null) return {}
      if (typeof value !== 'object' || Array.isArray(value)) {
        throw invalid(at, `'${pythonText(value)}' is not a dictionary`)
      }
      const unknown = Object.keys(value).filter((key) => !Object.hasOwn(members, key))
      if (unknown.length > 0) throw invalid(at, `Unexpected keys supplied: ${unknown.join(', ')}`)
      const given: Record<string, unknown> = {}
      for (const [key, kind] of Object.entries(members)) {
        if (Object.hasOwn(value, key)) given[key] = kind.decode(Reflect.get(value, key), at)
      }
      const reason = rule?.refuse({ ...defaults, ...given })
      if (reason) throw invalid(at, reason)
      return given as Partial<Whole>
    },
    merge: (input, stored) => ({ ...(stored ?? defaults), ...input }),
    render: asItIs,
    storage: { object: Object.fromEntries(Object.entries(members).map(([key, kind]) => [key, kind.storage])) },
  })
}

/** A value that is the same for every object: shown because clients expect the key. */
export function constant<const V extends string | number>(value: V, purposes?: readonly Purpose[]) {
  const builder = attribute<V>({
    schema: typeof value === 'number' ? Type.Integer() : Type.String(),
    decode: () => value,
    merge: () => value,
    render: () => value,
    storage: 'none',
  })
  return purposes ? builder.readOnly(value).shown(...purposes) : builder.readOnly(value)
}

/** Any JSON, decoded by the domain: for attributes whose form is a small protocol of its own. */
export function json<T>(schema: TSchema, decode: (value: unknown, at: Decoding) => T, accepts: TSchema = schema) {
  return attribute<T>({ schema, accepts: () => accepts, decode, merge: takesLast, render: asItIs, storage: 'json' })
}
