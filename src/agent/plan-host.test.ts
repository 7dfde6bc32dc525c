import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aDesiredHost, aGatewayId, aNetworkId } from '../../test/support/desired.ts'
import type { DesiredHost } from '../model/tunnel.ts'
import { planHost } from './plan-host.ts'

const nothing = { networks: [], gateways: [] }

it('makes the networks, and leaves making gateways to their own plans', () => {
  const { networks } = aDesiredHost()
  expect(planHost(aDesiredHost(), nothing)).toEqual(networks.map((network) => ({ do: 'make-network', network })))
})

it('makes a network again when its host addresses differ', () => {
  const [network, ...rest] = aDesiredHost().networks
  if (network === undefined) throw new Error('the usual host has networks')
  const moved = { ...network, hostAddresses: ['172.24.4.2/24'] }
  expect(planHost(aDesiredHost(), { ...aDesiredHost(), networks: [moved, ...rest] })).toEqual([
    { do: 'make-network', network },
  ])
})

it.each([
  ['stands on another wire', { segment: { physicalNetwork: 'spare' } }],
  ['has another tag', { segment: { physicalNetwork: 'trunk', vlan: 101 } }],
  ['is broken', { segment: { physicalNetwork: 'trunk', vlan: 100 }, isBroken: true as const }],
])('makes a network again that %s', (_, actual) => {
  const id = aNetworkId('lab')
  const network = { id, hostAddresses: [], segment: { physicalNetwork: 'trunk', vlan: 100 } }
  const desired = { networks: [network], gateways: [] }
  expect(planHost(desired, { networks: [{ id, hostAddresses: [], ...actual }], gateways: [] })).toEqual([
    { do: 'make-network', network },
  ])
  expect(planHost(desired, desired)).toEqual([])
})

it('removes a network nobody asks for, however little of it is there', () => {
  const broken = { id: aNetworkId('old'), hostAddresses: [], isBroken: true as const }
  expect(planHost(nothing, { networks: [broken], gateways: [] })).toEqual([{ do: 'remove-network', network: 'old' }])
})

it('sweeps gateways nobody asks for before it removes networks', () => {
  const actual = { networks: [{ id: aNetworkId('old'), hostAddresses: [] }], gateways: [aGatewayId('stray')] }
  expect(planHost(nothing, actual)).toEqual([
    { do: 'sweep-gateway', gateway: 'stray' },
    { do: 'remove-network', network: 'old' },
  ])
})

it('leaves nothing to plan once it was taken', () => {
  const anyHost: fc.Arbitrary<DesiredHost> = fc.record({
    networks: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c').map(aNetworkId),
        hostAddresses: fc.subarray(['10.0.0.1/24', 'fd00::1/64']),
      }),
      { selector: ({ id }) => id },
    ),
    gateways: fc.subarray(['one', 'two'].map(aGatewayId)),
  })
  fc.assert(
    fc.property(anyHost, anyHost, (desired, actual) => {
      const networks = new Map(actual.networks.map((network) => [network.id, network]))
      const gateways = new Set(actual.gateways)
      for (const step of planHost(desired, actual)) {
        if (step.do === 'make-network') networks.set(step.network.id, step.network)
        else if (step.do === 'remove-network') networks.delete(step.network)
        else gateways.delete(step.gateway)
      }
      expect(planHost(desired, { networks: [...networks.values()], gateways: [...gateways] })).toEqual([])
    }),
  )
})
