import { Type } from 'typebox'
import { member, object } from './kinds.ts'

/** Life of an SA. `{}` and `null` mean the defaults; the largest value differs per flavour. */
export function lifetime(limits: { readonly max?: number } = {}) {
  return object(
    { units: member.oneOf(['seconds']), value: member.integer({ min: 60, ...limits }) },
    { units: 'seconds', value: 3600 },
  )
}

/**
 * A lifetime in the answer to a PUT that shows its value as it was sent (`classic-api.md` §3.1): the schema of an integer
 * would turn a text into a number.
 */
export const lifetimeAsSent = Type.Object({ units: Type.String(), value: Type.Union([Type.Integer(), Type.String()]) })
