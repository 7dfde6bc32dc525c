import { Type } from 'typebox'
import { attribute, type Kind } from '../attribute.ts'
import { asItIs, flag, invalid, json, text, textOrNull } from '../kinds.ts'
import { Secret } from '../secret.ts'

/** What identity objects have that others have not. Their ids are 32 hexadecimal digits, or what a client chose. */

/** A kind that no column keeps: it is said in requests and answers, and follows from something else or is always the same. */
export function unkept<T, Input>(kind: Kind<T, Input>): Kind<T, Input> {
  return { ...kind, storage: 'none' }
}

export function identifier() {
  return text({ max: 64 }).readOnly().describe('Identifier, given by the server.')
}

/** A name that has to be there. @param unique among what there is only one of that name */
export function uniqueName(max: number, unique: string) {
  return text({
    min: 1,
    max,
    refuse: (value) => (value.trim() === '' ? 'it is blank' : undefined),
    says: { pattern: '\\S' },
  })
    .required()
    .describe(`Name; there is only one of it ${unique}.`)
}

export function description() {
  return text({ max: 1000 }).optional('').orNull().describe('Anything worth knowing about it.')
}

export function enabled(otherwise: string) {
  return flag().optional(true).describe(`Whether it is in use; ${otherwise}`)
}

const Links = Type.Object({ self: Type.String({ format: 'uri' }) })

/** Where the object is. */
export function links() {
  return json(Links, () => ({ self: '' }))
    .computed({ self: '' })
    .describe('`self`: the address of it.')
}

/** Keystone has settings of single objects here; there are none. */
export function options() {
  return json<object>(Type.Object({}), () => ({}))
    .computed({})
    .describe('Always empty.')
}

export function alwaysNull(says: string) {
  return textOrNull().computed(null).describe(says)
}

/** A parent that can be nothing but the domain. */
export function unkeptText() {
  return attribute(unkept(textOrNull({ max: 64 }).optional(null).kind))
}

export function alwaysFalse() {
  return attribute(unkept(flag({ only: false }).optional(false).kind))
}

/** Longest password or secret, in characters: hashing takes time that grows with it. */
const longestSecret = 4096

/** A password, or what is like one. Only its hash is kept, beside the attributes. */
export function password() {
  return attribute<Secret | null>({
    schema: Type.String(),
    accepts: () => Type.String({ minLength: 1, maxLength: longestSecret }),
    decode: (value, at) => {
      if (typeof value !== 'string') throw invalid(at, 'it is not a valid string')
      if (value.length < 1 || value.length > longestSecret)
        throw invalid(at, `it has not 1 to ${longestSecret} characters`)
      return new Secret(value)
    },
    merge: asItIs,
    render: (value) => value?.reveal() ?? null,
    storage: 'none',
    isSecret: true,
  })
}
