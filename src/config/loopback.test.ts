import { describe, expect, it } from 'vitest'
import { isLoopback } from './loopback.ts'
import { parseTrustedProxies } from './proxies.ts'

describe('an address that only this host reaches', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', 'localhost', 'LocalHost'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'fe80::1', '::ffff:10.0.0.1', 'localhost.example.org', '127.1'])(
    'is not %s',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})

describe('trusted proxies', () => {
  it('are those of this host, those that are named, or none', () => {
    const of = (text?: string) =>
      ['127.0.0.1', '::1', '10.0.0.5', '10.0.1.1', 'fd00::7', ''].filter(parseTrustedProxies(text))
    expect(of()).toEqual(['127.0.0.1', '::1'])
    expect(of('10.0.0.0/24,fd00::/8')).toEqual(['10.0.0.5', 'fd00::7'])
    expect(of('10.0.1.1')).toEqual(['10.0.1.1'])
    expect(of('none')).toEqual([])
  })
})
