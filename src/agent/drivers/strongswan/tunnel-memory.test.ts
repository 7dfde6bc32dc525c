import { describe, expect, it } from 'vitest'
import type { ConnectionId } from '../../../model/ids.ts'
import type { ActualChild, ActualTunnel } from '../../../model/tunnel.ts'
import { TunnelMemory } from './tunnel-memory.ts'

const connection = '0b7a0000-0000-4000-8000-000000000001' as ConnectionId

const aTunnel = (changes: Partial<ActualTunnel> = {}): ActualTunnel => ({
  ikeSa: 1,
  connection,
  fingerprint: '0123abcd',
  state: 'established',
  ageSeconds: 1,
  children: [],
  ...changes,
})

const aChild = (changes: Partial<ActualChild> = {}): ActualChild => ({
  childSa: 7,
  fingerprint: 'abcd0123',
  state: 'installed',
  localCidrs: [],
  peerCidrs: [],
  bytesIn: 0,
  bytesOut: 0,
  packetsIn: 0,
  packetsOut: 0,
  ...changes,
})

/** A list that nothing overtook. */
const list = (memory: TunnelMemory, tunnels: readonly ActualTunnel[], now: number) =>
  memory.merge(tunnels, memory.asking(), now)

describe('the memory of tunnels', () => {
  it('tells a busy tunnel as it was last seen', () => {
    const memory = new TunnelMemory()
    const tunnel = aTunnel({ children: [aChild()] })
    expect(list(memory, [tunnel], 0)).toEqual([tunnel])
    expect(list(memory, [], 5_000)).toEqual([tunnel])
  })

  it('gives up a tunnel that stays away although no event said that it went', () => {
    const memory = new TunnelMemory()
    list(memory, [aTunnel(), aTunnel({ ikeSa: 2, state: 'connecting' }), aTunnel({ ikeSa: 3, state: 'closing' })], 0)
    expect(list(memory, [], 500).map(({ ikeSa }) => ikeSa)).toEqual([1, 2])
    expect(list(memory, [], 2_000).map(({ ikeSa }) => ikeSa)).toEqual([1])
    expect(list(memory, [], 20_000)).toEqual([])
  })

  it('lets a tunnel go at once when an event says so', () => {
    const memory = new TunnelMemory()
    list(memory, [aTunnel()], 0)
    memory.isGone(1)
    expect(list(memory, [], 1)).toEqual([])
  })

  it('knows a tunnel from events alone', () => {
    const memory = new TunnelMemory()
    memory.saw(aTunnel(), 0)
    memory.saw(aTunnel({ children: [aChild()] }), 1)
    expect(list(memory, [], 2)).toEqual([aTunnel({ children: [aChild()] })])
  })

  it('keeps a child that was installed after the list was asked for', () => {
    const memory = new TunnelMemory()
    memory.saw(aTunnel(), 0)
    const asked = memory.asking()
    memory.saw(aTunnel({ children: [aChild()] }), 1)
    expect(memory.merge([aTunnel()], asked, 2)).toEqual([aTunnel({ children: [aChild()] })])
    expect(list(memory, [], 3)).toEqual([aTunnel({ children: [aChild()] })])
  })

  it('does not bring back what went after the list was asked for', () => {
    const memory = new TunnelMemory()
    const tunnel = aTunnel({ children: [aChild(), aChild({ childSa: 8 })] })
    list(memory, [tunnel, aTunnel({ ikeSa: 2 })], 0)
    const asked = memory.asking()
    memory.childIsGone(1, 7)
    memory.isGone(2)
    const expected = [aTunnel({ children: [aChild({ childSa: 8 })] })]
    expect(memory.merge([tunnel, aTunnel({ ikeSa: 2 })], asked, 1)).toEqual(expected)
    expect(list(memory, [], 2)).toEqual(expected)
  })

  it('believes a later list that a child is gone', () => {
    const memory = new TunnelMemory()
    memory.saw(aTunnel({ children: [aChild()] }), 0)
    expect(list(memory, [aTunnel()], 1)).toEqual([aTunnel()])
  })

  it('moves the children to the successor of a rekeyed tunnel', () => {
    const memory = new TunnelMemory()
    list(memory, [aTunnel({ children: [aChild()] })], 0)
    memory.isNow(1, aTunnel({ ikeSa: 9 }), 1)
    expect(list(memory, [], 2)).toEqual([aTunnel({ ikeSa: 9, children: [aChild()] })])
  })
})
