import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unpaced } from '../../src/agent/pacing.ts'
import { plan } from '../../src/agent/plan.ts'
import type { DesiredConnection } from '../../src/model/tunnel.ts'
import { mirrorOf, ping, startPing, until } from '../support/lab.ts'
import { aDesiredConnection, aDesiredGateway, installedChildren, takePlan, untilUp } from '../support/tunnel-site.ts'
import { aTunnelWorld, type TunnelWorld } from '../support/tunnel-world.ts'

describe('connections of one gateway', () => {
  const peerLan = [1, 2, 3].map((n) => ({ gateway: `10.2.${n}.1/24`, host: `10.2.${n}.10/24` }))
  let world: TunnelWorld
  let gateway: ReturnType<typeof aDesiredGateway>

  beforeAll(async () => {
    world = await aTunnelWorld({ name: 'conn', peerAddresses: ['203.0.113.2/24', '2001:db8::2/64'], peerLan })
    const base = aDesiredGateway(world.networks, [])
    const attachments = base.attachments.map((leg) =>
      leg.side === 'external' ? { ...leg, addresses: [...leg.addresses, '2001:db8::1/64'] } : leg,
    )
    gateway = { ...base, attachments }
  })

  afterAll(async () => {
    await world?.close()
  })

  const desire = (...connections: DesiredConnection[]) => ({
    ...gateway,
    connections,
    protectedCidrs: [...new Set(connections.flatMap(({ peerCidrs }) => peerCidrs))],
  })
  const pingThrough = (n: number) => ping({ from: world.host.namespace, to: `10.2.${n}.10`, count: 2 })

  const kinds: [name: string, Partial<DesiredConnection>][] = [
    [
      'IKEv1 main mode, each pair of networks its own child',
      { ikeVersion: 1, peerCidrs: ['10.2.1.0/24', '10.2.2.0/24'] },
    ],
    [
      'IKEv1 aggressive mode',
      { ikeVersion: 1, aggressive: true, localIdentity: '@ours.example', peerIdentity: 'peer@example.org' },
    ],
    ['names for identities', { localIdentity: '@ours.example', peerIdentity: 'theirs.example' }],
    ['a distinguished name and digits', { localIdentity: 'C=CH, O=Ours, CN=gate', peerIdentity: '4711' }],
    ['an address that is meant as a name', { localIdentity: '@203.0.113.1', peerIdentity: '@203.0.113.2' }],
    [
      'IPv6 outside',
      {
        localAddress: '2001:db8::1',
        peerAddress: '2001:db8::2',
        localIdentity: '2001:db8::1',
        peerIdentity: '2001:db8::2',
      },
    ],
    ['several networks in one child', { peerCidrs: ['10.2.1.0/24', '10.2.2.0/24', '10.2.3.0/24'] }],
    [
      'a combined-mode cipher',
      {
        ike: { encryption: 'aes-256-gcm-16', integrity: 'sha384', group: 'group20', lifetimeSeconds: 86_400 },
        ipsec: {
          protocol: 'esp',
          mode: 'tunnel',
          encryption: 'aes-128-gcm-16',
          integrity: 'sha1',
          group: undefined,
          lifetimeSeconds: 60,
        },
      },
    ],
  ]

  it.each(kinds)('carries %s', async (_, changes) => {
    const connection = aDesiredConnection({ peerCidrs: ['10.2.1.0/24'], ...changes })
    await world.peer.configure(mirrorOf(connection))
    await takePlan(world.driver, desire(connection))
    const actual = await untilUp(world.driver, gateway.gateway, connection)
    expect(plan(desire(connection), actual, unpaced)).toEqual([])
    for (const cidr of connection.peerCidrs) {
      expect(await pingThrough(Number(cidr.split('.')[2]))).toEqual({ sent: 2, received: 2 })
    }
    await takePlan(world.driver, desire())
    await until(async () => (await world.driver.observe(gateway.gateway)).daemon?.tunnels.length === 0)
    await world.peer.forget(mirrorOf(connection).name)
  })

  it('puts the MTU of a connection in force although the daemon runs', async () => {
    const connection = aDesiredConnection({ peerCidrs: ['10.2.1.0/24'], mtu: 1300 })
    await world.peer.configure(mirrorOf(connection))
    await takePlan(world.driver, desire())
    await takePlan(world.driver, desire(connection))
    await untilUp(world.driver, gateway.gateway, connection)
    const pingOf = (bytes: number) =>
      ping({ from: world.host.namespace, to: '10.2.1.10', count: 1, packetBytes: bytes })
    expect(await pingOf(1300)).toEqual({ sent: 1, received: 1 })
    expect(await pingOf(1301)).toEqual({ sent: 1, received: 0 })
    await takePlan(world.driver, desire())
    await world.peer.forget(mirrorOf(connection).name)
  })

  it('keeps two of them with the same addresses and identities, opened at once', async () => {
    const [one, other] = [
      aDesiredConnection({ peerCidrs: ['10.2.1.0/24'] }),
      aDesiredConnection({ peerCidrs: ['10.2.2.0/24'] }),
    ]
    // As responder charon chooses a configuration by identities: the peer has both pairs of networks in one.
    const both = { ...mirrorOf(one), children: [...mirrorOf(one).children, ...mirrorOf(other).children] }
    await world.peer.configure(both)
    const desired = desire(one, other)
    await takePlan(world.driver, desired)
    await Promise.all([one, other].map((connection) => untilUp(world.driver, gateway.gateway, connection)))
    expect(await pingThrough(1)).toEqual({ sent: 2, received: 2 })
    expect(await pingThrough(2)).toEqual({ sent: 2, received: 2 })
    expect(plan(desired, await world.driver.observe(gateway.gateway), unpaced)).toEqual([])
    await takePlan(world.driver, desire())
    await world.peer.forget(both.name)
  })

  it('loses no packet of one while another is added, changed and removed', async () => {
    const steady = aDesiredConnection({ peerCidrs: ['10.2.1.0/24'] })
    const restless = aDesiredConnection({
      peerCidrs: ['10.2.2.0/24'],
      localIdentity: 'x.example',
      peerIdentity: 'y.example',
    })
    await world.peer.configure(mirrorOf(steady))
    await takePlan(world.driver, desire(steady))
    await untilUp(world.driver, gateway.gateway, steady)
    const pinging = startPing({ from: world.host.namespace, to: '10.2.1.10' })

    await world.peer.configure(mirrorOf(restless))
    await takePlan(world.driver, desire(steady, restless))
    await untilUp(world.driver, gateway.gateway, restless)
    const changed = { ...restless, ipsec: { ...restless.ipsec, encryption: 'aes-128', lifetimeSeconds: 1800 } } as const
    await world.peer.configure(mirrorOf(changed))
    await takePlan(world.driver, desire(steady, changed))
    await untilUp(world.driver, gateway.gateway, changed)
    await until(async () => (await takePlan(world.driver, desire(steady, changed))).length === 0)
    expect(await pingThrough(2)).toEqual({ sent: 2, received: 2 })
    await takePlan(world.driver, desire(steady))
    await until(async () => {
      const actual = await world.driver.observe(gateway.gateway)
      return installedChildren(actual, changed).length === 0
    })

    const { sent, received } = await pinging.stop()
    expect(sent).toBeGreaterThan(5)
    expect(received).toBe(sent)
  })
})
