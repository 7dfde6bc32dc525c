import fc from 'fast-check'
import { applied, nothingOf } from '../../src/agent/drivers/simulated/transition.ts'
import { expectation } from '../../src/agent/expectation.ts'
import { childKey, type Pacing, unpaced } from '../../src/agent/pacing.ts'
import { plan } from '../../src/agent/plan.ts'
import type { Step } from '../../src/agent/step.ts'
import type { Actual, ActualDaemon, ActualTunnel, Desired, DesiredConnection } from '../../src/model/tunnel.ts'
import { aConnectionId, aDesiredConnection, aGatewayId, aNetworkId, anAttachment, aPortId } from './desired.ts'

const gateway = aGatewayId('gateway-1')
const pick = <const T>(...values: readonly [T, ...T[]]) => fc.constantFrom(...values)

/** A connection with this id; two of them often differ in one thing only. */
export function connectionNamed(name: string): fc.Arbitrary<DesiredConnection> {
  const usual = aDesiredConnection({ id: aConnectionId(name), localIdentity: `${name}-local` })
  return fc
    .record({
      ikeVersion: pick<1 | 2>(2, 1),
      aggressive: pick(false, false, true),
      peerIdentity: pick(`${name}-a-peer`, `${name}-z-peer`),
      secretVersion: pick(1, 2),
      ikeGroup: pick('group14', 'group19'),
      encryption: pick('aes-128', 'aes-256'),
      initiate: pick(true, true, true, false),
      mtu: pick(1500, 1400),
      localCidrs: pick(['10.1.0.0/24'], ['10.1.0.0/24', '10.1.1.0/24']),
      peerCidrs: pick(['10.2.0.0/24'], ['10.2.0.0/24', '10.2.1.0/24']),
    })
    .map(({ ikeGroup, encryption, aggressive, ...rest }): DesiredConnection => {
      const [ike, ipsec] = [{ ...usual.ike, group: ikeGroup } as const, { ...usual.ipsec, encryption } as const]
      return { ...usual, ...rest, aggressive: aggressive && rest.ikeVersion === 1, ike, ipsec }
    })
}

const names = ['site-a', 'site-b', 'site-c'] as const

const attachments = fc
  .record({
    external: fc.option(pick('172.24.4.10/24', '172.24.4.11/24'), { nil: undefined }),
    internal: fc.option(pick('10.1.0.1/24', '10.1.1.1/24'), { nil: undefined }),
    network: pick('lan', 'other-lan'),
  })
  .map(({ external, internal, network }) => [
    ...(external === undefined ? [] : [anAttachment({ addresses: [external] })]),
    ...(internal === undefined
      ? []
      : [
          anAttachment({
            port: aPortId('port-in'),
            side: 'internal',
            network: aNetworkId(network),
            addresses: [internal],
          }),
        ]),
  ])

export const anyDesired: fc.Arbitrary<Desired> = fc
  .record({
    revision: fc.nat(100),
    present: pick(true, true, true, true, false),
    // Seldom: what moves is built anew, and every other property would be about little else.
    place: fc.oneof(
      { weight: 11, arbitrary: fc.constant<{ readonly onHost?: true }>({}) },
      { weight: 1, arbitrary: fc.constant<{ readonly onHost?: true }>({ onHost: true }) },
    ),
    attachments,
    nextHops: fc.subarray(['172.24.4.1', 'fd00::1']),
    protectedCidrs: fc.subarray(['10.2.0.0/24', '10.2.1.0/24', '10.3.0.0/24']),
    connections: fc.tuple(...names.map((name) => fc.option(connectionNamed(name), { nil: undefined }))),
  })
  .map(({ connections, place, ...rest }) => {
    const wanted = {
      ...rest,
      ...(rest.present && place),
      gateway,
      connections: connections.filter((one) => one !== undefined),
    }
    return wanted.present ? wanted : { ...wanted, attachments: [], nextHops: [], protectedCidrs: [], connections: [] }
  })

/** One thing that may have befallen a gateway before we look. */
export type Befallen =
  | { readonly what: 'half a plan'; readonly desired: Desired; readonly part: number }
  | { readonly what: 'peers answered'; readonly accepted: boolean }
  | { readonly what: 'a peer dialled'; readonly connection: DesiredConnection }
  | { readonly what: 'closing began' }
  | { readonly what: 'time passed'; readonly seconds: number }
  | { readonly what: 'daemon killed' }

