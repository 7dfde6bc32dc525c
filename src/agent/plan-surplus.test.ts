import { describe, expect, it } from 'vitest'
import { aDesiredConnection } from '../../test/support/desired.ts'
import type { ActualChild, ActualTunnel } from '../model/tunnel.ts'
import { expectation } from './expectation.ts'
import { surplusChildren, surplusTunnels } from './plan-surplus.ts'

const tidier = aDesiredConnection({ localIdentity: 'a', peerIdentity: 'b' })
const waiter = aDesiredConnection({ localIdentity: 'b', peerIdentity: 'a' })

function aChild(connection = tidier, childSa = 1): ActualChild {
  const [child] = expectation(connection).children
  if (child === undefined) throw new Error('a connection with networks has a child')
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
  return { ...child, ...counters, childSa, state: 'installed' }
}

function aTunnel(
  ikeSa: number,
  ageSeconds: number,
  but: Partial<ActualTunnel> = {},
  connection = tidier,
): ActualTunnel {
  const usual = { ikeSa, connection: connection.id, fingerprint: expectation(connection).ike, ageSeconds }
  return { ...usual, state: 'established', children: [aChild(connection)], ...but }
}

const numbers = (tunnels: readonly ActualTunnel[]) => tunnels.map(({ ikeSa }) => ikeSa)

describe('doubled tunnels', () => {
  it('are left alone while they are young', () => {
    expect(surplusTunnels(tidier, [aTunnel(1, 5), aTunnel(2, 5)])).toEqual([])
  })

  it('are closed but for the youngest', () => {
    expect(numbers(surplusTunnels(tidier, [aTunnel(1, 8), aTunnel(2, 6), aTunnel(3, 30)]))).toEqual([1, 3])
  })

  it('of the same age are closed but for the one begun last', () => {
    expect(numbers(surplusTunnels(tidier, [aTunnel(1, 6), aTunnel(2, 6)]))).toEqual([1])
  })

  it('are left to the peer for a minute when its identity sorts first, so that not both close one', () => {
    const pair = (age: number) => [aTunnel(1, age, {}, waiter), aTunnel(2, age, {}, waiter)]
    expect(surplusTunnels(waiter, pair(60))).toEqual([])
    expect(numbers(surplusTunnels(waiter, pair(61)))).toEqual([1])
  })

  it('are none when one is on its way or does not carry everything', () => {
    const installing = [{ ...aChild(), state: 'installing' } as const]
    expect(surplusTunnels(tidier, [aTunnel(1, 100), aTunnel(2, 0, { state: 'connecting', children: [] })])).toEqual([])
    expect(surplusTunnels(tidier, [aTunnel(1, 100), aTunnel(2, 70, { children: installing })])).toEqual([])
  })

  it('are none when each carries a part, as peers have it that open a tunnel for each child', () => {
    const parts = aDesiredConnection({ ikeVersion: 1, peerCidrs: ['10.2.0.0/24', '10.3.0.0/24'] })
    const [one, other] = expectation(parts).children.map((child) => ({ ...aChild(parts), ...child }))
    if (one === undefined || other === undefined) throw new Error('two pairs of networks are two children')
    const tunnels = [aTunnel(1, 100, { children: [one] }, parts), aTunnel(2, 100, { children: [other] }, parts)]
    expect(surplusTunnels(parts, tunnels)).toEqual([])
  })
})

describe('an empty tunnel', () => {
  it('beside one that carries is given a minute', () => {
    expect(surplusTunnels(tidier, [aTunnel(1, 100), aTunnel(2, 60, { children: [] })])).toEqual([])
    expect(numbers(surplusTunnels(tidier, [aTunnel(1, 100), aTunnel(2, 61, { children: [] })]))).toEqual([2])
  })

  it('alone is never surplus, nor is what carries beside it', () => {
    expect(surplusTunnels(tidier, [aTunnel(2, 1000, { children: [] })])).toEqual([])
    expect(numbers(surplusTunnels(tidier, [aTunnel(1, 100), aTunnel(2, 10, { children: [] })]))).toEqual([])
  })
})

describe('doubled children', () => {
  const children = [aChild(tidier, 4), aChild(tidier, 7)]

  it('are closed but for the newest, by one end only', () => {
    expect(surplusChildren(tidier, aTunnel(1, 6, { children }))).toEqual([
      { do: 'close-child', connection: tidier.id, childSa: 4 },
    ])
    expect(surplusChildren(waiter, aTunnel(1, 6, { children }, waiter))).toEqual([])
  })

  it('are left alone while the tunnel is young or one is going already', () => {
    expect(surplusChildren(tidier, aTunnel(1, 5, { children }))).toEqual([])
    const going = [{ ...aChild(tidier, 4), state: 'closing' } as const, aChild(tidier, 7)]
    expect(surplusChildren(tidier, aTunnel(1, 6, { children: going }))).toEqual([])
  })
})
