import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aConnectionId, aDesired, aDesiredConnection } from '../../test/support/desired.ts'
import type { ActualTunnel } from '../model/tunnel.ts'
import { type Attempts, noAttempts, refusals } from './attempts.ts'
import { expectation } from './expectation.ts'
import { begun, childKey, giveUpMs, inFlight, nextDue, observed, pacingAt, retryPauses } from './pacing.ts'

const connection = aDesiredConnection()
const desired = aDesired({ connections: [connection] })
const child = expectation(connection).children[0]?.fingerprint ?? ''
const key = childKey(connection.id, child)
const noJitter = () => 0

const open = (attempts: Attempts, now: number, random = noJitter) =>
  begun(attempts, desired, [{ connection: connection.id, child }], now, random)

function aTunnel(but: Partial<ActualTunnel> = {}): ActualTunnel {
  const { ike } = expectation(connection)
  const base = { ikeSa: 1, connection: connection.id, fingerprint: ike, state: 'connecting', ageSeconds: 0 } as const
  return { ...base, children: [], ...but }
}

const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
const networks = { localCidrs: [], peerCidrs: [] }
const carrying = aTunnel({
  state: 'established',
  children: [{ childSa: 1, fingerprint: child, state: 'installed', ...counters, ...networks }],
})

describe('attempts', () => {
  it('are due at once, then after growing pauses, for ever', () => {
    expect(pacingAt(noAttempts, 0).waiting).toEqual(new Set())
    let attempts = noAttempts
    const pauses: number[] = []
    for (let now = 0, tries = 0; tries < 10; tries++) {
      attempts = open(attempts, now)
      const due = nextDue(attempts, now)
      if (due === undefined) throw new Error('gave up')
      pauses.push((due - now) / 1000)
      expect(pacingAt(attempts, due - 1).waiting).toEqual(new Set([key]))
      expect(pacingAt(attempts, due).waiting).toEqual(new Set())
      now = due
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
  })

  it('never pause longer than a minute nor shorter than the bound, whatever chance says', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.array(chance, { minLength: 1, maxLength: 40 }), (chances) => {
        let attempts = noAttempts
        let now = 0
        for (const [index, random] of chances.entries()) {
          attempts = open(attempts, now, () => random)
          const due = nextDue(attempts, now)
          const full = Math.min(retryPauses.longestMs, retryPauses.firstMs * 2 ** index)
          if (due === undefined) throw new Error('gave up')
          expect(due - now).toBeLessThan(full + 0.001)
          expect(due - now).toBeGreaterThan(full * 0.75 - 0.001)
          now = due
        }
      }),
    )
  })

  it('are forgotten with their connection, and begin anew when it or its secret changes', () => {
    const attempts = open(noAttempts, 0)
    const attemptsLeft = (but: object) => observed(attempts, { ...desired, ...but }, [], 1).children
    expect(attemptsLeft({}).size).toBe(1)
    expect(attemptsLeft({ connections: [] }).size).toBe(0)
    expect(attemptsLeft({ connections: [aDesiredConnection({ secretVersion: 2 })] }).size).toBe(0)
    expect(attemptsLeft({ connections: [aDesiredConnection({ peerAddress: '172.24.4.21' })] }).size).toBe(0)
    expect(attemptsLeft({ connections: [aDesiredConnection({ peerCidrs: ['10.9.0.0/24'] })] }).size).toBe(0)
  })

  it('wait for nothing while the tunnel carries, and are due at once when it is lost', () => {
    let attempts = [0, 1000, 3000].reduce((now, at) => open(now, at), noAttempts)
    attempts = observed(attempts, desired, [carrying], 3010)
    expect(nextDue(attempts, 3010)).toBeUndefined()
    attempts = observed(attempts, desired, [], 3020)
    expect(pacingAt(attempts, 3020).waiting.size).toBe(0)
  })

  it('are due at once when the daemon died', () => {
    const attempts = [0, 1000, 3000].reduce((now, at) => open(now, at), noAttempts)
    expect(pacingAt(attempts, 3010).waiting.size).toBe(1)
    expect(pacingAt(observed(attempts, desired, undefined, 3010), 3010).waiting.size).toBe(0)
  })

  it('slow down with a peer that accepts and hangs up, again and again', () => {
    let attempts = noAttempts
    let opened = 0
    for (let now = 0; now < 60_000; now += 10) {
      attempts = observed(attempts, desired, [], now)
      if (pacingAt(attempts, now).waiting.size > 0) continue
      attempts = observed(open(attempts, now), desired, [carrying], now + 5)
      opened++
    }
    expect(opened).toBeLessThan(40)
    expect(opened).toBeGreaterThan(6)
  })

  it('remember why our own daemon would not begin, until it does', () => {
    const refused = begun(
      noAttempts,
      desired,
      [{ connection: connection.id, child, refusal: 'no such name' }],
      0,
      noJitter,
    )
    expect(refusals(refused)).toEqual(new Map([[connection.id, 'no such name']]))
    expect(refusals(observed(refused, desired, [], 500)).size).toBe(1)
    expect(refusals(open(refused, 1000)).size).toBe(0)
  })
})

