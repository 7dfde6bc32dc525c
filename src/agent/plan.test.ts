import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterSteps,
  allAnswered,
  anyActual,
  anyDesired,
  anyPacing,
  connectionNamed,
  tunnelsOf,
} from '../../test/support/arbitrary-gateway.ts'
import {
  aConnectionId,
  aDesired,
  aDesiredConnection,
  anAttachment,
  nothingDesired,
} from '../../test/support/desired.ts'
import type { Actual, Desired, DesiredConnection } from '../model/tunnel.ts'
import { nothingOf } from './drivers/simulated/transition.ts'
import { expectation, isUp } from './expectation.ts'
import { childKey, unpaced } from './pacing.ts'
import { plan } from './plan.ts'
import type { Step } from './step.ts'
import { connectionOf } from './step-connection.ts'

const sorted = (things: readonly unknown[]) => things.map((thing) => JSON.stringify(thing)).toSorted()
const verbs = (steps: readonly Step[]) => steps.map((step) => step.do)

/** What stands once a plan for this was taken and the peers agreed. */
function standing(desired: Desired): Actual {
  const nothing = nothingOf(desired.gateway)
  return allAnswered(afterSteps(nothing, plan(desired, nothing, unpaced), 1))
}

describe('a plan', () => {
  const desired = aDesired()
  const there = standing(desired)

  it('makes a gateway from nothing in one pass, protected before anything can carry', () => {
    expect(verbs(plan(desired, nothingOf(desired.gateway), unpaced))).toEqual([
      'make-gateway',
      'protect',
      'attach',
      'attach',
      'set-next-hops',
      'start-daemon',
      'load-secret',
      'load-connection',
      'open-child',
    ])
  })

  it('makes the host itself a gateway, and builds anew what is in the wrong place', () => {
    const onHost = aDesired({ onHost: true, nextHops: [] })
    expect(plan(onHost, nothingOf(onHost.gateway), unpaced)[0]).toEqual({ do: 'make-gateway', onHost: true })
    expect(plan(onHost, standing(onHost), unpaced)).toEqual([])
    expect(plan(onHost, there, unpaced).slice(0, 2)).toEqual([
      { do: 'remove-gateway' },
      { do: 'make-gateway', onHost: true },
    ])
    expect(plan(desired, standing(onHost), unpaced).slice(0, 2)).toEqual([
      { do: 'remove-gateway' },
      { do: 'make-gateway' },
    ])
  })

  it('is empty when all is as it should be', () => {
    expect(isUp(aDesiredConnection(), tunnelsOf(there))).toBe(true)
    expect(plan(desired, there, unpaced)).toEqual([])
  })

  it('removes a gateway that should not be, whatever is in it', () => {
    expect(plan(nothingDesired(desired.gateway), there, unpaced)).toEqual([{ do: 'remove-gateway' }])
    expect(plan(nothingDesired(desired.gateway), nothingOf(desired.gateway), unpaced)).toEqual([])
  })

  it('starts a daemon that died and brings everything back in the same pass', () => {
    expect(verbs(plan(desired, { ...there, daemon: undefined }, unpaced))).toEqual([
      'start-daemon',
      'load-secret',
      'load-connection',
      'open-child',
    ])
  })

  it('touches no tunnel for a new secret', () => {
    const connection = aDesiredConnection({ secretVersion: 2 })
    expect(verbs(plan({ ...desired, connections: [connection] }, there, unpaced))).toEqual([
      'load-secret',
      'unload-secret',
    ])
  })

  it('keeps the IKE SA when only the child changes, and the old child until the new one stands', () => {
    const { ipsec } = aDesiredConnection()
    const connection = aDesiredConnection({ ipsec: { ...ipsec, encryption: 'aes-256' } })
    const changed = { ...desired, connections: [connection] }
    const steps = plan(changed, there, unpaced)
    expect(verbs(steps)).toEqual(['load-connection', 'open-child'])
    const negotiating = afterSteps(there, steps, 100)
    expect(plan(changed, negotiating, unpaced)).toEqual([])
    const stands = allAnswered(negotiating)
    expect(verbs(plan(changed, stands, unpaced))).toEqual(['close-child'])
    expect(tunnelsOf(stands).map(({ ikeSa }) => ikeSa)).toEqual(tunnelsOf(there).map(({ ikeSa }) => ikeSa))
  })

  it('closes the old child also when the new one cannot be had', () => {
    const { ipsec } = aDesiredConnection()
    const connection = aDesiredConnection({ ipsec: { ...ipsec, encryption: 'aes-256' } })
    const [child] = expectation(connection).children
    const waiting = new Set([childKey(connection.id, child?.fingerprint ?? '')])
    const steps = plan({ ...desired, connections: [connection] }, there, { ...unpaced, waiting })
    expect(verbs(steps)).toEqual(['load-connection', 'close-child'])
  })

  it('closes a tunnel whose IKE part changed and opens the new one', () => {
    const { ike } = aDesiredConnection()
    const connection = aDesiredConnection({ ike: { ...ike, group: 'group19' } })
    expect(verbs(plan({ ...desired, connections: [connection] }, there, unpaced))).toEqual([
      'load-connection',
      'unload-connection',
      'close-tunnel',
      'open-child',
    ])
  })

  it('takes a connection away, its protection last', () => {
    const without = { ...desired, connections: [], protectedCidrs: [] }
    expect(verbs(plan(without, there, unpaced))).toEqual([
      'unload-connection',
      'close-tunnel',
      'unload-secret',
      'unprotect',
    ])
  })

  it('does not open what only the peer may begin', () => {
    const connections = [aDesiredConnection({ initiate: false })]
    const steps = plan({ ...desired, connections }, nothingOf(desired.gateway), unpaced)
    expect(verbs(steps)).not.toContain('open-child')
  })

  it('opens nothing beside an attempt, and starts anew once that is given up', () => {
    const connecting = afterSteps(there, [{ do: 'close-tunnel', connection: aConnectionId('site-a'), ikeSa: 9 }], 1)
    const dialling = afterSteps(
      { ...connecting, daemon: undefined },
      plan(desired, { ...there, daemon: undefined }, unpaced),
      50,
    )
    expect(plan(desired, dialling, unpaced)).toEqual([])
    const overdue = new Set(tunnelsOf(dialling).map(({ ikeSa }) => ikeSa))
    expect(verbs(plan(desired, dialling, { ...unpaced, overdue }))).toEqual(['close-tunnel', 'open-child'])
  })

  it('begins no more than there is room for', () => {
    const connections = ['a', 'b', 'c'].map((name) => aDesiredConnection({ id: aConnectionId(name) }))
    const steps = plan({ ...desired, connections }, nothingOf(desired.gateway), { ...unpaced, room: 2 })
    expect(verbs(steps).filter((verb) => verb === 'open-child')).toHaveLength(2)
  })

  it('sets the next hops again when the leg they lead through is replaced', () => {
    const attachments = [anAttachment({ addresses: ['172.24.4.11/24'] }), ...desired.attachments.slice(1)]
    expect(verbs(plan({ ...desired, attachments }, there, unpaced))).toEqual(['detach', 'attach', 'set-next-hops'])
  })

  it('puts changed settings in force without a restart', () => {
    const connections = [aDesiredConnection({ mtu: 1400 })]
    expect(verbs(plan({ ...desired, connections }, there, unpaced))).toEqual(['configure-daemon'])
  })
})

