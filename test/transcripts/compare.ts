import type { Answer } from '../support/cloud.ts'
import type { Exchange } from './recording.ts'

/** How our answer and the peer's compare. Statuses and types are written as clients see them: `400 HTTPBadRequest`. */
export interface Comparison {
  readonly ours: string
  readonly peer: string
  readonly status: boolean
  readonly type: boolean
  /** Where the bodies differ, as paths: `ikepolicy.lifetime.value`. Empty: nowhere. */
  readonly differs: readonly string[]
}

export function compare({ status, response_body }: Exchange, answer: Answer): Comparison {
  const peerType = typeOf(response_body)
  const ourType = typeOf(answer.body)
  const differs = new Set(differences(likePeer(answer.body ?? '', ''), likePeer(response_body, ''), ''))
  return {
    ours: [answer.status, ourType].filter((part) => part !== undefined).join(' '),
    peer: [status, peerType].filter((part) => part !== undefined).join(' '),
    status: answer.status === status,
    type: ourType === peerType,
    differs: [...differs].sort(),
  }
}

/** The error's type; of an answer that is no error of the API, nothing. */
function typeOf(body: unknown): string | undefined {
  const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'NeutronError') : undefined
  const type: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'type') : undefined
  return typeof type === 'string' ? type : undefined
}

/** Values a server picks: times, and addresses out of a pool. */
const picked = new Set(['created_at', 'updated_at', 'ip_address'])

/** A body without what a server picks, and with our links where the peer's are. */
function likePeer(value: unknown, key: string): unknown {
  if (picked.has(key)) return typeof value
  if (typeof value === 'string') return key === 'href' ? value.replace('/openstack/v2.0', '/v2.0') : value
  if (Array.isArray(value)) return value.map((item) => likePeer(item, ''))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, likePeer(item, name)]))
}

/** Paths at which two JSON values differ; all elements of a list are one path (`extensions[]`). */
function differences(ours: unknown, peer: unknown, path: string): string[] {
  if (Array.isArray(ours) && Array.isArray(peer)) {
    if (ours.length !== peer.length) return [`${path}[]`]
    return ours.flatMap((item, index) => differences(item, peer[index], `${path}[]`))
  }
  if (isObject(ours) && isObject(peer)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(peer)])
    return [...keys].flatMap((key) => differences(ours[key], peer[key], path === '' ? key : `${path}.${key}`))
  }
  return ours === peer ? [] : [path || '(body)']
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
