import { AuditEvent } from '../model/audit-event.ts'
import { insertAuditEvents } from '../store/audit.ts'
import { type Store, transaction } from '../store/open.ts'
import { auditEvent } from './audit.ts'
import type { World } from './ports.ts'

/** The most refusals that wait to be written, and so the most that are written at once. */
const mostWaiting = 500
/** How many are recorded at once before it counts how fast they come, and how many a second for ever. */
const budget = { burst: 1_000, perSecond: 1 }
/** How often it is told how many were not recorded, in milliseconds. */
const tellDroppedEveryMs = 60_000

/**
 * Audit events of what was refused or failed. No transaction is theirs to be part of, and whoever is refused may ask as often
 * as he likes: so they wait here, a bounded number of them, and are written together; and of too many, over some time,
 * the number is recorded instead.
 */
export interface Refusals {
  /** @param make builds the event; not called when there is no room for it. */
  note(make: () => AuditEvent): void
  /** Writes what waits, in one transaction. @param last nothing comes after it: what was dropped is told now. */
  flush(last?: boolean): Promise<void>
}

export function createRefusals(store: Store, { clock, ids }: Pick<World, 'clock' | 'ids'>): Refusals {
  let waiting: AuditEvent[] = []
  let dropped = 0
  let toldAt = Number.NEGATIVE_INFINITY
  let left = budget.burst
  let countedAt = clock.now()

  function hasRoom(): boolean {
    const now = clock.now()
    left = Math.min(budget.burst, left + (Math.max(0, now - countedAt) / 1_000) * budget.perSecond)
    countedAt = now
    return waiting.length < mostWaiting && left >= 1
  }

  return {
    note(make) {
      if (!hasRoom()) {
        dropped += 1
        return
      }
      left -= 1
      waiting.push(make())
    },

    async flush(last = false) {
      const tells = dropped > 0 && (last || clock.now() - toldAt >= tellDroppedEveryMs)
      if (waiting.length === 0 && !tells) return
      const [events, untold] = [waiting, tells ? dropped : 0]
      waiting = []
      dropped -= untold
      const written = untold > 0 ? [...events, droppedEvent({ clock, ids }, untold)] : events
      try {
        await transaction(store, (tx) => insertAuditEvents(tx, written))
      } catch (error) {
        // They are not lost yet: what was noted meanwhile goes behind them, as far as there is room.
        const all = [...events, ...waiting]
        waiting = all.slice(0, mostWaiting)
        dropped += untold + all.length - waiting.length
        throw error
      }
      if (tells) toldAt = clock.now()
    },
  }
}

/** For administrators: it belongs to no project. */
function droppedEvent(world: Pick<World, 'clock' | 'ids'>, count: number): AuditEvent {
  return auditEvent(
    world,
    {
      action: 'drop_audit_events',
      resourceType: AuditEvent.singular,
      resourceId: undefined,
      answers: 0,
      origin: { requestId: '', sourceAddress: '', forwardedFor: undefined, userAgent: undefined, flavour: undefined },
    },
    {},
    {
      outcome: 'failed',
      status: 0,
      problem: 'TooManyRefusals',
      message: `${count} refused requests were not recorded: too many came at once`,
      changes: { dropped: { to: count } },
    },
  )
}
