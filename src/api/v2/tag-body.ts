import { decodeInteger } from '../../model/kinds.ts'
import { problem } from '../../model/problem.ts'
import { pythonText } from '../../model/python-text.ts'
import { type Tag, type TagCondition, type TagSearch, tagLimits } from '../../model/tag.ts'

/**
 * Bodies of the tag API (`classic-api.md` §7). Tags that are written obey narrow rules; those that are deleted or searched
 * for may be whatever somebody once wrote.
 */

/** @throws Problem */
export function decodeOneTag(body: unknown): Tag {
  return decodeTag(member(objectOf(body, ['tag']), 'tag'))
}

/** What a request about several tags asks for. */
export type TagsAction =
  | { readonly action: 'create'; readonly tags: readonly Tag[] }
  | { readonly action: 'delete'; readonly keys: readonly string[] }

/** @throws Problem */
export function decodeTagsAction(body: unknown): TagsAction {
  const given = objectOf(body, ['action', 'tags'])
  const action = oneOf(given, 'action', ['create', 'delete'])
  const listed = listOf(member(given, 'tags'), 'tags', tagLimits.atOnce)
  if (action === 'delete') return { action, keys: listed.map(decodeKeyToDelete) }
  const tags = listed.map(decodeTag)
  refuseRepeated(
    tags.map(({ key }) => key),
    'tags',
  )
  return { action, tags }
}

/** A search and how it is to be answered. */
export type TagQuery = TagSearch & {
  /** Absent: only the number of what was found. */
  readonly page?: { readonly limit: number; readonly offset: number }
}

/** @throws Problem */
export function decodeTagSearch(body: unknown): TagQuery {
  const given = objectOf(body, ['action', 'tags', 'matches', 'limit', 'offset'])
  const action = oneOf(given, 'action', ['filter', 'count'])
  const tags = listOf(given.tags ?? [], 'tags', tagLimits.atOnce).map(decodeCondition)
  refuseRepeated(
    tags.map(({ key }) => key),
    'tags',
  )
  const search = { tags, name: decodeMatches(given.matches ?? []) }
  if (action === 'count') return search
  const limit = number(given, 'limit', { least: 1, greatest: 1000, usual: 1000 })
  const offset = number(given, 'offset', { least: 0, greatest: Number.MAX_SAFE_INTEGER, usual: 0 })
  return { ...search, page: { limit, offset } }
}

const allowed = /^[A-Za-z0-9_-]*$/

function decodeTag(value: unknown): Tag {
  const given = objectIn(value, 'tag', ['key', 'value'])
  const key = textOf(member(given, 'key'), 'key', { min: 1, max: tagLimits.key })
  const text = textOf(member(given, 'value'), 'value', { min: 0, max: tagLimits.value })
  for (const [name, part] of Object.entries({ key, value: text })) {
    if (!allowed.test(part)) throw invalid(name, `'${part}' has other characters than letters, digits, '-' and '_'`)
  }
  return { key, value: text }
}

/** The value may be named or not; the tag goes either way. */
function decodeKeyToDelete(value: unknown): string {
  const given = objectIn(value, 'tag', ['key', 'value'])
  return textOf(member(given, 'key'), 'key', { min: 1, max: 255 })
}

function decodeCondition(value: unknown): TagCondition {
  const given = objectIn(value, 'tags', ['key', 'values'])
  const key = textOf(member(given, 'key'), 'key', { min: 1, max: 127 })
  const values = listOf(member(given, 'values'), 'values', tagLimits.atOnce).map((each) =>
    textOf(each, 'values', { min: 0, max: 255 }),
  )
  refuseRepeated(values, 'values')
  return { key, values }
}

/** There is one thing to match: the name. */
function decodeMatches(value: unknown): string {
  const matches = listOf(value, 'matches', 1).map((each) => {
    const given = objectIn(each, 'matches', ['key', 'value'])
    oneOf(given, 'key', ['resource_name'])
    return textOf(member(given, 'value'), 'value', { min: 0, max: 255 })
  })
  return matches[0] ?? ''
}

type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function objectOf(body: unknown, known: readonly string[]): JsonObject {
  if (body === undefined || body === null) throw problem('BodyMissing')
  if (!isObject(body)) throw problem('BodyInvalid')
  return objectIn(body, 'body', known)
}

function objectIn(value: unknown, name: string, known: readonly string[]): JsonObject {
  if (!isObject(value)) throw invalid(name, `'${pythonText(value)}' is not a dictionary`)
  const unknown = Object.keys(value).filter((key) => !known.includes(key))
  if (unknown.length > 0) throw problem('UnknownAttributes', { attributes: unknown.join(', ') })
  return value
}

function member(object: JsonObject, name: string): unknown {
  if (!Object.hasOwn(object, name) || object[name] === null) throw problem('AttributeRequired', { attribute: name })
  return object[name]
}

function oneOf<const W extends string>(object: JsonObject, name: string, words: readonly W[]): W {
  const value = member(object, name)
  const word = words.find((each) => each === value)
  if (word === undefined) throw invalid(name, `${pythonText(value)} is not in valid_values`)
  return word
}

function listOf(value: unknown, name: string, greatest: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(name, `'${pythonText(value)}' is not a list`)
  if (value.length > greatest) throw invalid(name, `it has ${value.length} items; it may have ${greatest}`)
  return value
}

function textOf(value: unknown, name: string, { min, max }: { readonly min: number; readonly max: number }): string {
  if (typeof value !== 'string') throw invalid(name, `'${pythonText(value)}' is not a valid string`)
  const { length } = [...value]
  if (length < min) throw invalid(name, `it is shorter than the minimum length of ${min}`)
  if (length > max) throw invalid(name, `'${value}' exceeds maximum length of ${max}`)
  return value
}

/** Integers and texts of digits: the documentation's example has one in quotes. */
function number(
  object: JsonObject,
  name: string,
  { least, greatest, usual }: { readonly least: number; readonly greatest: number; readonly usual: number },
): number {
  const value = object[name] ?? usual
  const read = typeof value === 'boolean' ? undefined : decodeInteger(value)
  if (read === undefined) throw invalid(name, `'${pythonText(value)}' is not an integer`)
  if (read < least) throw invalid(name, `'${read}' is too small - must be at least '${least}'`)
  if (read > greatest) throw invalid(name, `'${read}' is too large - must be no larger than '${greatest}'`)
  return read
}

function refuseRepeated(texts: readonly string[], name: string): void {
  const repeated = texts.find((text, index) => texts.indexOf(text) !== index)
  if (repeated !== undefined) throw invalid(name, `Duplicate items in the list: '${repeated}'`)
}

function invalid(attribute: string, reason: string) {
  return problem('AttributeInvalid', { attribute, reason })
}
