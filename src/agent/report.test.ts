import { describe, expect, it } from 'vitest'
import { afterSteps, allAnswered } from '../../test/support/arbitrary-gateway.ts'
import { aConnectionId, aDesired, aDesiredConnection } from '../../test/support/desired.ts'
import { nothingOf } from './drivers/simulated/transition.ts'
import { unpaced } from './pacing.ts'
import { plan } from './plan.ts'
import { report } from './report.ts'

const desired = aDesired({ revision: 7 })
const { gateway } = desired
const connection = aConnectionId('site-a')
const made = afterSteps(nothingOf(gateway), plan(desired, nothingOf(gateway), unpaced), 1)
const none = new Map()

describe('a report', () => {
  it('says up when every child is installed, down before', () => {
    expect(report(desired, made, none)).toEqual({ gateway, revision: 7, connections: [{ connection, state: 'down' }] })
    expect(report(desired, allAnswered(made), none).connections).toEqual([{ connection, state: 'up' }])
  })

  it('says down when only some of the children are installed', () => {
    const connections = [aDesiredConnection({ ikeVersion: 1, peerCidrs: ['10.2.0.0/24', '10.3.0.0/24'] })]
    const wider = { ...desired, connections }
    const steps = plan(wider, nothingOf(gateway), unpaced)
    const one = steps.filter((step, index) => step.do !== 'open-child' || index === steps.length - 1)
    expect(report(wider, allAnswered(afterSteps(nothingOf(gateway), one, 1)), none).connections).toEqual([
      { connection, state: 'down' },
    ])
  })

  it('says why a connection failed, and that of one that carries beside it', () => {
    const refusals = new Map([[connection, 'invalid value for: id']])
    const problem = 'invalid value for: id'
    expect(report(desired, made, refusals).connections).toEqual([{ connection, state: 'failed', problem }])
    expect(report(desired, allAnswered(made), refusals).connections).toEqual([{ connection, state: 'up', problem }])
  })

  it('names a connection that should be gone until it is', () => {
    const without = { ...desired, connections: [] }
    expect(report(without, made, none).connections).toEqual([
      { connection, state: 'down', problem: 'still being removed from the gateway' },
    ])
    const closing = afterSteps(made, plan(without, made, unpaced), 100)
    expect(report(without, closing, none).connections).toEqual([])
  })

  it('carries the problem of the gateway as a whole', () => {
    expect(report(desired, nothingOf(gateway), none, undefined, 'network lan is not on this host')).toEqual({
      gateway,
      revision: 7,
      problem: 'network lan is not on this host',
      connections: [{ connection, state: 'down' }],
    })
  })
})
