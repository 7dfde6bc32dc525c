import type { Instant } from '../model/clock.ts'
import type { ConnectionId } from '../model/ids.ts'

/**
 * What an agent remembers of its attempts to open the child SAs of one gateway. Plain data, made anew by each function
 * of `pacing.ts`. Nothing is lost with it: an agent that starts without holds every missing child for due.
 */
export interface Attempts {
  /** By `childKey`. */
  readonly children: ReadonlyMap<string, Attempt>
  /** IKE SAs that are connecting, by the daemon's number. */
  readonly dials: ReadonlyMap<number, Dial>
}

/** The attempts at one child SA since it was last lost or its connection changed. */
export interface Attempt {
  readonly connection: ConnectionId
  readonly child: string
  /** Names the settings and the secret of the connection; attempts with others say nothing about these. */
  readonly basis: string
  readonly tries: number
  /** Of the last one. */
  readonly startedAt: Instant
  /** Before this there is no other. */
  readonly dueAt: Instant
  /** Seen installed since; `undefined` while it is not. */
  readonly upSince: Instant | undefined
  /** When a loss was last answered with an immediate attempt. */
  readonly hurriedAt: Instant | undefined
  /** Why our own daemon would not begin the last one. */
  readonly refusal: string | undefined
}

/** An IKE SA on its way. */
export interface Dial {
  readonly connection: ConnectionId
  readonly ours: boolean
  readonly since: Instant
}

export const noAttempts: Attempts = { children: new Map(), dials: new Map() }

/** Connections whose last attempt was refused by our own daemon, and why. */
export function refusals({ children }: Attempts): Map<ConnectionId, string> {
  const found = new Map<ConnectionId, string>()
  for (const { connection, refusal } of children.values()) if (refusal !== undefined) found.set(connection, refusal)
  return found
}
