import { createHash } from 'node:crypto'
import type { Desired } from '../model/tunnel.ts'

/**
 * What holds for a whole key exchange daemon because strongSwan has no finer grain for it. Computed from all the
 * connections of a gateway.
 */
export interface DaemonSettings {
  /** Answer IKEv1 aggressive mode with a pre-shared key; off unless a connection asks for it. */
  readonly aggressiveMode: boolean
  readonly retransmission: Retransmission
  /** Smallest MTU of the connections, in bytes: put on the routes into tunnels. */
  readonly mtu: number
}

/**
 * When an unanswered IKE message is sent again. On IKEv2 the end of this series is what declares a peer dead, so it is
 * chosen such that interval + series = the DPD timeout asked for:
 * series = timeoutSeconds · (base^(tries+1) − 1)/(base − 1), for base 1: timeoutSeconds · (tries+1).
 */
export interface Retransmission {
  readonly timeoutSeconds: number
  readonly base: number
  readonly tries: number
}

const defaultMtu = 1500
const defaultSeriesSeconds = 90

export function daemonSettings({ connections }: Pick<Desired, 'connections'>): DaemonSettings {
  const watched = connections.filter(({ deadPeerDetection }) => deadPeerDetection.action !== 'disabled')
  const series = watched.map(({ deadPeerDetection: dpd }) => dpd.timeoutSeconds - dpd.intervalSeconds)
  const aggressiveMode = connections.some(({ aggressive }) => aggressive)
  return {
    aggressiveMode,
    retransmission: retransmission(series.length > 0 ? Math.max(...series) : defaultSeriesSeconds, aggressiveMode),
    mtu: Math.min(defaultMtu, ...connections.map(({ mtu }) => mtu || defaultMtu)),
  }
}

/**
 * Five repetitions with growing pauses where the time allows a first pause of half a second, even ones otherwise. With
 * aggressive mode the first pause stays at or below a second: its third message and the first of Quick Mode race, and
 * the loser waits for one repetition.
 */
function retransmission(seriesSeconds: number, aggressiveMode: boolean): Retransmission {
  const growing = { base: 1.5, tries: 5 }
  const sumOfGrowing = (growing.base ** (growing.tries + 1) - 1) / (growing.base - 1)
  const first = seriesSeconds / sumOfGrowing
  if (first >= 0.5 && !(aggressiveMode && first > 1)) return { timeoutSeconds: round(first), ...growing }
  const even = Math.min(1, Math.max(0.5, seriesSeconds / 6))
  return { timeoutSeconds: round(even), base: 1, tries: Math.max(1, Math.round(seriesSeconds / even) - 1) }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}

/** Names these settings, so that the file a daemon runs from can be compared with what it should run from. */
export function settingsFingerprint(settings: DaemonSettings): string {
  const { aggressiveMode, retransmission: again, mtu } = settings
  const fields = [aggressiveMode, again.timeoutSeconds, again.base, again.tries, mtu]
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 8)
}
