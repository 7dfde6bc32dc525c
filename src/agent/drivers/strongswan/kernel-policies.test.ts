import { describe, expect, it } from 'vitest'
import { blockPolicy, legPolicies } from './kernel-policies.ts'

describe('policies of the kernel', () => {
  it('let the networks of our own side through in every direction, ahead of the tunnels', () => {
    const policies = legPolicies({ side: 'internal', addresses: ['10.1.0.1/24'] })
    expect(policies.map(({ direction, from, to, action }) => [direction, from, to, action])).toEqual([
      ['out', '0.0.0.0/0', '10.1.0.0/24', 'allow'],
      ['in', '10.1.0.0/24', '0.0.0.0/0', 'allow'],
      ['fwd', '10.1.0.0/24', '0.0.0.0/0', 'allow'],
    ])
    expect(policies.every(({ priority }) => priority < blockPolicy('10.2.0.0/24').priority)).toBe(true)
  })

  it('let what the gateway itself says from an external address through, and nothing that comes to it', () => {
    expect(legPolicies({ side: 'external', addresses: ['203.0.113.1/24'] })).toMatchObject([
      { direction: 'out', from: '203.0.113.1/32', to: '0.0.0.0/0', action: 'allow' },
    ])
  })

  it('block a peer network for everybody, in its own family', () => {
    expect(blockPolicy('10.2.0.0/24')).toMatchObject({ direction: 'out', from: '0.0.0.0/0', action: 'block' })
    expect(blockPolicy('2001:db8::/32')).toMatchObject({ direction: 'out', from: '::/0', to: '2001:db8::/32' })
  })
})
