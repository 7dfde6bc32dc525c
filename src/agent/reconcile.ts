import type { Instant } from '../model/clock.ts'
import type { GatewayId } from '../model/ids.ts'
import type { Actual, Desired } from '../model/tunnel.ts'
import { childStates, type GatewayState } from './agent-state.ts'
import { applyAll, type Outcome } from './apply.ts'
import { type Attempts, noAttempts, refusals } from './attempts.ts'
import { unlessAborted, withDeadline } from './bounded.ts'
import type { ControlPlane } from './control-plane.ts'
import type { Driver } from './driver.ts'
import type { LookParts } from './look-parts.ts'
import { begun, nextDue, observed, pacingAt } from './pacing.ts'
import { plan } from './plan.ts'
import { report } from './report.ts'
import { emptyTally, type Tally, tallied, told, toTell } from './traffic-tally.ts'

/** What an agent keeps of a gateway between looks. All of it may be lost without harm to a tunnel. */
export interface GatewayMemory {
  attempts: Attempts
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
  return { attempts: noAttempts, tally: emptyTally, seen: nothingSeen, reported: undefined }
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
    const before = await unlessAborted(driver.observe(gateway), signal)
    const now = clock.now()
    learn(memory, desired, before, now)

    const steps = plan(desired, before, pacingAt(memory.attempts, now))
    const outcome = await applyAll(parts, gateway, steps, signal)
    memory.attempts = begun(memory.attempts, desired, outcome.begun, clock.now(), parts.random)

    const after = steps.length === 0 ? before : await observeAfter(driver, gateway, outcome, signal)
    learn(memory, desired, after, clock.now())
    memory.tally = tallied(memory.tally, driver.takeReadings(gateway))
    await tell(controlPlane, memory, desired, after, outcome, signal)
    await count(controlPlane, gateway, memory, clock.now(), signal)
    memory.seen = {
      isReady: outcome.failure === undefined,
      daemonRuns: after.daemon !== undefined,
      daemonStarts:
        memory.seen.daemonStarts + (steps.some((step) => step.do === 'start-daemon') && after.daemon ? 1 : 0),
      children: childStates(desired, after.daemon),
    }
    if (outcome.failure !== undefined) throw outcome.failure.error
    return {
      due: nextDue(memory.attempts, now),
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
  desired: Desired,
  actual: Actual,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<void> {
  const refused = new Map([...refusals(memory.attempts), ...outcome.refusals])
  const news = report(desired, actual, refused, outcome.failure?.problem)
  const words = JSON.stringify(news)
  if (words === memory.reported) return
  await unlessAborted(controlPlane.report(news), signal)
  memory.reported = words
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
