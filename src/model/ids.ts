/** Ids are UUIDs of version 4 in lower case; project and user ids are 32 hexadecimal digits. Brands keep them apart. */
export type GatewayId = string & { readonly brand: 'GatewayId' }
export type ConnectionId = string & { readonly brand: 'ConnectionId' }
export type NetworkId = string & { readonly brand: 'NetworkId' }
export type PortId = string & { readonly brand: 'PortId' }

/** Source of new ids, handed in by `main/`. */
export interface Ids {
  uuid(): string
  /** 32 hexadecimal digits, as identity objects have. */
  hex(): string
}
