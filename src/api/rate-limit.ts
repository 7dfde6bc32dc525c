import type { FastifyReply } from 'fastify'
import type { RateLimiter } from '../domain/rate-limit.ts'
import { problem } from '../model/problem.ts'

/**
 * Counts a request and tells with every answer where its sender stands, in the headers of
 * `draft-ietf-httpapi-ratelimit-headers-06`, which clients and proxies read today.
 * @throws Problem 429 with `Retry-After` when it is one too many.
 */
export function countRequest(limiter: RateLimiter, key: string, reply: FastifyReply): void {
  const { remaining, resetSeconds, retryAfterSeconds } = limiter.count(key)
  const { burst, perMinute } = limiter.limit
  void reply
    .header('ratelimit-limit', burst)
    .header('ratelimit-remaining', remaining)
    .header('ratelimit-reset', resetSeconds)
    .header('ratelimit-policy', `${perMinute};w=60;burst=${burst}`)
  if (retryAfterSeconds !== undefined) throw problem('TooManyRequests', { retry_after_seconds: retryAfterSeconds })
}