const anythingBefallen: fc.Arbitrary<Befallen> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      what: pick('half a plan' as const),
      desired: anyDesired,
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ what: pick('peers answered' as const), accepted: pick(true, true, true, false) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: pick('a peer dialled' as const),
      connection: fc.oneof(...names.map(connectionNamed)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: pick('closing began' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: pick('time passed' as const), seconds: pick(1, 6, 61) }) },
  { weight: 1, arbitrary: fc.record({ what: pick('daemon killed' as const) }) },
)

/** A gateway that lived through other plans, half taken, with peers that answered, refused, dialled, and a daemon that died. */
export const anyActual: fc.Arbitrary<Actual> = fc
  .array(anythingBefallen, { maxLength: 8 })
  .map((history) =>
    history.reduce((actual, event, index) => befall(actual, event, (index + 1) * 1000), nothingOf(gateway)),
  )

/** What a gateway is after these steps, on a host that does as told. */
export function afterSteps(actual: Actual, steps: readonly Step[], firstSa: number): Actual {
  return steps.reduce((now, step, index) => applied(now, step, firstSa + index), actual)
}

export function befall(actual: Actual, event: Befallen, freshSa: number): Actual {
  switch (event.what) {
    case 'half a plan': {
      const steps = plan(event.desired, actual, unpaced)
      return afterSteps(actual, steps.slice(0, Math.ceil(steps.length * event.part)), freshSa)
    }
    case 'daemon killed':
      return { ...actual, daemon: undefined }
    case 'peers answered':
      return withTunnels(actual, (tunnels) => tunnels.flatMap((tunnel) => answered(tunnel, event.accepted)))
    case 'a peer dialled':
      return withTunnels(actual, (tunnels) => [...tunnels, dialled(event.connection, freshSa)])
    case 'closing began':
      return withTunnels(actual, ([first, ...rest]) => (first ? [{ ...first, state: 'closing' }, ...rest] : []))
    case 'time passed':
      return withTunnels(actual, (tunnels) =>
        tunnels.map((tunnel) => {
          const established = tunnel.state === 'established'
          return established ? { ...tunnel, ageSeconds: tunnel.ageSeconds + event.seconds } : tunnel
        }),
      )
  }
}

function withTunnels(actual: Actual, change: (tunnels: readonly ActualTunnel[]) => ActualTunnel[]): Actual {
  const { daemon } = actual
  return daemon === undefined ? actual : { ...actual, daemon: { ...daemon, tunnels: change(daemon.tunnels) } }
}

function answered(tunnel: ActualTunnel, accepted: boolean): ActualTunnel[] {
  if (tunnel.state === 'connecting' && !accepted && tunnel.ikeSa % 2 === 0) return []
  const children = tunnel.children.flatMap((child) => {
    if (child.state !== 'installing') return [child]
    return accepted ? [{ ...child, state: 'installed' } as const] : []
  })
  return [{ ...tunnel, state: tunnel.state === 'closing' ? 'closing' : 'established', children }]
}

function dialled(connection: DesiredConnection, freshSa: number): ActualTunnel {
  const { ike: fingerprint, children } = expectation(connection)
  const counters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }
  return {
    ikeSa: freshSa,
    connection: connection.id,
    fingerprint,
    state: 'established',
    initiatedBy: 'peer',
    ageSeconds: 0,
    children: children.map((child, index) => ({ ...child, ...counters, childSa: freshSa + index, state: 'installed' })),
  }
}

/** Some children wait, some tunnels are overdue: any that there could be. */
export function anyPacing(desired: Desired, actual: Actual): fc.Arbitrary<Pacing> {
  const keys = desired.connections.flatMap((connection) =>
    expectation(connection).children.map((child) => childKey(connection.id, child.fingerprint)),
  )
  const numbers = (actual.daemon?.tunnels ?? []).map(({ ikeSa }) => ikeSa)
  return fc
    .record({ waiting: fc.subarray(keys), overdue: fc.subarray(numbers) })
    .map(({ waiting, overdue }) => ({ ...unpaced, waiting: new Set(waiting), overdue: new Set(overdue) }))
}

/** Every tunnel established and every child installed. */
export function allAnswered(actual: Actual): Actual {
  return befall(actual, { what: 'peers answered', accepted: true }, 0)
}

export function tunnelsOf({ daemon }: { readonly daemon: ActualDaemon | undefined }): readonly ActualTunnel[] {
  return daemon?.tunnels ?? []
}
