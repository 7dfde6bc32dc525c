import type { Traffic } from '../model/traffic.ts'
import { emptyAccount, type TrafficAccount } from '../model/traffic-account.ts'
import type { Reading, Tx } from './open.ts'
import { parametersAtOnce } from './resources.ts'

/** Traffic of connections: one row of totals for each, and samples that get rarer with age. */

/** The account of a connection, with when it was first and last written. */
export interface KeptAccount extends TrafficAccount {
  readonly connection: string
  readonly since: string
  readonly countedAt: string
}

/** The totals at the end of the stretch that begins at `at`. */
export interface TrafficSample extends Traffic {
  readonly at: string
}

interface Counters {
  readonly bytes_in: string
  readonly bytes_out: string
  readonly packets_in: string
  readonly packets_out: string
}

/** Rows of one statement: databases bound its parameters. */
const rowsAtOnce = 50

/** Those of the connections that exist, with what was counted of each so far. */
export async function accountsOf(
  { db }: Reading,
  connections: readonly string[],
): Promise<Map<string, TrafficAccount>> {
  const found = new Map<string, TrafficAccount>()
  for (let from = 0; from < connections.length; from += parametersAtOnce) {
    const rows = await db
      .selectFrom('ipsec_site_connection as connection')
      .leftJoin('traffic_total as total', 'total.connection_id', 'connection.id')
      .select(['connection.id', 'total.bytes_in', 'total.bytes_out', 'total.packets_in', 'total.packets_out'])
      .select(['total.pairs', 'total.counted'])
      .where('connection.id', 'in', connections.slice(from, from + parametersAtOnce))
      .execute()
    for (const { id, pairs, counted, ...counters } of rows) {
      const known = pairs !== null && counted !== null
      found.set(
        id,
        known ? { total: trafficIn(counters), pairs: JSON.parse(pairs), counted: JSON.parse(counted) } : emptyAccount,
      )
    }
  }
  return found
}

export async function accountOf({ db }: Reading, connection: string): Promise<KeptAccount | undefined> {
  const row = await db
    .selectFrom('traffic_total')
    .selectAll()
    .where('connection_id', '=', connection)
    .executeTakeFirst()
  return (
    row && {
      connection,
      total: trafficIn(row),
      pairs: JSON.parse(row.pairs),
      counted: JSON.parse(row.counted),
      since: row.since,
      countedAt: row.counted_at,
    }
  )
}

/**
 * Keeps accounts, and their totals as samples.
 * @param at when they were counted
 * @param stretch beginning of the stretch of `resolution` seconds that this is in
 */
export async function putAccounts(
  { db }: Tx,
  accounts: ReadonlyMap<string, TrafficAccount>,
  { at, stretch, resolution }: { readonly at: string; readonly stretch: string; readonly resolution: number },
): Promise<void> {
  const all = [...accounts]
  for (let from = 0; from < all.length; from += rowsAtOnce) {
    const some = all.slice(from, from + rowsAtOnce)
    await db
      .insertInto('traffic_total')
      .values(
        some.map(([connection_id, { total, pairs, counted }]) => ({
          connection_id,
          ...countersOf(total),
          pairs: JSON.stringify(pairs),
          counted: JSON.stringify(counted),
          since: at,
          counted_at: at,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('connection_id').doUpdateSet((eb) => ({
          bytes_in: eb.ref('excluded.bytes_in'),
          bytes_out: eb.ref('excluded.bytes_out'),
          packets_in: eb.ref('excluded.packets_in'),
          packets_out: eb.ref('excluded.packets_out'),
          pairs: eb.ref('excluded.pairs'),
          counted: eb.ref('excluded.counted'),
          counted_at: eb.ref('excluded.counted_at'),
        })),
      )
      .execute()
    await db
      .insertInto('traffic_sample')
      .values(
        some.map(([connection_id, { total }]) => ({ connection_id, at: stretch, resolution, ...countersOf(total) })),
      )
      .onConflict((conflict) =>
        conflict.columns(['connection_id', 'at']).doUpdateSet((eb) => ({
          bytes_in: eb.ref('excluded.bytes_in'),
          bytes_out: eb.ref('excluded.bytes_out'),
          packets_in: eb.ref('excluded.packets_in'),
          packets_out: eb.ref('excluded.packets_out'),
        })),
      )
      .execute()
  }
}

/** The samples of a time, oldest first, after the newest of those before it. */
export async function samplesOf(
  { db }: Reading,
  connection: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<TrafficSample[]> {
  const samples = db.selectFrom('traffic_sample').selectAll().where('connection_id', '=', connection)
  const before = await samples.where('at', '<', from).orderBy('at', 'desc').limit(1).execute()
  const within = await samples.where('at', '>=', from).where('at', '<', to).orderBy('at').execute()
  return [...before, ...within].map((row) => ({ at: row.at, ...trafficIn(row) }))
}

/** Beginning of the oldest sample of this resolution before a time. */
export async function oldestSample({ db }: Reading, resolution: number, before: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('traffic_sample')
    .select('at')
    .where('resolution', '=', resolution)
    .where('at', '<', before)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  return row?.at
}

/**
 * Leaves of each connection only the last sample in a stretch of time, and gives it another resolution.
 * @returns how many samples went.
 */
export async function thinSamples(
  { db }: Tx,
  resolution: number,
  { from, to }: { readonly from: string; readonly to: string },
  coarser: number,
): Promise<number> {
  const result = await db
    .deleteFrom('traffic_sample')
    .where('resolution', '=', resolution)
    .where('at', '>=', from)
    .where('at', '<', to)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('traffic_sample as later')
          .select('later.at')
          .whereRef('later.connection_id', '=', 'traffic_sample.connection_id')
          .whereRef('later.at', '>', 'traffic_sample.at')
          .where('later.at', '<', to),
      ),
    )
    .executeTakeFirst()
  await db
    .updateTable('traffic_sample')
    .set({ resolution: coarser })
    .where('resolution', '=', resolution)
    .where('at', '>=', from)
    .where('at', '<', to)
    .execute()
  return Number(result.numDeletedRows)
}

/** Removes the samples before a time, except the last of each connection: the next one is counted from there. */
export async function removeSamples({ db }: Tx, before: string): Promise<void> {
  await db
    .deleteFrom('traffic_sample')
    .where('at', '<', before)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('traffic_sample as later')
          .select('later.at')
          .whereRef('later.connection_id', '=', 'traffic_sample.connection_id')
          .whereRef('later.at', '>', 'traffic_sample.at'),
      ),
    )
    .execute()
}

function countersOf({ bytesIn, bytesOut, packetsIn, packetsOut }: Traffic): Counters {
  return {
    bytes_in: String(bytesIn),
    bytes_out: String(bytesOut),
    packets_in: String(packetsIn),
    packets_out: String(packetsOut),
  }
}

export function trafficIn(row: { readonly [Column in keyof Counters]: string | null }): Traffic {
  return {
    bytesIn: Number(row.bytes_in),
    bytesOut: Number(row.bytes_out),
    packetsIn: Number(row.packets_in),
    packetsOut: Number(row.packets_out),
  }
}
