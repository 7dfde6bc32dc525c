import type { Instant } from './clock.ts'

/** `2018-11-03 14:24:33.749714`: UTC, blank-separated, six digits (seed; `classic-api.md` §0). */
export function timestamp(at: Instant): string {
  const milliseconds = Math.floor(at)
  const microseconds = Math.floor((at - milliseconds) * 1000)
  return `${new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '')}${String(microseconds).padStart(3, '0')}`
}

/** `2026-01-31T10:00:00.000000Z`, as Keystone writes times. */
export function identityTimestamp(at: Instant): string {
  return `${timestamp(at).replace(' ', 'T')}Z`
}

/** `2026-01-31T10:00:00Z`, as the reference writes the times of networks. */
export function networkTimestamp(at: Instant): string {
  return `${timestamp(at).slice(0, 19).replace(' ', 'T')}Z`
}