describe('a tunnel that is connecting', () => {
  it('is given up after twenty seconds', () => {
    const attempts = observed(open(noAttempts, 0), desired, [aTunnel()], 10)
    expect(pacingAt(attempts, 10 + giveUpMs - 1).overdue.size).toBe(0)
    expect(pacingAt(attempts, 10 + giveUpMs).overdue).toEqual(new Set([1]))
    expect(nextDue(attempts, 1500)).toBe(10 + giveUpMs)
  })

  it('counts from when it was first seen, and anew under another number', () => {
    const first = observed(open(noAttempts, 0), desired, [aTunnel()], 10)
    expect(pacingAt(observed(first, desired, [aTunnel()], 15_000), 20_010).overdue.size).toBe(1)
    expect(pacingAt(observed(first, desired, [aTunnel({ ikeSa: 2 })], 15_000), 20_010).overdue.size).toBe(0)
  })

  it('is never given up when the peer began it', () => {
    const theirs = observed(open(noAttempts, 0), desired, [aTunnel({ initiatedBy: 'peer' })], 10)
    expect(pacingAt(theirs, 1_000_000).overdue.size).toBe(0)
    const unknown = observed(noAttempts, desired, [aTunnel()], 10)
    expect(pacingAt(unknown, 1_000_000).overdue.size).toBe(0)
  })

  it('is ours after a restart of the agent where the daemon says so', () => {
    const ours = observed(noAttempts, desired, [aTunnel({ initiatedBy: 'us' })], 10)
    expect(pacingAt(ours, 10 + giveUpMs).overdue).toEqual(new Set([1]))
  })
})

describe('the window', () => {
  const many = Array.from({ length: inFlight.most + 10 }, (_, n) => aDesiredConnection({ id: aConnectionId(`c${n}`) }))
  const crowd = aDesired({ connections: many })
  const opened = many.slice(0, inFlight.most).map(({ id }) => ({ connection: id, child }))

  it('is full when enough are being negotiated, and opens again when they stand or take long', () => {
    const attempts = begun(noAttempts, crowd, opened, 0, noJitter)
    expect(pacingAt(attempts, 1).room).toBe(0)
    expect(pacingAt(attempts, inFlight.countedMs).room).toBe(inFlight.most)
    const standing = opened.map(({ connection: id }, n) => ({ ...carrying, ikeSa: n, connection: id }))
    expect(pacingAt(observed(attempts, crowd, standing, 5), 5).room).toBe(inFlight.most)
  })

  it('says when it opens', () => {
    const attempts = begun(noAttempts, crowd, opened, 0, noJitter)
    expect(nextDue(attempts, 1500)).toBe(inFlight.countedMs)
  })
})
