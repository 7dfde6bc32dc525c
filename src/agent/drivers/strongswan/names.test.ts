import { describe, expect, it } from 'vitest'
import type { GatewayId, NetworkId, PortId } from '../../../model/ids.ts'
import {
  bridgeName,
  gatewayEndName,
  gatewayNamespace,
  gatewayOfNamespace,
  hardwareAddress,
  hostEndName,
  hostEndOf,
  isBridge,
  isGatewayEnd,
  isHostEnd,
  networkAlias,
  networkOfAlias,
  portAlias,
  portOfAlias,
} from './names.ts'

const gateway = 'aaaaaaaa-0000-4000-8000-000000000001' as GatewayId
const network = 'cccccccc-1234-4000-8000-000000000003' as NetworkId
const leg = { port: 'bbbbbbbb-5678-4000-8000-000000000002' as PortId, side: 'external', network } as const

describe('names on the host', () => {
  it('fit into what a device name holds', () => {
    for (const name of [bridgeName(network), hostEndName(leg.port), gatewayEndName(leg)]) {
      expect(name.length).toBeLessThanOrEqual(15)
    }
  })

  it('are recognised as what they are', () => {
    expect(isBridge(bridgeName(network))).toBe(true)
    expect(isHostEnd(hostEndName(leg.port))).toBe(true)
    expect(isGatewayEnd(gatewayEndName(leg))).toBe(true)
    expect(hostEndOf(gatewayEndName(leg))).toBe(hostEndName(leg.port))
  })

  it('are read back', () => {
    expect(gatewayOfNamespace(gatewayNamespace(gateway))).toBe(gateway)
    expect(networkOfAlias(networkAlias(network))).toBe(network)
    expect(portOfAlias(portAlias(leg))).toEqual(leg)
  })

  it('of others are left to them', () => {
    expect(gatewayOfNamespace('qrouter-aaaaaaaa-0000-4000-8000-000000000001')).toBeUndefined()
    expect(gatewayOfNamespace('sallyport-mine')).toBeUndefined()
    expect(networkOfAlias(undefined)).toBeUndefined()
    expect(networkOfAlias('sallyport:network:../../etc')).toBeUndefined()
    expect(portOfAlias(networkAlias(network))).toBeUndefined()
  })

  it('give each port a hardware address that stays', () => {
    expect(hardwareAddress(leg.port)).toBe('02:bb:bb:bb:bb:56')
  })
})
