import { member, object } from './kinds.ts'

/** Life of an SA. `{}` and `null` mean the defaults; the largest value differs per flavour. */
export function lifetime(limits: { readonly max?: number } = {}) {
  return object(
    { units: member.oneOf(['seconds']), value: member.integer({ min: 60, ...limits }) },
    { units: 'seconds', value: 3600 },
  )
}
