import type { GatewayId } from '../model/ids.ts'
import type { AgentState } from './agent-state.ts'
import { withDeadline } from './bounded.ts'
import type { Key } from './control-plane.ts'
import type { LookParts } from './look-parts.ts'
import { growingPause } from './pauses.ts'
import { LookQueue } from './queue.ts'
import { type GatewayMemory, newMemory, reconcileGateway } from './reconcile.ts'
import { reconcileHost } from './reconcile-host.ts'

/** Makes one host what the control plane says it should be, until it is closed. */
export interface Agent {
  /** Whether the host and every gateway on it were looked at since the start, without a failure. */
  readonly isReady: boolean
  /** For whoever watches. */
  state(): AgentState
  /** Resolves when every change the agent knows of was looked at. Tunnels may still be on their way. */
  settled(): Promise<void>
  /** Stops looking; tunnels stay as they are. The driver is the caller's to close. */
  close(): Promise<void>
}

/** Before watching again when a watch has ended. */
const watchPauses = { firstMs: 100, longestMs: 10_000 }
/** A watch that lasted this long was a good one; the pauses begin anew. */
const goodWatchMs = 30_000
/**
 * Between two looks at a gateway that changes bring on, for each connection beyond a few. A look reads and compares all of
 * them (reading alone was measured at 0.06 ms each), so a client that makes a thousand one after the other would have us do
 * a million. This way most of its changes share a look. The longest rest leaves room in the second that anything may be
 * pending for (`semantics.md` §6.2 asks for one or two).
 */
const restPerConnectionMs = 2
const fewConnections = 16
const longestRestMs = 400
/** Longer than the queue gives its running looks; a stream that does not heed its signal is not waited for. */
const closeMs = 15_000

/**
 * Starts an agent. It looks at the host and all gateways, which leaves alone what already is as it should be, and then
 * at whatever the control plane or the driver names, whatever is due, and everything at every interval.
 *
 * @param parts.intervalMs what a lost hint costs at most
 */
export function startAgent({ intervalMs = 10_000, ...parts }: LookParts & { readonly intervalMs?: number }): Agent {
  const { driver, controlPlane, clock, random, log } = parts
  const stopping = new AbortController()
  const { signal } = stopping
  const memories = new Map<GatewayId, GatewayMemory>()
  let known: ReadonlySet<GatewayId> = new Set()
  const lookedAt = new Set<Key>()

  const queue: LookQueue<Key> = new LookQueue({ look: timedLook, clock, random, log, first: 'host' })

  async function timedLook(key: Key, lookSignal: AbortSignal): Promise<number> {
    const begun = clock.now()
    try {
      const rest = await look(key, lookSignal)
      parts.onLook?.(clock.now() - begun, 'done')
      return rest
    } catch (error) {
      const memory = key === 'host' ? undefined : memories.get(key)
      if (memory) memory.seen = { ...memory.seen, isReady: false }
      if (!lookSignal.aborted) parts.onLook?.(clock.now() - begun, 'failed')
      throw error
    }
  }

  async function look(key: Key, lookSignal: AbortSignal): Promise<number> {
    if (key === 'host') {
      await lookAtHost(lookSignal)
      lookedAt.add(key)
      return 0
    }
    const memory = memories.get(key) ?? newMemory()
    memories.set(key, memory)
    const begun = clock.now()
    const { due, gone, connections } = await reconcileGateway(parts, key, memory, lookSignal)
    log.debug({ gateway: key, ms: clock.now() - begun }, 'looked at gateway')
    lookedAt.add(key)
    if (gone) memories.delete(key)
    if (due !== undefined) queue.addAfter(key, Math.max(0, due - clock.now()))
    return Math.min(longestRestMs, Math.max(0, connections - fewConnections) * restPerConnectionMs)
  }

  async function lookAtHost(lookSignal: AbortSignal): Promise<void> {
    const { desired, networksMade, failure } = await reconcileHost(
      parts,
      (gateway) => queue.isBusy(gateway),
      lookSignal,
    )
    const gateways = new Set(desired.gateways)
    for (const gateway of gateways) if (networksMade || !memories.has(gateway)) queue.add(gateway)
    // One more look at those that left the list: it says that they are gone, and forgets them.
    for (const gateway of memories.keys()) if (!gateways.has(gateway)) queue.hint(gateway)
    known = gateways
    for (const key of lookedAt) if (key !== 'host' && !gateways.has(key)) lookedAt.delete(key)
    // The queue repeats a look that failed.
    if (failure !== undefined) throw failure
  }

  /** Passes on what a stream names. A stream that ends is opened again, and as it may have missed something, all is looked at. */
  async function follow(what: string, open: () => AsyncIterable<Key>, pass: (key: Key) => void): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const since = clock.now()
      let reason: unknown = 'ended'
      try {
        for await (const key of open()) pass(key)
      } catch (error) {
        reason = error
      }
      if (signal.aborted) return
      failures = clock.now() - since >= goodWatchMs ? 1 : failures + 1
      const pauseMs = growingPause(watchPauses, failures, random())
      log.warn({ what, failures, pauseMs, err: reason }, 'stream ended')
      await pause(pauseMs)
      lookAtAll()
    }
  }

  function lookAtChanged(key: Key): void {
    // The networks of a gateway that is new to us may be new to the host; the queue looks at the host first.
    if (key !== 'host' && !memories.has(key)) queue.add('host')
    queue.add(key)
  }

  function lookAtAll(): void {
    queue.hint('host')
    for (const gateway of new Set([...known, ...memories.keys()])) queue.hint(gateway)
  }

  async function lookRegularly(): Promise<void> {
    while (!signal.aborted) {
      await pause(intervalMs)
      lookAtAll()
    }
  }

  async function pause(milliseconds: number): Promise<void> {
    try {
      await clock.sleep(milliseconds, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  // The streams are opened before the first look, so that no change falls between the two.
  const work = [
    follow('control plane', () => controlPlane.watch(signal), lookAtChanged),
    follow(
      'driver',
      () => driver.changes(signal),
      (key) => queue.hint(key),
    ),
    lookRegularly(),
  ]
  queue.add('host')
  work.push(queue.run(signal))

  return {
    get isReady() {
      return lookedAt.has('host') && [...known].every((gateway) => lookedAt.has(gateway))
    },
    state: () => ({
      queued: queue.length,
      gateways: [...memories].map(([gateway, { seen }]) => ({ gateway, ...seen })),
    }),
    settled: () => queue.settled(),
    async close() {
      stopping.abort(new Error('the agent is closed'))
      await withDeadline(clock, closeMs, new AbortController().signal, () => Promise.all(work))
    },
  }
}
