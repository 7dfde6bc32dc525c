import { Type } from 'typebox'
import { attribute } from '../attribute.ts'
import { asItIs, invalid } from '../kinds.ts'
import { identityTimestamp } from '../time.ts'

const shape = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?:Z|\+00:00)?$/

/**
 * A time in UTC, or null. Kept as tokens have it, which sorts as text; shown without the `Z`, as Keystone shows it of
 * application credentials.
 */
export function expiry() {
  return attribute<string | null>({
    schema: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    accepts: () => Type.Union([Type.String({ pattern: shape.source }), Type.Null()]),
    decode: (value, at) => {
      if (value === null) return null
      const [, day, time] = typeof value === 'string' ? (shape.exec(value) ?? []) : []
      const instant = Date.parse(`${day}T${time}Z`)
      if (Number.isNaN(instant)) throw invalid(at, 'it is not a time like 2026-12-31T23:59:59')
      return identityTimestamp(instant)
    },
    merge: asItIs,
    render: (value) => value?.replace(/Z$/, '') ?? null,
    storage: 'text',
  })
}
