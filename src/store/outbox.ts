import type { GatewayId } from '../model/ids.ts'
import { compiledOnce } from './compiled.ts'
import type { Reading, Tx } from './open.ts'

/** What a change concerns: one gateway, or the host beneath them. */
export type Key = GatewayId | 'host'

/**
 * Notes in the transaction of a change that `key` has to be looked at again. For a gateway its revision grows, and the
 * new one is the answer: the row that changed keeps it, so that a report made before the change is not taken for one
 * made after it.
 */
export async function touchGateway(tx: Tx, gateway: GatewayId, at: string): Promise<number> {
  const [row] = await countUp<{ revision: number }>(tx.db, [gateway, 1, 0, '', 1])
  if (!row) throw new Error(`the revision of gateway ${gateway} was not counted up`)
  await note(tx, gateway, at)
  return row.revision
}

const countUp = compiledOnce((db) =>
  db
    .insertInto('gateway')
    .values({ router_id: '', revision: 1, reached: 0, problem: '' })
    .onConflict((conflict) =>
      conflict.column('router_id').doUpdateSet((eb) => ({ revision: eb('gateway.revision', '+', 1) })),
    )
    .returning('revision'),
)

/** Notes that networks changed. */
export async function touchHost(tx: Tx, at: string): Promise<void> {
  await note(tx, 'host', at)
}

async function note(tx: Tx, key: Key, at: string): Promise<void> {
  await append(tx.db, [key, at])
  tx.touched.add(key)
}

const append = compiledOnce((db) => db.insertInto('outbox').values({ key: '', at: '' }))

/** What the outbox says since some place in it. */
export interface News {
  /** In commit order, none twice. */
  readonly keys: readonly Key[]
  /** Where to read on. */
  readonly seq: number
  /** Some of it was pruned before it was read: anything may have changed. */
  readonly missedSome: boolean
}

export async function readOutbox({ db }: Reading, after: number): Promise<News> {
  const rows = await db.selectFrom('outbox').select(['seq', 'key']).where('seq', '>', after).orderBy('seq').execute()
  return {
    keys: [...new Set(rows.map(({ key }) => key as Key))],
    seq: rows.at(-1)?.seq ?? after,
    // A number that a rolled back transaction took is missing too; looking once too often does no harm.
    missedSome: (rows[0]?.seq ?? 0) > after + 1,
  }
}

export async function newestSeq({ db }: Reading): Promise<number> {
  const row = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** Forgets what is older than that. */
export async function pruneOutbox({ db }: Reading, upTo: number): Promise<void> {
  await db.deleteFrom('outbox').where('seq', '<=', upTo).execute()
}
