import type { ControlPlane, Key } from '../agent/control-plane.ts'
import { desiredGateway, desiredHost } from '../domain/gateways.ts'
import type { World } from '../domain/ports.ts'
import { takeReport } from '../domain/reported.ts'
import { takeTraffic } from '../domain/traffic.ts'
import { type Store, transaction } from '../store/open.ts'
import { newestSeq, pruneOutbox, readOutbox } from '../store/outbox.ts'
import { keepSnapshot } from '../store/snapshots.ts'

/** How many rows of the outbox are kept behind the newest, for other readers; and how many more may pile up. */
const keptRows = 1_000

/** The server as an agent in the same process sees it. */
export function localControlPlane(store: Store, world: Pick<World, 'clock' | 'ids'>): ControlPlane {
  return {
    desiredHost: () => desiredHost(store),
    desired: (gateway) => desiredGateway(store, gateway),
    report: (report) => transaction(store, (tx) => takeReport(tx, world, report)),
    keepTunnels: (snapshot) => transaction(store, (tx) => keepSnapshot(tx, snapshot)),
    count: (report) => transaction(store, (tx) => takeTraffic(tx, report, world.clock)),
    watch: (signal) => watch(store, signal),
  }
}

/**
 * Follows the outbox: waits for a commit that touched something, then reads what is new. It listens from the moment of
 * the call, so nothing that is committed after it is missed. It ends when some of the outbox was pruned before it came to
 * it: then everything has to be looked at, which its reader does after any end.
 */
function watch(store: Store, signal: AbortSignal): AsyncIterable<Key> {
  const beginning = newestSeq(store)
  let wake: () => void = () => undefined
  let touched = false
  const listener = () => {
    touched = true
    wake()
  }
  store.listeners.add(listener)
  signal.addEventListener('abort', listener, { once: true })

  async function* follow(): AsyncGenerator<Key> {
    try {
      let seq = await beginning
      // A commit meanwhile may be in what was read as the beginning: it is rather told with some before it than not at all.
      if (touched) seq = Math.max(0, seq - keptRows)
      let pruned = seq
      while (!signal.aborted) {
        if (!touched) await new Promise<void>((resolve) => (wake = resolve))
        touched = false
        if (signal.aborted) return
        const news = await readOutbox(store, seq)
        if (news.missedSome) return
        seq = news.seq
        yield* news.keys
        if (seq - pruned >= 2 * keptRows) {
          pruned = seq - keptRows
          await pruneOutbox(store, pruned)
        }
      }
    } finally {
      store.listeners.delete(listener)
      signal.removeEventListener('abort', listener)
    }
  }
  return follow()
}