describe('every plan', () => {
  const world = fc
    .tuple(anyDesired, anyActual)
    .chain(([desired, actual]) =>
      fc.record({ desired: fc.constant(desired), actual: fc.constant(actual), pacing: anyPacing(desired, actual) }),
    )
  const runs = { numRuns: 3_000 }

  it('leaves nothing to plan once it was taken', () => {
    fc.assert(
      fc.property(world, ({ desired, actual, pacing }) => {
        const after = afterSteps(actual, plan(desired, actual, pacing), 100_000)
        expect(plan(desired, after, pacing)).toEqual([])
      }),
      runs,
    )
  })

  it('can be broken off anywhere and taken up by the next', () => {
    fc.assert(
      fc.property(world, fc.nat(), ({ desired, actual, pacing }, cut) => {
        const steps = plan(desired, actual, pacing)
        const broken = afterSteps(actual, steps.slice(0, cut % (steps.length + 1)), 100_000)
        const after = afterSteps(broken, plan(desired, broken, pacing), 200_000)
        expect(plan(desired, after, pacing)).toEqual([])
      }),
      runs,
    )
  })

  it('brings everything up when the peers agree, in a few looks', () => {
    fc.assert(
      fc.property(world, ({ desired, actual }) => {
        let now = actual
        for (let look = 1; look <= 4; look++) {
          now = allAnswered(afterSteps(now, plan(desired, now, unpaced), look * 100_000))
        }
        expect(plan(desired, now, unpaced)).toEqual([])
        const loaded = desired.connections.map((one) => ({ connection: one.id, fingerprint: expectation(one).ike }))
        expect(sorted(now.daemon?.connections.map(({ children, ...one }) => one) ?? [])).toEqual(sorted(loaded))
        const secrets = desired.connections.map((one) => ({ connection: one.id, version: one.secretVersion }))
        expect(sorted(now.daemon?.secrets ?? [])).toEqual(sorted(secrets))
        expect(sorted(now.attachments)).toEqual(sorted(desired.attachments))
        expect(sorted(now.nextHops)).toEqual(sorted(desired.nextHops))
        expect(sorted(now.protectedCidrs)).toEqual(sorted(desired.protectedCidrs))
        for (const tunnel of tunnelsOf(now).filter(({ state }) => state !== 'closing')) {
          const connection = desired.connections.find(({ id }) => id === tunnel.connection)
          const wanted = connection && expectation(connection)
          expect(tunnel.fingerprint).toBe(wanted?.ike)
          const children = wanted?.children.map(({ fingerprint }) => fingerprint)
          for (const child of tunnel.children) expect(children).toContain(child.fingerprint)
        }
        for (const connection of desired.connections.filter(({ initiate }) => initiate)) {
          expect(
            isUp(
              connection,
              tunnelsOf(now).filter((one) => one.connection === connection.id),
            ),
          ).toBe(true)
        }
      }),
      runs,
    )
  })

  it('protects before anything that could carry or leak, and unprotects last', () => {
    fc.assert(
      fc.property(world, ({ desired, actual, pacing }) => {
        const order = verbs(plan(desired, actual, pacing))
        const before = ['remove-gateway', 'make-gateway', 'protect']
        const carrying = order.findIndex((verb) => !before.includes(verb))
        expect(order.lastIndexOf('protect')).toBeLessThan(carrying === -1 ? order.length : carrying)
        const unprotecting = order.indexOf('unprotect')
        if (unprotecting !== -1) expect(new Set(order.slice(unprotecting))).toEqual(new Set(['unprotect']))
      }),
      runs,
    )
  })

  it('mentions no other connection when only one differs', () => {
    const others = fc.tuple(connectionNamed('site-b'), connectionNamed('site-c'))
    const before = fc.option(connectionNamed('site-a'), { nil: undefined })
    fc.assert(
      fc.property(anyDesired, others, before, before, (base, same, old, young) => {
        const connections = (one: DesiredConnection | undefined) => (one === undefined ? same : [one, ...same])
        const made = standing({ ...base, present: true, connections: connections(old) })
        const steps = plan({ ...base, present: true, connections: connections(young) }, made, unpaced)
        const mentioned = steps.map(connectionOf).filter((id) => id !== undefined)
        expect(mentioned).not.toContain(aConnectionId('site-b'))
        expect(mentioned).not.toContain(aConnectionId('site-c'))
      }),
      { numRuns: 1_000 },
    )
  })

  it('never closes what carries as desired, but for doubles', () => {
    fc.assert(
      fc.property(world, ({ desired, actual, pacing }) => {
        // What is in the wrong place carries for nobody.
        fc.pre(!actual.present || actual.onHost === desired.onHost)
        const after = afterSteps(actual, plan(desired, actual, pacing), 100_000)
        for (const connection of desired.connections) {
          const own = (one: Actual) => tunnelsOf(one).filter(({ connection: id }) => id === connection.id)
          if (isUp(connection, own(actual))) expect(isUp(connection, own(after))).toBe(true)
        }
      }),
      runs,
    )
  })
})
