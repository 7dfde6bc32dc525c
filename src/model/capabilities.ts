import type { NetworkType } from './network.ts'

/**
 * What a host's back-end can carry, found out by trying (`agent/drivers/strongswan/probe.ts`), told to the server, and
 * used there to refuse a request that could never work.
 */
export interface Capabilities {
  /** `kernel`: ESP in the kernel. `user-space`: ESP in the key exchange daemon. `simulated`: no packets at all. */
  readonly backend: 'kernel' | 'user-space' | 'simulated'
  readonly protocols: readonly ('esp' | 'ah')[]
  readonly modes: readonly ('tunnel' | 'transport')[]
  readonly networkTypes: readonly NetworkType[]
  /** Names of the physical networks that the configuration maps to bridges and interfaces of the host. */
  readonly physicalNetworks: readonly string[]
  /** Name and version of the key exchange daemon, for people: `strongSwan 5.9.8`. */
  readonly daemon: string
}
