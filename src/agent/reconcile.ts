import type { Instant } from '../model/clock.ts'
import type { GatewayId } from '../model/ids.ts'
import { timestamp } from '../model/time.ts'
import type { Actual, Desired, DesiredConnection, Report } from '../model/tunnel.ts'
import { childStates, type GatewayState } from './agent-state.ts'
import { applyAll, type Outcome } from './apply.ts'
import { type Attempts, noAttempts, refusals } from './attempts.ts'
import { unlessAborted, withDeadline } from './bounded.ts'
import type { ControlPlane } from './control-plane.ts'
import { type Diagnoses, diagnosed, noDiagnoses, verdicts } from './diagnoses.ts'
import type { Driver } from './driver.ts'
import type { LookParts } from './look-parts.ts'
import { begun, nextDue, observed, pacingAt } from './pacing.ts'
import { plan } from './plan.ts'
import { type Rehearsed, rehearsals, rehearsed } from './rehearsal.ts'
import { report } from './report.ts'
import { nextSnapshot, noSnapshot, type SnapshotMemory } from './snapshot.ts'
import { emptyTally, type Tally, tallied, told, toTell } from './traffic-tally.ts'
import { nextTrafficLook } from './traffic-watch.ts'

/** What an agent keeps of a gateway between looks. All of it may be lost without harm to a tunnel. */
export interface GatewayMemory {
  attempts: Attempts
  diagnoses: Diagnoses
  rehearsed: Rehearsed
  snapshot: SnapshotMemory
  /** What went through its tunnels: what an SA that ended had counted is lost with it until it is told. */
  tally: Tally
  /** What the last look found, and whether it succeeded; for whoever watches. */
  seen: GatewaySeen
  /** The last report the control plane took, to the letter; `undefined` after a start, so that the first one is sent. */
  reported: string | undefined
}

export type GatewaySeen = Omit<GatewayState, 'gateway'>

const nothingSeen: GatewaySeen = { isReady: false, daemonRuns: false, daemonStarts: 0, children: [] }

export function newMemory(): GatewayMemory {
  return {
    attempts: noAttempts,
    diagnoses: noDiagnoses,
    rehearsed: new Set(),
    snapshot: noSnapshot,
    tally: emptyTally,
    seen: nothingSeen,
    reported: undefined,
  }
}

/** A look that takes longer has met something that hangs; the next one starts from what is there then. */
const lookMs = 60_000

/** What a look at a gateway leaves to do. */
export interface GatewayLook {
  /** When to look again although nothing happens, if ever. */
  readonly due: Instant | undefined
  /** Nothing of it should be, nothing of it is, and the control plane knows. */
  readonly gone: boolean
  /** How many there should be. */
  readonly connections: number
}

/**
 * Makes one gateway what it should be, as far as one look can, and says what came of it.
 *
 * @throws when the gateway as a whole could not be observed, made or reported: the look is to be repeated
 */
export function reconcileGateway(
  parts: LookParts,
  gateway: GatewayId,
  memory: GatewayMemory,
  stop: AbortSignal,
): Promise<GatewayLook> {
  const { driver, controlPlane, clock } = parts
  return withDeadline(clock, lookMs, stop, async (signal) => {
    const desired = await unlessAborted(controlPlane.desired(gateway), signal)
    const begunAt = clock.now()
    const before = await unlessAborted(driver.observe(gateway), signal)
    const now = clock.now()
    learn(memory, desired, before, now)

    const tunnels = before.daemon?.tunnels ?? []
    const { due: rehearse, nextInSeconds } = rehearsals(desired, tunnels, memory.rehearsed)
    const steps = plan(desired, before, pacingAt(memory.attempts, now, rehearse))
    memory.rehearsed = rehearsed(memory.rehearsed, rehearse, tunnels)
    const outcome = await applyAll(parts, gateway, steps, signal)
    memory.attempts = begun(memory.attempts, desired, outcome.begun, clock.now(), parts.random)

    const readAt = steps.length === 0 ? begunAt : clock.now()
    const after = steps.length === 0 ? before : await observeAfter(driver, gateway, outcome, signal)
    learn(memory, desired, after, clock.now())
    memory.tally = tallied(memory.tally, driver.takeReadings(gateway))
    const refused = new Map([...refusals(memory.attempts), ...outcome.refusals])
    const signalsOf = (connection: DesiredConnection) => driver.signals(gateway, connection)
    const look = { actual: after, signalsOf, refusals: refused, begunAt, readAt }
    memory.diagnoses = diagnosed(memory.diagnoses, desired, look, clock.now())
    await tell(
      controlPlane,
      memory,
      report(desired, after, refused, verdicts(memory.diagnoses), outcome.failure?.problem),
      signal,
    )
    await count(controlPlane, gateway, memory, clock.now(), signal)
    memory.seen = {
      isReady: outcome.failure === undefined,
      daemonRuns: after.daemon !== undefined,
      daemonStarts:
        memory.seen.daemonStarts + (steps.some((step) => step.do === 'start-daemon') && after.daemon ? 1 : 0),
      children: childStates(desired, after.daemon),
    }
    if (outcome.failure !== undefined) throw outcome.failure.error
    const snapshot = nextSnapshot(memory.snapshot, desired, after, clock.now())
    if (snapshot.due) {
      const { tunnels } = snapshot
      await unlessAborted(controlPlane.keepTunnels({ gateway, observedAt: timestamp(readAt), tunnels }), signal)
    }
    memory.snapshot = snapshot.memory
    return {
      due: earliest([
        nextDue(memory.attempts, now),
        snapshot.nextAt,
        ...[
          nextInSeconds === undefined ? undefined : nextInSeconds * 1000,
          nextTrafficLook(memory.diagnoses.traffic, after.daemon?.tunnels ?? [], now),
        ].map((milliseconds) => (milliseconds === undefined ? undefined : now + milliseconds)),
      ]),
      gone: !desired.present && !after.present,
      connections: desired.connections.length,
    }
  })
}

function learn(memory: GatewayMemory, desired: Desired, actual: Actual, now: Instant): void {
  memory.attempts = observed(memory.attempts, desired, actual.daemon?.tunnels, now)
}

async function observeAfter(driver: Driver, gateway: GatewayId, { failure }: Outcome, signal: AbortSignal) {
  try {
    return await unlessAborted(driver.observe(gateway), signal)
  } catch (error) {
    if (failure === undefined) throw error
    throw new AggregateError([failure.error, error], `${failure.problem}; nor could the gateway be observed afterwards`)
  }
}

async function tell(
  controlPlane: ControlPlane,
  memory: GatewayMemory,
  news: Report,
  signal: AbortSignal,
): Promise<void> {
  const words = JSON.stringify(news)
  if (words === memory.reported) return
  await unlessAborted(controlPlane.report(news), signal)
  memory.reported = words
}

function earliest(moments: readonly (Instant | undefined)[]): Instant | undefined {
  const known = moments.filter((moment) => moment !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

async function count(
  controlPlane: ControlPlane,
  gateway: GatewayId,
  memory: GatewayMemory,
  now: Instant,
  signal: AbortSignal,
): Promise<void> {
  const readings = toTell(memory.tally, now)
  if (readings.length === 0) return
  await unlessAborted(controlPlane.count({ gateway, readings }), signal)
  memory.tally = told(memory.tally, readings, now)
}
