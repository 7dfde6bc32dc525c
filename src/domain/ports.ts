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
  readonly userName: string
  /** Empty for an administrator of everything who is in no project. */
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
  /**
   * The address of a name, or `undefined` when it has none. A transaction holds the database, so it never waits for the
   * network: a name that was not looked up yet ends it, and it is run again with the answer.
   * @throws NameNeeded
   */
  addressOf(name: string): string | undefined
}

/** The work needs the address of a name before it can be done. */
export class NameNeeded extends Error {
  override readonly name = 'NameNeeded'
  readonly host: string

  constructor(host: string) {
    super(`the address of ${host} is needed`)
    this.host = host
  }
}

/** Hashes of passwords. Slow on purpose, so both run outside the event loop. */
export interface Passwords {
  hash(password: Secret): Promise<string>
  verify(hash: string, password: Secret): Promise<boolean>
}
