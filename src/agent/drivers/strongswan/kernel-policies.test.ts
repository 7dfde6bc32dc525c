import { describe, expect, it } from 'vitest'
import { blockPolicy, legPolicies, ownPolicies, transportPriority } from './kernel-policies.ts'

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

  it('keep what the gateway says to a protected host behind transport mode, and from leaving as it is', () => {
    const leg = { side: 'external', addresses: ['203.0.113.1/24', '2001:db8::1/64'] } as const
    const [own, ...others] = ownPolicies(leg, ['10.2.0.0/24', '203.0.113.2/32'])
    expect(others).toEqual([])
    expect(own).toMatchObject({ direction: 'out', from: '203.0.113.1/32', to: '203.0.113.2/32', action: 'block' })
    const [letThrough] = legPolicies(leg)
    expect(own?.priority).toBeGreaterThan(transportPriority)
    expect(own?.priority).toBeLessThan(letThrough?.priority ?? 0)
    expect(ownPolicies({ ...leg, side: 'internal' }, ['203.0.113.2/32'])).toEqual([])
  })

  it('block a peer network for everybody, in its own family', () => {
    expect(blockPolicy('10.2.0.0/24')).toMatchObject({ direction: 'out', from: '0.0.0.0/0', action: 'block' })
    expect(blockPolicy('2001:db8::/32')).toMatchObject({ direction: 'out', from: '::/0', to: '2001:db8::/32' })
  })
})
