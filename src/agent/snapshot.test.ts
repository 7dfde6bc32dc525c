import { describe, expect, it } from 'vitest'
import { aConnectionId, aDesired, aDesiredConnection } from '../../test/support/desired.ts'
import type { Actual, Desired } from '../model/tunnel.ts'
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

type Moment = readonly [at: number, actual: Actual]

/** Looks at these moments, each with what is there then. */
function looks(wanted: Desired, ...moments: readonly Moment[]) {
  let memory = noSnapshot
  return moments.map(([at, actual]) => {
    const snapshot = nextSnapshot(memory, wanted, actual, at)
    memory = snapshot.memory
    return snapshot
  })
}

describe('the live SAs of a gateway', () => {
  const nobody = nothingOf(desired.gateway)
  const dueOf = (...moments: readonly Moment[]) => looks(desired, ...moments).map(({ due }) => due)

  it('are told a moment after there is something new, and at the start also that there is none', () => {
    expect(looks(desired, [0, actualWith(1, 0)])).toMatchObject([{ due: false, nextAt: 250 }])
    expect(looks(desired, [0, actualWith(1, 0)], [250, actualWith(1, 0)])[1]?.tunnels).toMatchObject([{ ikeSa: 1 }])
    expect(dueOf([0, nobody], [250, nobody], [60_000, nobody])).toEqual([false, true, false])
    expect(dueOf([0, nobody], [100, actualWith(1, 0)], [250, actualWith(2, 0)])).toEqual([false, false, true])
  })

  it('are told for their counters every ten seconds at the most', () => {
    const told = [
      [0, actualWith(1, 0)],
      [250, actualWith(1, 0)],
    ] as const
    expect(dueOf(...told, [10_249, actualWith(1, 5)], [10_250, actualWith(1, 5)])).toEqual([false, true, false, true])
  })

  it('wait a while where there are many, but not for ever', () => {
    const connections = Array.from({ length: 100 }, (_, n) => aDesiredConnection({ id: aConnectionId(`c${n}`) }))
    const [one, other] = [actualWith(1, 0, aConnectionId('c1')), actualWith(2, 0, aConnectionId('c1'))]
    const all = looks(aDesired({ connections }), [0, one], [250, one], [500, other], [1_250, other])
    expect(all.map(({ due, nextAt }) => [due, nextAt])).toEqual([
      [false, 250],
      [true, undefined],
      [false, 1_250],
      [true, undefined],
    ])
  })

  it('are those of connections that are wanted, of gateways that are', () => {
    const stranger = actualWith(1, 0, aConnectionId('gone'))
    expect(looks(desired, [0, stranger], [250, stranger])[1]).toMatchObject({ due: true, tunnels: [] })
    expect(looks({ ...desired, present: false }, [0, nobody], [250, nobody]).map(({ due }) => due)).toEqual([
      false,
      false,
    ])
  })
})
