import type { Clock } from '../model/clock.ts'
import type { ConnectionEvent } from '../model/connection-event.ts'
import type { Ids } from '../model/ids.ts'
import { timestamp } from '../model/time.ts'
import { isSameVerdict, type Verdict } from '../model/verdict.ts'
import { titleOf } from '../model/verdict-words.ts'
import { addEvent, putVerdict } from '../store/diagnosis.ts'
import type { Tx } from '../store/open.ts'

/** Older events go when a new one comes: thirty days. */
const keptMs = 30 * 86_400_000

type Happened = Pick<ConnectionEvent, 'kind' | 'status' | 'field'> & { readonly code: Verdict['code'] | null }

/** Writes down what happened to a connection. */
export async function recordEvent(
  tx: Tx,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  { id, tenant_id }: { readonly id: string; readonly tenant_id: string },
  happened: Happened,
): Promise<void> {
  const now = clock.now()
  const event = { id: ids.uuid(), tenant_id, connection_id: id, time: timestamp(now), message: messageOf(happened) }
  await addEvent(tx, { ...event, ...happened }, timestamp(now - keptMs))
}

function messageOf({ kind, status, code }: Happened): string {
  if (kind === 'restart') return 'New tunnels were asked for.'
  if (kind === 'status' || code === null) return `The connection is ${status}.`
  return kind === 'verdict' ? titleOf(code) : `No longer: ${titleOf(code)}`
}

/** Takes in what a report says is wrong with a connection. What stays the same goes on since when it began. */
export async function takeVerdict(
  tx: Tx,
  world: { readonly clock: Clock; readonly ids: Ids },
  row: { readonly id: string; readonly tenant_id: string; readonly status: string },
  { before, now }: { readonly before: Verdict | undefined; readonly now: Verdict | undefined },
): Promise<void> {
  if (before === undefined && now === undefined) return
  const isSame = isSameVerdict(before, now)
  if (isSame && before && now) {
    const renewed = { ...now, since: before.since }
    if (JSON.stringify(renewed) !== JSON.stringify(before)) await putVerdict(tx, row.id, renewed)
    return
  }
  await putVerdict(tx, row.id, now)
  const told = now ?? before
  if (told === undefined) return
  const kind = now === undefined ? 'mended' : 'verdict'
  await recordEvent(tx, world, row, { kind, status: row.status, code: told.code, field: told.field })
}
