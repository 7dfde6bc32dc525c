import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aConnectionId, aDesiredConnection } from '../../test/support/desired.ts'
import type { ActualTunnel, DesiredConnection } from '../model/tunnel.ts'
import { verdictCodes, verdictFields } from '../model/verdict.ts'
import { type Case, diagnose } from './diagnose.ts'
import { expectation } from './expectation.ts'
import type { Said, Signal } from './signal.ts'

const connection = aDesiredConnection()
const now = 1_000_000

function heard(says: Said, at: number, ikeSa = 1): Signal {
  return { at, connection: connection.id, peerAddress: undefined, ikeSa, says, line: says.what }
}

function aTunnel(of: DesiredConnection, hasOwnExchange = true): ActualTunnel {
  const { ike, children } = expectation(of)
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
  return {
    ikeSa: 1,
    connection: of.id,
    fingerprint: ike,
    state: 'established',
    ageSeconds: 5,
    children: children.map((child, n) => ({ childSa: n, ...child, state: 'installed', hasOwnExchange, ...counters })),
  }
}

function aCase(signals: readonly Signal[], changes: Partial<Case> = {}): Case {
  const rest = { traffic: new Map(), refusal: undefined, wantedSince: 0, lastUp: undefined }
  return { connection, tunnels: [], signals, ...rest, ...changes }
}

const codeOf = (...signals: readonly Signal[]) => diagnose(aCase(signals), now)?.code

const saying: fc.Arbitrary<Said> = fc.oneof(
  fc.constantFrom<Said>(
    ...(['began', 'answered', 'ike-established', 'authentication-refused', 'keys-differ'] as const).map(
      (what) => ({ what }) as const,
    ),
    ...(['unknown-initiator', 'networks-refused', 'rekey-collision', 'repeated', 'gave-up'] as const).map(
      (what) => ({ what }) as const,
    ),
    { what: 'proposal-refused', of: 'either' },
    { what: 'proposals-differ', of: 'ike', offered: [{ encryption: 'aes-256', integrity: 'md5', group: 'group1' }] },
    { what: 'proposals-differ', of: 'child', offered: [] },
    { what: 'networks-differ', one: ['10.9.0.0/24'], other: ['10.1.0.0/24'] },
    { what: 'closed-by-peer', of: 'child' },
    { what: 'machine-refused', part: 'mode' },
  ),
  fc.record({ what: fc.constant('identity-unexpected' as const), shown: fc.option(fc.string(), { nil: undefined }) }),
)
const signals = fc
  .array(fc.record({ says: saying, ikeSa: fc.integer({ min: 1, max: 3 }) }), { maxLength: 20 })
  .map((list) => list.map(({ says, ikeSa }, index) => heard(says, index + 1, ikeSa)))

describe('any verdict', () => {
  it('is of the closed sets, with evidence that was heard, and not from the future', () => {
    fc.assert(
      fc.property(signals, (heardOnes) => {
        const verdict = diagnose(aCase(heardOnes), now)
        if (verdict === undefined) return
        expect(verdictCodes).toContain(verdict.code)
        expect(verdictFields).toContain(verdict.field)
        const lines = new Set(heardOnes.map(({ line }) => line))
        expect(verdict.evidence.length).toBeGreaterThan(0)
        expect(verdict.evidence.length).toBeLessThanOrEqual(6)
        expect(verdict.evidence.every(({ line }) => lines.has(line))).toBe(true)
        expect(verdict.since <= (verdict.evidence.at(-1)?.time ?? '')).toBe(true)
      }),
    )
  })

  it('is never told of a tunnel that is up, whatever went before', () => {
    fc.assert(
      fc.property(signals, (heardOnes) => {
        expect(diagnose(aCase(heardOnes, { tunnels: [aTunnel(connection)] }), now)).toBeUndefined()
      }),
    )
  })

  it('is not made from what was heard before the tunnel was last up', () => {
    fc.assert(
      fc.property(signals, (heardOnes) => {
        expect(diagnose(aCase(heardOnes, { lastUp: heardOnes.length }), now)).toBeUndefined()
      }),
    )
  })
})

