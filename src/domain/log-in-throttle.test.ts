import { expect, it } from 'vitest'
import { createLogInThrottle } from './log-in-throttle.ts'

it('the next verification waits after one that failed, and the refusal does not', async () => {
  let now = 0
  const rests: { readonly milliseconds: number; readonly end: () => void }[] = []
  const rest = (milliseconds: number) => new Promise<void>((end) => rests.push({ milliseconds, end }))
  const throttle = createLogInThrottle({ clock: { now: () => now }, atOnce: 1, rest })
  const begun: string[] = []
  const attempt = (account: string, result: string | undefined) =>
    throttle.attempt({ account, address: '203.0.113.7' }, async () => {
      begun.push(account)
      now += 20
      return result
    })
  expect(await attempt('anna', undefined)).toBeUndefined()
  const next = attempt('berta', 'a token')
  await Promise.resolve()
  expect([begun, rests.map(({ milliseconds }) => milliseconds)]).toEqual([['anna'], [60]])
  rests[0]?.end()
  expect(await next).toBe('a token')
  // After the right password nobody waits.
  expect(await attempt('berta', 'another')).toBe('another')
  expect(rests).toHaveLength(1)
})
