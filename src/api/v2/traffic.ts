import { showTraffic, type TrafficAsked } from '../../domain/traffic.ts'
import type { Instant } from '../../model/clock.ts'
import { problem } from '../../model/problem.ts'
import { trafficResolutions } from '../../model/traffic-operations.ts'
import type { Handler } from '../handlers.ts'
import { idOf } from './object-id.ts'
import { type Query, valuesOf } from './query.ts'

/** Traffic of a connection. */
export const traffic = {
  show: { reads: (asking, { params, query }) => showTraffic(asking, idOf(params), askedIn(query)) },
} satisfies Record<string, Handler>

/** @throws Problem naming what is wrong. */
function askedIn(query: Query): TrafficAsked {
  return { from: timeIn(query, 'from'), to: timeIn(query, 'to'), resolution: resolutionIn(query) }
}

/** In UTC, as answers have it or with `T` and `Z`; the day alone is its beginning. */
const times = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?Z?$/

function timeIn(query: Query, name: 'from' | 'to'): Instant | undefined {
  const [value] = valuesOf(query, name).filter((each) => each !== '')
  if (value === undefined) return undefined
  const [day = '', time = '00:00'] = value.replace(/Z$/, '').split(/[ T]/)
  const at = times.test(value) ? Date.parse(`${day}T${time}Z`) : Number.NaN
  if (Number.isNaN(at)) throw problem('TimeInvalid', { name, value })
  return at
}

function resolutionIn(query: Query): number | undefined {
  const [value] = valuesOf(query, 'resolution').filter((each) => each !== '')
  if (value === undefined) return undefined
  const seconds = trafficResolutions.find((each) => String(each) === value)
  if (seconds === undefined) throw problem('ResolutionInvalid', { value, possible: trafficResolutions.join(', ') })
  return seconds
}
