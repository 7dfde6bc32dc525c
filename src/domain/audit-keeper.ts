import type { Clock, Instant } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { timestamp } from '../model/time.ts'
import { removeAuditEvents } from '../store/audit.ts'
import { type Store, transaction } from '../store/open.ts'
import type { Refusals } from './refusals.ts'

/** How long a refusal waits at most before it is written, in milliseconds: one transaction for all of that time. */
const flushEveryMs = 2_000
const pruneEveryMs = 3_600_000
/** Events removed in one transaction, and the pause before the next: requests go in between. */
const prunedAtOnce = 500
const prunePauseMs = 100
const dayMs = 24 * 3_600_000

export interface AuditKeeper {
  /** Writes what still waits, and stops. */
  close(): Promise<void>
}

export interface AuditKeeping {
  readonly store: Store
  readonly clock: Clock
  readonly refusals: Refusals
  /** 0: for ever. */
  readonly retentionDays: number
  readonly log: Log
}

/** Looks after the record of writes until it is closed: writes the refusals that wait, removes what is older than it is kept. */
export function startAuditKeeper({ store, clock, refusals, retentionDays, log }: AuditKeeping): AuditKeeper {
  const stopping = new AbortController()
  const { signal } = stopping

  /** Works now and then. What fails is tried again at the next time, and the service goes on meanwhile. */
  async function regularly(everyMs: number, failed: string, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await work()
      } catch (error) {
        log.error({ err: error }, failed)
      }
      await pause(everyMs)
    }
  }

  async function prune(): Promise<void> {
    if (retentionDays === 0) return
    const before = timestamp(clock.now() - retentionDays * dayMs)
    while (!signal.aborted) {
      const removed = await transaction(store, (tx) => removeAuditEvents(tx, before, prunedAtOnce))
      if (removed < prunedAtOnce) return
      await pause(prunePauseMs)
    }
  }

  async function pause(milliseconds: Instant): Promise<void> {
    try {
      await clock.sleep(milliseconds, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  const work = [
    regularly(flushEveryMs, 'refusals were not recorded', () => refusals.flush()),
    regularly(pruneEveryMs, 'old audit events were not removed', prune),
  ]
  return {
    async close() {
      stopping.abort(new Error('the keeper of the audit events is closed'))
      await Promise.all(work)
      await refusals.flush(true)
    },
  }
}
