import { type TSchema, Type } from 'typebox'
import { attribute } from './attribute.ts'
import { decodeFlag, invalid } from './kinds.ts'

/**
 * A value that is the same for every object, and that a request may repeat: clients send what they read, and defaults
 * that they have for it. Any other is refused, with what is possible and why: nothing is ignored in silence.
 */
export function always<const V extends boolean | null | readonly never[]>(value: V, because: string) {
  const { answers, accepts } = schemasOf(value)
  return attribute<V>({
    schema: answers,
    accepts: () => accepts,
    decode: (given, at) => {
      if (!isValue(given, value)) {
        throw invalid(at, `${JSON.stringify(given)} is not possible, only ${JSON.stringify(value)} is: ${because}`)
      }
      return value
    },
    merge: () => value,
    render: () => value,
    storage: 'none',
  })
}

function isValue(given: unknown, value: boolean | null | readonly never[]): boolean {
  if (typeof value === 'boolean') return decodeFlag(given) === value
  if (value === null) return given === null
  return given === null || (Array.isArray(given) && given.length === 0)
}

function schemasOf(value: boolean | null | readonly never[]): { readonly answers: TSchema; readonly accepts: TSchema } {
  if (typeof value === 'boolean') {
    return { answers: Type.Boolean(), accepts: Type.Unsafe({ type: 'boolean', enum: [value] }) }
  }
  if (value === null) return { answers: Type.Unsafe({ type: ['string', 'null'] }), accepts: Type.Null() }
  return { answers: Type.Array(Type.String()), accepts: Type.Array(Type.String(), { maxItems: 0 }) }
}
