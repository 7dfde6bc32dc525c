import { expect, it } from 'vitest'
import { attachmentRules } from './routing-rules.ts'

it('sends what is made at an external address past the tunnels', () => {
  const leg = { side: 'external', addresses: ['203.0.113.1/24', '2001:db8::1/64'] } as const
  expect(attachmentRules(leg, 4)).toEqual([{ priority: 219, table: 'main', from: '203.0.113.1/32', incoming: 'lo' }])
  expect(attachmentRules(leg, 6)).toEqual([{ priority: 219, table: 'main', from: '2001:db8::1/128', incoming: 'lo' }])
})

it('keeps neighbours reachable and everything else of a LAN protected', () => {
  const leg = { side: 'internal', addresses: ['10.1.0.1/24', '10.1.0.2/24'] } as const
  expect(attachmentRules(leg, 4)).toEqual([
    { priority: 219, table: 'main', to: '10.1.0.0/24', suppressPrefixLength: 0 },
    { priority: 221, table: '221', from: '10.1.0.0/24' },
  ])
  expect(attachmentRules(leg, 6)).toEqual([])
})
