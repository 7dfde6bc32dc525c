import { describe, expect, it } from 'vitest'
import { aConnectionId, aDesired, aDesiredConnection } from '../../test/support/desired.ts'
import type { Actual } from '../model/tunnel.ts'
import { nothingOf } from './drivers/simulated/transition.ts'
import { nextSnapshot, noSnapshot } from './snapshot.ts'

const desired = aDesired()

function actualWith(ikeSa: number, packetsIn: number, connection = desired.connections[0]?.id): Actual {
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn, packetsOut: 0 }
  const child = {
    childSa: 1,
    fingerprint: 'f',
    state: 'installed',
    localCidrs: [],
    peerCidrs: [],
    ...counters,
  } as const
  const rest = { ikeSa, connection: connection ?? aConnectionId('x'), fingerprint: 'f', state: 'established' } as const
  const tunnels = [{ ...rest, ageSeconds: 1, children: [child] }]
  const daemon = { settings: '', secrets: [], connections: [], tunnels }
  return { ...nothingOf(desired.gateway), present: true, daemon }
}

describe('the live SAs of a gateway', () => {
  const first = nextSnapshot(noSnapshot, desired, actualWith(1, 0), 0)

  it('are told when there is something new, and at the start also that there is none', () => {
    expect(first).toMatchObject({ due: true, tunnels: [{ ikeSa: 1 }] })
    expect(nextSnapshot(noSnapshot, desired, nothingOf(desired.gateway), 0)).toMatchObject({ due: true, tunnels: [] })
    expect(nextSnapshot(first.memory, desired, actualWith(1, 0), 60_000).due).toBe(false)
    expect(nextSnapshot(first.memory, desired, actualWith(2, 0), 60_000).due).toBe(true)
  })

  it('are told for their counters every ten seconds at the most', () => {
    expect(nextSnapshot(first.memory, desired, actualWith(1, 5), 9_999)).toMatchObject({
      due: false,
      nextAt: undefined,
    })
    expect(nextSnapshot(first.memory, desired, actualWith(1, 5), 10_000).due).toBe(true)
  })

  it('wait a while where there are many, but not for ever', () => {
    const connections = Array.from({ length: 100 }, (_, n) => aDesiredConnection({ id: aConnectionId(`c${n}`) }))
    const many = aDesired({ connections })
    const told = nextSnapshot(noSnapshot, many, actualWith(1, 0, aConnectionId('c1')), 0)
    const other = actualWith(2, 0, aConnectionId('c1'))
    expect(nextSnapshot(told.memory, many, other, 500)).toMatchObject({ due: false, nextAt: 1_000 })
    expect(nextSnapshot(told.memory, many, other, 1_000).due).toBe(true)
  })

  it('are those of connections that are wanted, of gateways that are', () => {
    expect(nextSnapshot(noSnapshot, desired, actualWith(1, 0, aConnectionId('gone')), 0).tunnels).toEqual([])
    expect(nextSnapshot(noSnapshot, { ...desired, present: false }, actualWith(1, 0), 0).due).toBe(false)
  })
})
