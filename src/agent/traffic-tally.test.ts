import { describe, expect, it } from 'vitest'
import type { ConnectionId } from '../model/ids.ts'
import type { SaReading } from '../model/traffic.ts'
import { emptyTally, tallied, told, toTell } from './traffic-tally.ts'

const reading = (sa: string, bytesIn: number, changes: Partial<SaReading> = {}): SaReading => ({
  connection: 'one' as ConnectionId,
  sa,
  localCidrs: ['10.1.0.0/24'],
  peerCidrs: ['10.2.0.0/24'],
  counted: { bytesIn, bytesOut: 0, packetsIn: bytesIn / 100, packetsOut: 0 },
  isOver: false,
  ...changes,
})

describe('a tally', () => {
  it('is told when something went through, and then not more often than regular looks come', () => {
    const idle = tallied(emptyTally, [reading('a', 0)])
    expect(toTell(idle, 0)).toEqual([])
    const moved = tallied(idle, [reading('a', 100)])
    expect(toTell(moved, 0)).toEqual([reading('a', 100)])
    const after = tallied(told(moved, toTell(moved, 0), 0), [reading('a', 200)])
    expect(toTell(after, 5_000)).toEqual([])
    expect(toTell(after, 10_000)).toEqual([reading('a', 200)])
  })

  it('tells at once of an SA that ended', () => {
    const before = told(emptyTally, [reading('a', 100)], 0)
    const ended = tallied(before, [reading('a', 150, { isOver: true }), reading('b', 0)])
    expect(toTell(ended, 1)).toContainEqual(reading('a', 150, { isOver: true }))
  })

  it('keeps what the control plane did not take, also when the SA is no longer there', () => {
    const untold = tallied(emptyTally, [reading('a', 100)])
    expect(toTell(tallied(untold, []), 60_000)).toEqual([reading('a', 100)])
  })

  it('tells of a connection whole, and of no other', () => {
    const other = reading('x', 500, { connection: 'other' as ConnectionId })
    const before = told(emptyTally, [reading('a', 100), reading('b', 100), other], 0)
    const moved = tallied(before, [reading('a', 100), reading('b', 300), other])
    expect(toTell(moved, 10_000).map(({ sa }) => sa)).toEqual(['b', 'a'])
  })
})
