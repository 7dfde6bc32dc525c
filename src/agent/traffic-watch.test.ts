import { describe, expect, it } from 'vitest'
import { aConnectionId } from '../../test/support/desired.ts'
import type { ActualTunnel } from '../model/tunnel.ts'
import { nextTrafficLook, oneWay, type TrafficWatch, watched } from './traffic-watch.ts'

function tunnelWith(packetsIn: number, packetsOut: number): ActualTunnel {
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn, packetsOut }
  const child = {
    childSa: 7,
    fingerprint: 'f',
    state: 'installed',
    localCidrs: [],
    peerCidrs: [],
    ...counters,
  } as const
  const rest = {
    ikeSa: 1,
    connection: aConnectionId('a'),
    fingerprint: 'f',
    state: 'established',
    ageSeconds: 0,
  } as const
  return { ...rest, children: [child] }
}

/** Looks at these counters, a second apart. */
function missingAfter(...counters: readonly (readonly [packetsIn: number, packetsOut: number])[]) {
  let watch: TrafficWatch = new Map()
  let tunnels: ActualTunnel[] = []
  counters.forEach(([packetsIn, packetsOut], index) => {
    tunnels = [tunnelWith(packetsIn, packetsOut)]
    watch = watched(watch, tunnels, index * 1_000)
  })
  return oneWay(watch, tunnels, (counters.length - 1) * 1_000)?.missing
}

const seconds = (count: number, at: (n: number) => readonly [number, number]) =>
  Array.from({ length: count }, (_, n) => at(n))

describe('traffic in one direction only', () => {
  it('is found after a while with enough packets, from the start or later', () => {
    expect(missingAfter(...seconds(7, (n) => [0, n * 10]))).toBe('in')
    expect(missingAfter(...seconds(7, (n) => [n * 10, 0]))).toBe('out')
    expect(missingAfter(...seconds(20, (n) => [Math.min(n, 10), n * 10]))).toBe('in')
  })

  it('is not found in a pause, in a conversation, or in a packet now and then', () => {
    expect(missingAfter(...seconds(20, () => [5, 5]))).toBeUndefined()
    expect(missingAfter(...seconds(20, (n) => [n, n * 100]))).toBeUndefined()
    expect(missingAfter(...seconds(9, (n) => [0, n]))).toBeUndefined()
    expect(missingAfter(...seconds(3, (n) => [0, n * 100]))).toBeUndefined()
  })

  it('is found across a rekeying, at which counters begin again', () => {
    expect(missingAfter(...seconds(7, (n) => [0, n < 4 ? n * 10 : n]))).toBe('in')
    expect(missingAfter([900, 900], [900, 950], [0, 0], [1, 12], [2, 13], [3, 14])).toBeUndefined()
  })

  it('is looked for as long as it is suspected', () => {
    const watch = watched(new Map(), [tunnelWith(0, 12)], 1_000)
    const old = [{ ...tunnelWith(0, 12), ageSeconds: 60 }]
    expect(nextTrafficLook(watch, old, 2_000)).toBe(4_000)
    expect(nextTrafficLook(watched(watch, [tunnelWith(1, 12)], 2_000), old, 2_000)).toBeUndefined()
    expect(nextTrafficLook(new Map(), [tunnelWith(0, 0)], 2_000)).toBe(6_000)
  })
})
