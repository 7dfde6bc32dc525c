/**
 * What a host's back-end can carry, found out by trying (`agent/drivers/strongswan/probe.ts`), told to the server, and
 * used there to refuse a request that could never work.
 */
export interface Capabilities {
  /** `kernel`: ESP in the kernel. `user-space`: ESP in the key exchange daemon. `simulated`: no packets at all. */
  readonly backend: 'kernel' | 'user-space' | 'simulated'
  readonly protocols: readonly ('esp' | 'ah')[]
  readonly modes: readonly ('tunnel' | 'transport')[]
  /** Name and version of the key exchange daemon, for people: `strongSwan 5.9.8`. */
  readonly daemon: string
}
