import { describe, expect, it } from 'vitest'
import { aDesired, aDesiredConnection } from '../../test/support/desired.ts'
import type { ActualTunnel, DesiredConnection } from '../model/tunnel.ts'
import { rehearsals, rehearsed } from './rehearsal.ts'

const connection = aDesiredConnection()

function aTunnel(ageSeconds: number, hasOwnExchange: boolean | undefined, childSa = 1): ActualTunnel {
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
  const child = { childSa, fingerprint: 'f', state: 'installed', localCidrs: [], peerCidrs: [], ...counters } as const
  const rest = {
    ikeSa: childSa,
    connection: connection.id,
    fingerprint: 'f',
    state: 'established',
    ageSeconds,
  } as const
  return { ...rest, children: [{ ...child, ...(hasOwnExchange !== undefined && { hasOwnExchange }) }] }
}

const dueOf = (
  tunnels: readonly ActualTunnel[],
  changes: Partial<DesiredConnection> = {},
  done = new Set<number>(),
) => {
  const { due, nextInSeconds } = rehearsals(aDesired({ connections: [{ ...connection, ...changes }] }), tunnels, done)
  return { due: [...due], nextInSeconds }
}

describe('the first rekeying is tried', () => {
  it('once, when the tunnel has come to rest', () => {
    expect(dueOf([aTunnel(1, false)])).toEqual({ due: [], nextInSeconds: 2 })
    expect(dueOf([aTunnel(3, false)])).toEqual({ due: [1], nextInSeconds: undefined })
    const done = rehearsed(new Set(), new Set([1]), [aTunnel(3, false)])
    expect(dueOf([aTunnel(9, false)], {}, new Set(done))).toEqual({ due: [], nextInSeconds: undefined })
    expect(rehearsed(done, new Set(), [])).toEqual(new Set())
  })

  it('only where it can show something, and where we begin', () => {
    expect(dueOf([aTunnel(3, true)]).due).toEqual([])
    expect(dueOf([aTunnel(3, undefined)]).due).toEqual([])
    expect(dueOf([aTunnel(3, false)], { ikeVersion: 1 }).due).toEqual([])
    expect(dueOf([aTunnel(3, false)], { initiate: false }).due).toEqual([])
    expect(dueOf([aTunnel(3, false)], { ipsec: { ...connection.ipsec, group: undefined } }).due).toEqual([])
  })

  it('a few at a time', () => {
    const many = Array.from({ length: 20 }, (_, n) => aTunnel(60, false, n))
    expect(dueOf(many)).toEqual({ due: [0, 1, 2, 3, 4, 5, 6, 7], nextInSeconds: 1 })
  })
})
