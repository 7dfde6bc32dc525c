import type { Instant } from '../model/clock.ts'
import type { Actual, ActualTunnel, Desired } from '../model/tunnel.ts'

/** What was last told of the live SAs of a gateway. Plain data; may be lost. */
export interface SnapshotMemory {
  readonly toldAt: Instant
  /** When SAs were found that are not told yet. */
  readonly newsAt: Instant | undefined
  /** The SAs by their numbers and states; `undefined`: nothing was told yet, and what is kept may be of another time. */
  readonly sas: string | undefined
  readonly counters: string
}

export const noSnapshot: SnapshotMemory = {
  toldAt: Number.NEGATIVE_INFINITY,
  newsAt: undefined,
  sas: undefined,
  counters: '',
}

/** Counters that changed are told no more often than this. */
const countersMs = 10_000
/** Nor are SAs, in a gateway of some size: each telling is all of them. For each connection. */
const restPerConnectionMs = 10
/** What is new has mostly just begun: the next look, and the report of it, come first. */
const settlingMs = 250

export interface Snapshot {
  readonly due: boolean
  readonly tunnels: readonly ActualTunnel[]
  readonly memory: SnapshotMemory
  /** When there is something to tell that had to wait. */
  readonly nextAt: Instant | undefined
}

/** Whether the live SAs of a gateway are to be told now. Pure. */
export function nextSnapshot(memory: SnapshotMemory, desired: Desired, actual: Actual, now: Instant): Snapshot {
  // A gateway that is not wanted has nobody to be shown to.
  if (!desired.present) return { due: false, tunnels: [], memory, nextAt: undefined }
  const wanted = new Set<string>(desired.connections.map(({ id }) => id))
  const tunnels = (actual.daemon?.tunnels ?? []).filter(({ connection }) => wanted.has(connection))
  const sas = tunnels
    .map(({ ikeSa, state, children }) => [ikeSa, state, ...children.map((child) => `${child.childSa}${child.state}`)])
    .join(';')
  const counters = tunnels
    .flatMap(({ children }) => children.map(({ packetsIn, packetsOut }) => `${packetsIn},${packetsOut}`))
    .join(';')
  const isNews = sas !== memory.sas
  const newsAt = isNews ? (memory.newsAt ?? now) : undefined
  const rested = memory.toldAt + Math.min(countersMs, desired.connections.length * restPerConnectionMs)
  const mayTellSasAt = Math.max(rested, (newsAt ?? now) + settlingMs)
  const isDue = isNews ? now >= mayTellSasAt : counters !== memory.counters && now >= memory.toldAt + countersMs
  if (isDue) return { due: true, tunnels, memory: { toldAt: now, newsAt: undefined, sas, counters }, nextAt: undefined }
  return { due: false, tunnels, memory: { ...memory, newsAt }, nextAt: isNews ? mayTellSasAt : undefined }
}