describe('of several causes', () => {
  it('the latest counts', () => {
    expect(codeOf(heard({ what: 'keys-differ' }, 1), heard({ what: 'networks-refused' }, 2, 2))).toBe(
      'NETWORKS_MISMATCH',
    )
    expect(codeOf(heard({ what: 'networks-refused' }, 1), heard({ what: 'keys-differ' }, 2, 2))).toBe('PSK_MISMATCH')
  })

  it('of the same step the most exact counts, be it older', () => {
    const differ = { encryption: 'aes-128', integrity: 'md5', group: 'group14' }
    const exact = heard({ what: 'proposals-differ', of: 'ike', offered: [differ] }, 1)
    const vague = heard({ what: 'proposal-refused', of: 'ike' }, 2, 2)
    expect(diagnose(aCase([exact, vague]), now)).toMatchObject({
      code: 'IKE_PROPOSAL_MISMATCH',
      field: 'ikepolicy.auth_algorithm',
      configured: 'sha256',
      offered: 'md5',
    })
  })

  it('what follows from one is no cause of its own', () => {
    expect(codeOf(heard({ what: 'keys-differ' }, 1), heard({ what: 'repeated' }, 2))).toBe('PSK_MISMATCH')
    expect(
      codeOf(
        heard({ what: 'ike-established' }, 1),
        heard({ what: 'networks-refused' }, 2),
        heard({ what: 'closed-by-peer', of: 'ike' }, 3),
      ),
    ).toBe('NETWORKS_MISMATCH')
  })
})

describe('silence', () => {
  it('is told by how far things had come', () => {
    const [began, answered, established] = [
      heard({ what: 'began' }, 1),
      heard({ what: 'answered' }, 2),
      heard({ what: 'ike-established' }, 3),
    ]
    const repeated = heard({ what: 'repeated' }, 4)
    expect(codeOf(began, repeated)).toBe('PEER_SILENT')
    expect(codeOf(began, answered, repeated)).toBe('UDP_4500_BLOCKED')
    expect(codeOf(began, answered, established, repeated)).toBeUndefined()
    expect(codeOf(began, answered, established, repeated, heard({ what: 'gave-up' }, 5))).toBe('PEER_LOST')
  })

  it('of everybody is waited out where we only answer', () => {
    const only = { connection: { ...connection, initiate: false } }
    expect(diagnose(aCase([], only), now)).toMatchObject({ code: 'WAITING_FOR_PEER', field: 'initiator' })
    expect(diagnose(aCase([]), now)).toBeUndefined()
  })
})

describe('identities', () => {
  it('are compared without what only tells their type', () => {
    const named = { ...connection, localIdentity: '@ours.example', peerIdentity: 'email:vpn@theirs.example' }
    const verdict = (local: string | undefined, peer: string) =>
      diagnose(aCase([heard({ what: 'identities-unknown', local, peer }, 1)], { connection: named }), now)
    expect(verdict('ours.example', 'vpn@theirs.example')).toBeUndefined()
    expect(verdict('ours.example', 'x@theirs.example')).toMatchObject({ field: 'peer_id', offered: 'x@theirs.example' })
    expect(verdict('x.example', 'vpn@theirs.example')).toMatchObject({ field: 'local_id', offered: 'x.example' })
  })
})

describe('a tunnel that carries', () => {
  const ripe = { tunnels: [aTunnel(connection, false)] }
  const refused = heard({ what: 'proposal-refused', of: 'child' }, 10)

  it('is going to fail when its first rekeying was refused', () => {
    const signals = [heard({ what: 'ike-established' }, 1), refused, heard({ what: 'rekey-failed' }, 11)]
    expect(diagnose(aCase(signals, ripe), now)).toMatchObject({
      code: 'PFS_MISMATCH',
      field: 'ipsecpolicy.pfs',
      configured: 'group14',
    })
    expect(diagnose(aCase(signals, { tunnels: [aTunnel(connection)] }), now)).toBeUndefined()
    expect(diagnose(aCase([refused], ripe), now)).toBeUndefined()
  })

  it('may connect a part of the networks only', () => {
    const wide = aDesiredConnection({ id: aConnectionId('wide'), peerCidrs: ['10.2.0.0/24', '10.3.0.0/24'] })
    const whole = aTunnel(wide)
    const part = { ...whole, children: whole.children.map((child) => ({ ...child, peerCidrs: ['10.2.0.0/24'] })) }
    expect(diagnose(aCase([], { connection: wide, tunnels: [whole] }), now)).toBeUndefined()
    expect(diagnose(aCase([], { connection: wide, tunnels: [part] }), now)).toMatchObject({
      code: 'NETWORKS_NARROWED',
      field: 'peer_ep_group_id',
      offered: '10.2.0.0/24',
    })
  })
})
