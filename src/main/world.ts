import { randomBytes, randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { hash, verify } from '@node-rs/argon2'
import type { Passwords, Resolver } from '../domain/ports.ts'
import type { Clock } from '../model/clock.ts'
import type { Ids } from '../model/ids.ts'

/** The real world behind the small interfaces of the domain and the agent. */

/** How far the steady clock may run from the time of day before it is set anew, in milliseconds. */
const toleratedDriftMs = 20

/**
 * The time of day with microseconds, which `Date` has not: the steady clock, set by the time of day and set again
 * whenever that is adjusted.
 */
function createSystemClock(): Clock {
  let setAt = Date.now() - performance.now()
  return {
    now() {
      const steady = setAt + performance.now()
      if (Math.abs(Date.now() - steady) <= toleratedDriftMs) return steady
      setAt = Date.now() - performance.now()
      return Date.now()
    },
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  }
}

export const systemClock: Clock = createSystemClock()

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  hex: () => randomBytes(16).toString('hex'),
}

/** argon2id, 19 MiB and two passes (OWASP's first choice). */
export const argon2: Passwords = {
  hash: (password) => hash(password.reveal(), { memoryCost: 19_456, timeCost: 2 }),
  verify: (hashed, password) => verify(hashed, password.reveal()),
}

const resolveTimeoutMs = 5_000

export const systemResolver: Resolver = {
  async resolve(name) {
    const timeout = AbortSignal.timeout(resolveTimeoutMs)
    const given = new Promise<undefined>((resolve) => timeout.addEventListener('abort', () => resolve(undefined)))
    const found = lookup(name).then(
      ({ address }) => address,
      // "There is no such name" in all its forms; the caller says so to the client.
      () => undefined,
    )
    return Promise.race([found, given])
  },
}
