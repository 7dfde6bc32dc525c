import type { Capabilities } from '../model/capabilities.ts'
import type { Clock } from '../model/clock.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Ids } from '../model/ids.ts'
import type { Secret } from '../model/secret.ts'
import type { Reading, Tx } from '../store/open.ts'

/** The few things the domain needs from outside, handed in by `main/`. */
export interface World {
  readonly clock: Clock
  readonly ids: Ids
  readonly resolver: Resolver
  /** What the gateways' back-end can carry. */
  readonly capabilities: () => Capabilities
}

/** Names to addresses. */
export interface Resolver {
  /** First address of a name, or `undefined` when there is none. Bounded in time. */
  resolve(name: string): Promise<string | undefined>
}

/** Who asks. */
export interface Caller {
  readonly userId: string
  readonly projectId: string
  readonly roles: readonly string[]
  readonly isAdmin: boolean
}

/** One request that only reads: where from, who asks, and in which flavour. */
export interface Asking {
  readonly tx: Reading
  readonly caller: Caller
  readonly dialect: Dialect
  readonly world: World
}

/** One request that writes, in its transaction. */
export interface Work extends Asking {
  readonly tx: Tx
}

/** Hashes of passwords. Slow on purpose, so both run outside the event loop. */
export interface Passwords {
  hash(password: Secret): Promise<string>
  verify(hash: string, password: Secret): Promise<boolean>
}
