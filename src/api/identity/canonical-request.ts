import { createHash } from 'node:crypto'
import { type SentRequest, valuesOf } from './sent-request.ts'

/**
 * The text that stands for a request when it is signed (`clients.md` §8.3 parts 4 and 5). There are two ways of writing it:
 *
 * - `scoped`, of gophertelekomcloud and whatever else signs with `Credential=…`;
 * - `plain`, of the vendor's later signing libraries, with `Access=…`.
 */
export type Form = 'scoped' | 'plain'

/** Hexadecimal SHA-256. */
export function sha256(content: Uint8Array | string): string {
  const hash = createHash('sha256')
  return (typeof content === 'string' ? hash.update(content, 'latin1') : hash.update(content)).digest('hex')
}

/**
 * The canonical requests that a request may have been signed as. They are two for a `POST` without a body in the scoped
 * form: the client library takes the query for the body where it was given none, but not where it was given an empty one,
 * and that looks the same on the wire. Either way the query is part of it.
 *
 * A hash of the body that the client sent beside it counts only if it is the hash of what came: so there may be none.
 *
 * @param signedHeaders their names in lower case, in order
 */
export function canonicalRequests(request: SentRequest, form: Form, signedHeaders: readonly string[]): string[] {
  const { method, target, body } = request
  const { path, query } = partsOf(target)
  const pairs = pairsOf(query)
  const usual = { query: canonicalQuery(pairs, form), payload: sha256(body) }
  const takesQueryForBody = form === 'scoped' && method === 'POST' && body.length === 0
  const ways = takesQueryForBody ? [{ query: '', payload: sha256(asForm(pairs)) }, usual] : [usual]
  const [given] = valuesOf(request, 'x-sdk-content-sha256')
  return ways
    .filter(({ payload }) => given === undefined || given === payload)
    .map((way) =>
      [
        method,
        canonicalPath(path),
        way.query,
        signedHeaders.map((name) => `${name}:${canonicalValue(request, name, form)}\n`).join(''),
        signedHeaders.join(';'),
        way.payload,
      ].join('\n'),
    )
}

/** Whether every `%` in it begins two hexadecimal digits; libraries disagree about what anything else means. */
export function isWellEscaped(target: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(target)
}

export function partsOf(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

function canonicalPath(path: string): string {
  const decoded = unescaped(path)
  return escaped(decoded.endsWith('/') ? decoded : `${decoded}/`, /[^A-Za-z0-9._~/-]/g)
}

type Pair = readonly [key: string, value: string]

/** A query as form data: a plus is a blank, a key without a value has an empty one. */
function pairsOf(query: string): Pair[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const sign = part.indexOf('=')
      const [key, value] = sign === -1 ? [part, ''] : [part.slice(0, sign), part.slice(sign + 1)]
      return [unescaped(key.replaceAll('+', ' ')), unescaped(value.replaceAll('+', ' '))]
    })
}

function canonicalQuery(pairs: readonly Pair[], form: Form): string {
  const write = ([key, value]: Pair) => `${component(key)}=${component(value)}`
  if (form === 'plain') return [...pairs].sort(byBytes).map(write).join('&')
  const firsts = pairs.filter(([key], index) => pairs.findIndex(([other]) => other === key) === index)
  const lower = ([key]: Pair) => component(key).toLowerCase()
  return firsts
    .sort((one, other) => compare(lower(one), lower(other)))
    .map(write)
    .join('&')
}

/** Every value of every key, sorted by key and in the order of the query, as a form is sent. */
function asForm(pairs: readonly Pair[]): string {
  const write = (text: string) => component(text).replaceAll('%20', '+')
  return [...pairs]
    .sort(([one], [other]) => compare(one, other))
    .map(([key, value]) => `${write(key)}=${write(value)}`)
    .join('&')
}

/** The scoped form makes one blank of each run of white space; the plain one takes white space off both ends. */
function canonicalValue(request: SentRequest, name: string, form: Form): string {
  const [value = ''] = valuesOf(request, name)
  return form === 'scoped' ? value.replace(/[\t\n\f\r ]+/g, ' ') : value.trim()
}

function byBytes([key, value]: Pair, [otherKey, otherValue]: Pair): number {
  return compare(key, otherKey) || compare(value, otherValue)
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

function component(text: string): string {
  return escaped(text, /[^A-Za-z0-9._~-]/g)
}

function escaped(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function unescaped(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
