/**
 * What our things are called on the host. Everything the driver makes is found again by these names alone, after a crash
 * of ours and by `cleanUpHost` too. Device names hold 15 characters, too few for an id: they carry its beginning, and
 * the alias carries all of it.
 */
import type { GatewayId, NetworkId, PortId } from '../../../model/ids.ts'
import type { Attachment } from '../../../model/tunnel.ts'

const namespacePrefix = 'sallyport-'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function isUuid(text: string): boolean {
  return uuid.test(text)
}

export function gatewayNamespace(gateway: GatewayId): string {
  return `${namespacePrefix}${gateway}`
}

/** The gateway a namespace belongs to; `undefined` for one that is not ours. */
export function gatewayOfNamespace(namespace: string): GatewayId | undefined {
  const id = namespace.slice(namespacePrefix.length)
  return namespace.startsWith(namespacePrefix) && isUuid(id) ? (id as GatewayId) : undefined
}

const idCharacters = 11

export const bridgeName = (network: NetworkId): string => `spb${network.slice(0, idCharacters)}`
/** The end of a port's cable that is plugged into the bridge. */
export const hostEndName = (port: PortId): string => `spv${port.slice(0, idCharacters)}`
/** The end inside the gateway: `spe…` external, `spi…` internal. */
export const gatewayEndName = ({ port, side }: Pick<Attachment, 'port' | 'side'>): string =>
  `sp${side === 'external' ? 'e' : 'i'}${port.slice(0, idCharacters)}`

/**
 * The same whenever the leg is made again, on whatever host: neighbours keep sending to the address they know for a while.
 * Begins with the bit that says "locally administered".
 */
export function hardwareAddress(port: PortId): string {
  const digits = port.replaceAll('-', '').slice(0, 10)
  return `02:${digits.replace(/..(?!$)/g, '$&:')}`
}

/** Host end of the cable whose other end has this name inside a gateway. */
export const hostEndOf = (gatewayEnd: string): string => `spv${gatewayEnd.slice(3)}`
export const isGatewayEnd = (device: string): boolean => /^sp[ei][0-9a-f-]{11}$/.test(device)
export const isHostEnd = (device: string): boolean => /^spv[0-9a-f-]{11}$/.test(device)
/** A VLAN of an interface of the host, plugged into the network's bridge. */
export const vlanName = (network: NetworkId): string => `spt${network.slice(0, idCharacters)}`
export const isVlan = (device: string): boolean => /^spt[0-9a-f-]{11}$/.test(device)
export const isBridge = (device: string): boolean => /^spb[0-9a-f-]{11}$/.test(device)

export const networkAlias = (network: NetworkId): string => `sallyport:network:${network}`
export const gatewayAlias = (gateway: GatewayId): string => `sallyport:gateway:${gateway}`
/** Ends with the bridge where that is one of the operator's. No device has a colon in its name. */
export const portAlias = ({ port, side, network, bridge }: PortName): string =>
  ['sallyport', 'port', port, side, network, ...(bridge === undefined ? [] : [bridge])].join(':')

export interface PortName extends Pick<Attachment, 'port' | 'side' | 'network'> {
  /** The operator's bridge that the cable is plugged into; absent: ours. */
  readonly bridge?: string
}

/** Into which bridge the cable of the port is plugged. */
export const bridgeOfPort = ({ network, bridge }: PortName): string => bridge ?? bridgeName(network)

export function networkOfAlias(alias: string | undefined): NetworkId | undefined {
  const [owner, kind, id = ''] = alias?.split(':') ?? []
  return owner === 'sallyport' && kind === 'network' && isUuid(id) ? (id as NetworkId) : undefined
}

export function portOfAlias(alias: string | undefined): PortName | undefined {
  const [owner, kind, port = '', side, network = '', bridge] = alias?.split(':') ?? []
  if (owner !== 'sallyport' || kind !== 'port' || !isUuid(port) || !isUuid(network)) return undefined
  if (side !== 'external' && side !== 'internal') return undefined
  return { port: port as PortId, side, network: network as NetworkId, ...(bridge !== undefined && { bridge }) }
}
