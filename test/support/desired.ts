import type { ConnectionId, GatewayId, NetworkId, PortId } from '../../src/model/ids.ts'
import { Secret } from '../../src/model/secret.ts'
import type { Attachment, Desired, DesiredConnection, DesiredHost } from '../../src/model/tunnel.ts'

// Brands are put on where ids are made; in tests that is here.
export const aGatewayId = (name: string) => name as GatewayId
export const aConnectionId = (name: string) => name as ConnectionId
export const aNetworkId = (name: string) => name as NetworkId
export const aPortId = (name: string) => name as PortId

export function aDesiredConnection(but: Partial<DesiredConnection> = {}): DesiredConnection {
  return {
    id: aConnectionId('site-a'),
    ikeVersion: 2,
    aggressive: false,
    localAddress: '172.24.4.10',
    peerAddress: '172.24.4.20',
    localIdentity: '172.24.4.10',
    peerIdentity: '172.24.4.20',
    secret: new Secret('a shared secret'),
    secretVersion: 1,
    restarts: 0,
    ike: { encryption: 'aes-128', integrity: 'sha256', group: 'group14', lifetimeSeconds: 3600 },
    ipsec: {
      protocol: 'esp',
      mode: 'tunnel',
      encryption: 'aes-128',
      integrity: 'sha256',
      group: 'group14',
      lifetimeSeconds: 3600,
    },
    deadPeerDetection: { action: 'restart', intervalSeconds: 30, timeoutSeconds: 120 },
    initiate: true,
    mtu: 1500,
    localCidrs: ['10.1.0.0/24'],
    peerCidrs: ['10.2.0.0/24'],
    ...but,
  }
}

export function anAttachment(but: Partial<Attachment> = {}): Attachment {
  const external = { port: aPortId('port-out'), side: 'external', network: aNetworkId('public') } as const
  return { ...external, addresses: ['172.24.4.10/24'], ...but }
}

export const anInternalAttachment = anAttachment({
  port: aPortId('port-in'),
  side: 'internal',
  network: aNetworkId('lan'),
  addresses: ['10.1.0.1/24'],
})

export function aDesired(but: Partial<Desired> = {}): Desired {
  return {
    gateway: aGatewayId('gateway-1'),
    revision: 1,
    present: true,
    attachments: [anAttachment(), anInternalAttachment],
    nextHops: ['172.24.4.1'],
    protectedCidrs: ['10.2.0.0/24'],
    connections: [aDesiredConnection()],
    ...but,
  }
}

export function aDesiredHost(but: Partial<DesiredHost> = {}): DesiredHost {
  return {
    networks: [
      { id: aNetworkId('public'), hostAddresses: ['172.24.4.1/24'] },
      { id: aNetworkId('lan'), hostAddresses: [] },
    ],
    gateways: [aGatewayId('gateway-1')],
    ...but,
  }
}

/** As it is, with nothing on the host. */
export const nothingDesired = (gateway: GatewayId, revision = 2): Desired => ({
  ...aDesired({ gateway, revision, present: false }),
  attachments: [],
  nextHops: [],
  protectedCidrs: [],
  connections: [],
})
