import { describe, expect, it } from 'vitest'
import { afterSteps, allAnswered } from '../../test/support/arbitrary-gateway.ts'
import { aDesired, aDesiredConnection } from '../../test/support/desired.ts'
import type { Desired } from '../model/tunnel.ts'
import { type Diagnoses, diagnosed, noDiagnoses, verdicts } from './diagnoses.ts'
import { nothingOf } from './drivers/simulated/transition.ts'
import { unpaced } from './pacing.ts'
import { plan } from './plan.ts'
import type { Said, Signal } from './signal.ts'

const desired = aDesired()
const connection = aDesiredConnection()
const down = nothingOf(desired.gateway)
const up = allAnswered(afterSteps(down, plan(desired, down, unpaced), 1))

function heard(what: 'keys-differ' | 'networks-refused', at: number): Signal {
  const says: Said = { what }
  return { at, connection: connection.id, peerAddress: undefined, ikeSa: 1, says, line: `${what} at ${at}` }
}

/** One look at a moment, at which this has been heard so far. */
function look(before: Diagnoses, at: number, signals: readonly Signal[], actual = down, wanted: Desired = desired) {
  const parts = { actual, signalsOf: () => signals, refusals: new Map(), begunAt: at, readAt: at }
  return diagnosed(before, wanted, parts, at)
}
const told = (diagnoses: Diagnoses) => verdicts(diagnoses).get(connection.id)

describe('from look to look', () => {
  it('what was said before a connection was wanted says nothing about it', () => {
    const first = look(noDiagnoses, 100, [heard('keys-differ', 50)])
    expect(told(first)).toBeUndefined()
    expect(told(look(first, 200, [heard('keys-differ', 50), heard('keys-differ', 150)]))?.code).toBe('PSK_MISMATCH')
  })

  it('a change of the connection begins a new page', () => {
    const signals = [heard('keys-differ', 150)]
    const found = look(look(noDiagnoses, 100, []), 200, signals)
    const renewed = { ...desired, connections: [{ ...connection, secretVersion: 2 }] }
    const after = look(found, 300, signals, down, renewed)
    expect([told(found)?.code, told(after)]).toEqual(['PSK_MISMATCH', undefined])
    expect(told(look(after, 400, [...signals, heard('keys-differ', 350)], down, renewed))?.code).toBe('PSK_MISMATCH')
  })

  it('a tunnel that stood takes all earlier causes with it', () => {
    const signals = [heard('keys-differ', 150)]
    const stood = look(look(noDiagnoses, 100, []), 200, signals, up)
    expect(told(stood)).toBeUndefined()
    expect(told(look(stood, 300, signals))).toBeUndefined()
    expect(told(look(stood, 300, [...signals, heard('networks-refused', 250)]))?.code).toBe('NETWORKS_MISMATCH')
  })

  it('a cause that goes on is not told again and again, and its evidence is renewed now and then', () => {
    const first = look(look(noDiagnoses, 0, []), 100, [heard('keys-differ', 50)])
    const signals = [heard('keys-differ', 50), heard('keys-differ', 150_000)]
    const soon = look(first, 200_000, signals)
    expect(told(soon)).toBe(told(first))
    const later = told(look(soon, 400_000, signals))
    expect(later).toMatchObject({ since: told(first)?.since, evidence: [{}, { line: 'keys-differ at 150000' }] })
  })
})
