import type { AgentState } from '../agent/agent-state.ts'
import type { Health } from '../api/health.ts'
import type { Answered } from '../api/metrics.ts'
import { type ConnectionFigures, connectionFigures } from '../domain/connection-figures.ts'
import type { Clock, Instant } from '../model/clock.ts'
import { noTraffic, type Traffic } from '../model/traffic.ts'
import type { Store } from '../store/open.ts'
import { Counter, Histogram } from '../telemetry/counting.ts'
import { exposition, type Family, type Sample } from '../telemetry/exposition.ts'
import { type Metric, metrics } from '../telemetry/metrics.ts'

/** What metrics are gathered from. */
export interface MetricsParts {
  readonly store: Store
  readonly clock: Clock
  readonly health: () => Health
  /** `undefined` before it started. */
  readonly agent: () => AgentState | undefined
  readonly certificateEnd: () => Date | undefined
  readonly process: () => ProcessFigures
}

/** In seconds and bytes. */
export interface ProcessFigures {
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly heapBytes: number
  readonly startedAtSeconds: number
  readonly eventLoopDelaySeconds: number
}

/** All metrics of one server: counts what happens, and gathers the rest when somebody asks. */
export interface ServerMetrics {
  answered(answer: Answered): void
  looked(milliseconds: number, outcome: 'done' | 'failed'): void
  databaseTrouble(): void
  text(): Promise<string>
}

/** Whoever asks within this time gets what was gathered before: many scrapers cost no more than one. */
const keptMs = 1_000

export function createMetrics(parts: MetricsParts): ServerMetrics {
  const requests = new Counter(metrics.requests)
  const requestSeconds = new Histogram(metrics.requestSeconds)
  const lookSeconds = new Histogram(metrics.lookSeconds)
  const databaseTroubles = new Counter(metrics.databaseTroubles)
  let last: { readonly at: Instant; readonly text: Promise<string> } | undefined

  async function gather(): Promise<string> {
    const { clock, store } = parts
    const begun = clock.now()
    // An outage is what somebody looks here for: the rest is told without the connections.
    const connections = store.engine.isAnswering ? await connectionFigures(store) : []
    const families = [
      ...connectionFamilies(connections),
      ...agentFamilies(parts, connections),
      ...serverFamilies(parts),
      family(metrics.scrapeSeconds, [[[], (clock.now() - begun) / 1000]]),
    ]
    const counted = [requests, requestSeconds, lookSeconds, databaseTroubles].map((each) => each.text())
    return exposition(families) + counted.join('')
  }

  return {
    answered({ operation, status, kind, milliseconds }) {
      requests.add(operation, `${Math.floor(status / 100)}xx`)
      requestSeconds.observe(kind, milliseconds / 1000)
    },
    looked: (milliseconds, outcome) => lookSeconds.observe(outcome, milliseconds / 1000),
    databaseTrouble: () => databaseTroubles.add(),
    text() {
      const now = parts.clock.now()
      if (last === undefined || now - last.at > keptMs) last = { at: now, text: gather() }
      return last.text
    },
  }
}

function family(metric: Metric, samples: readonly Sample[]): Family {
  return { metric, samples }
}

function connectionFamilies(connections: readonly ConnectionFigures[]): Family[] {
  const each = (metric: Metric, sample: (connection: ConnectionFigures) => Sample) =>
    family(metric, connections.map(sample))
  return [
    each(metrics.connectionInfo, ({ id, name, project, vpnservice, gateway, peer }) => [
      [id, name, project, vpnservice, gateway, peer],
      1,
    ]),
    each(metrics.connectionUp, ({ id, status }) => [[id], status === 'ACTIVE' ? 1 : 0]),
    each(metrics.connectionWanted, ({ id, isOn }) => [[id], isOn ? 1 : 0]),
    each(metrics.connectionState, ({ id, status }) => [[id, status], 1]),
    each(metrics.connectionReason, ({ id, reason }) => [[id, reason], 1]),
    family(
      metrics.connectionBytes,
      connections.flatMap(({ id, total }) => inAndOut([id], total.bytesIn, total.bytesOut)),
    ),
    family(
      metrics.connectionPackets,
      connections.flatMap(({ id, total }) => inAndOut([id], total.packetsIn, total.packetsOut)),
    ),
  ]
}

function inAndOut(labels: readonly string[], into: number, out: number): Sample[] {
  return [
    [[...labels, 'in'], into],
    [[...labels, 'out'], out],
  ]
}

/** Children by connection and networks: those that are configured, and those that carried something before. */
function agentFamilies({ agent, health }: MetricsParts, connections: readonly ConnectionFigures[]): Family[] {
  const state = agent()
  const gateways = state?.gateways ?? []
  const children = gateways.flatMap((gateway) => gateway.children)
  const traffic = new Map<string, { readonly labels: readonly string[]; readonly total: Traffic }>()
  const add = (connection: string, local: readonly string[], peer: readonly string[], total: Traffic) => {
    const labels = [connection, local.join(','), peer.join(',')]
    traffic.set(labels.join(' '), { labels, total })
  }
  for (const { connection, localCidrs, peerCidrs } of children) add(connection, localCidrs, peerCidrs, noTraffic)
  for (const { id, pairs } of connections)
    for (const each of pairs) add(id, each.localCidrs, each.peerCidrs, each.total)
  const carried = [...traffic.values()]
  return [
    family(
      metrics.childUp,
      children.map(({ connection, localCidrs, peerCidrs, isUp }) => [
        [connection, localCidrs.join(','), peerCidrs.join(',')],
        isUp ? 1 : 0,
      ]),
    ),
    family(
      metrics.childBytes,
      carried.flatMap(({ labels, total }) => inAndOut(labels, total.bytesIn, total.bytesOut)),
    ),
    family(
      metrics.childPackets,
      carried.flatMap(({ labels, total }) => inAndOut(labels, total.packetsIn, total.packetsOut)),
    ),
    family(
      metrics.gatewayReady,
      gateways.map(({ gateway, isReady }) => [[gateway], isReady ? 1 : 0]),
    ),
    family(
      metrics.daemonUp,
      gateways.map(({ gateway, daemonRuns }) => [[gateway], daemonRuns ? 1 : 0]),
    ),
    family(
      metrics.daemonStarts,
      gateways.map(({ gateway, daemonStarts }) => [[gateway], daemonStarts]),
    ),
    family(metrics.agentReady, [[[], health().ready ? 1 : 0]]),
    family(metrics.agentQueue, [[[], state?.queued ?? 0]]),
  ]
}

function serverFamilies({ store, health, certificateEnd, process }: MetricsParts): Family[] {
  const { version, driver, backend, database } = health()
  const end = certificateEnd()
  const figures = process()
  return [
    family(metrics.databaseUp, [[[], store.engine.isAnswering ? 1 : 0]]),
    ...(end ? [family(metrics.certificateEnd, [[[], Math.floor(end.getTime() / 1000)]])] : []),
    family(metrics.buildInfo, [[[version, driver, backend, database], 1]]),
    family(metrics.processCpu, [[[], figures.cpuSeconds]]),
    family(metrics.processMemory, [[[], figures.memoryBytes]]),
    family(metrics.processStart, [[[], figures.startedAtSeconds]]),
    family(metrics.heap, [[[], figures.heapBytes]]),
    family(metrics.eventLoopDelay, [[[], figures.eventLoopDelaySeconds]]),
  ]
}
