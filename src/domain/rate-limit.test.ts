import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ForgetfulMap } from './forgetful-map.ts'
import { createRateLimiter } from './rate-limit.ts'

describe('a rate limit', () => {
  it('answers a burst, then one whenever its time has come, and says when that is', () => {
    let now = 1_000_000
    const limiter = createRateLimiter({ perMinute: 60, burst: 3 }, { now: () => now })
    expect([limiter.count('a'), limiter.count('a'), limiter.count('a')]).toEqual([
      { remaining: 2, resetSeconds: 1, retryAfterSeconds: undefined },
      { remaining: 1, resetSeconds: 2, retryAfterSeconds: undefined },
      { remaining: 0, resetSeconds: 3, retryAfterSeconds: undefined },
    ])
    expect(limiter.count('a')).toEqual({ remaining: 0, resetSeconds: 3, retryAfterSeconds: 1 })
    expect(limiter.count('b').retryAfterSeconds).toBeUndefined()
    now += 1_000
    expect(limiter.count('a')).toEqual({ remaining: 0, resetSeconds: 3, retryAfterSeconds: undefined })
    now += 3_000
    expect(limiter.count('a').remaining).toBe(2)
  })

  it('never answers more than the burst and what the time has brought, and keeps its word about when to come back', () => {
    const requests = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 200 })
    const limits = fc.record({ perMinute: fc.integer({ min: 1, max: 6_000 }), burst: fc.integer({ min: 1, max: 50 }) })
    fc.assert(
      fc.property(limits, requests, (limit, pauses) => {
        let now = 5_000
        let answered = 0
        const limiter = createRateLimiter(limit, { now: () => now })
        for (const pause of pauses) {
          now += pause
          const { retryAfterSeconds } = limiter.count('a')
          if (retryAfterSeconds === undefined) answered += 1
          else {
            now += retryAfterSeconds * 1_000
            expect(limiter.count('a').retryAfterSeconds).toBeUndefined()
            answered += 1
          }
          expect(answered).toBeLessThanOrEqual(limit.burst + ((now - 5_000) * limit.perMinute) / 60_000 + 0.01)
        }
      }),
    )
  })

  it('lets nobody wait longer because the clock was set back', () => {
    let now = 10_000_000
    const limiter = createRateLimiter({ perMinute: 60, burst: 1 }, { now: () => now })
    limiter.count('a')
    now = 0
    expect(limiter.count('a').retryAfterSeconds).toBe(1)
  })
})

describe('a forgetful map', () => {
  it('keeps what was asked for lately, and no more than twice what it is for', () => {
    const map = new ForgetfulMap<number>(10)
    for (let each = 0; each < 1_000; each += 1) {
      map.set(`key ${each}`, each)
      map.get('key 0')
    }
    expect(map.get('key 0')).toBe(0)
    const kept = Array.from({ length: 1_000 }, (_, each) => map.get(`key ${each}`)).filter((each) => each !== undefined)
    expect(kept.length).toBeGreaterThanOrEqual(10)
    expect(kept.length).toBeLessThanOrEqual(20)
  })
})
