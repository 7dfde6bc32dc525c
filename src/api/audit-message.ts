import { isSecretName } from '../domain/audit-changes.ts'
import { Problem, problems } from '../model/problem.ts'
import { decodeJson } from './body.ts'

/**
 * The words of a refusal, as they may be kept. They may repeat what the client sent; where any of that could be a secret of
 * the same request, the words are kept with their blanks not filled in.
 * @param raw bytes of the request's body
 */
export function recordableMessage(found: Problem, raw: unknown): string {
  const secrets = secretsIn(raw)
  const couldRepeat = secrets === 'anywhere' || secrets.some((secret) => found.message.includes(secret))
  return couldRepeat ? problems[found.problem].message : found.message
}

/** Characters that every message repeats as they are. */
const repeatedAsItIs = /^[ !#-&(-[\]-~]*$/

/** A member of the wrapped object, as in `{"ipsec_site_connection": {"psk": …}}`: no value of another attribute holds it. */
const ordinaryDepth = 2

/** A larger body, in bytes, is not searched: reading it again costs more than the words are worth. */
const largestSearched = 65_536

/**
 * Texts that stand under a name like `psk` or `password`. `anywhere`: there is one that a message may repeat in other
 * characters, because it is part of an object or list, or has characters that are escaped.
 */
function secretsIn(raw: unknown): readonly string[] | 'anywhere' {
  if (raw instanceof Uint8Array && raw.length > largestSearched) return 'anywhere'
  const body = jsonOf(raw)
  const found: string[] = []
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: body, depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    for (const [name, value] of Object.entries(next.value)) {
      const depth = next.depth + 1
      if (!isSecretName(name)) {
        waiting.push({ value, depth })
        continue
      }
      if (typeof value !== 'string' || depth > ordinaryDepth || !repeatedAsItIs.test(value)) return 'anywhere'
      if (value !== '') found.push(value)
    }
  }
  return found
}

/** A body that is no JSON is refused before anything in it is looked at, and so is not repeated. */
function jsonOf(raw: unknown): unknown {
  if (!(raw instanceof Uint8Array)) return undefined
  try {
    return decodeJson(raw)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return undefined
  }
}
