import type { GatewayId } from '../model/ids.ts'
import type { DesiredHost } from '../model/tunnel.ts'
import { unlessAborted, withDeadline } from './bounded.ts'
import type { LookParts } from './look-parts.ts'
import { planHost } from './plan-host.ts'
import type { HostStep } from './step.ts'

/** A host step creates or removes a bridge; a look at the host that takes longer than this hangs. */
const lookMs = 60_000

/** What a look at the host found and did. */
export interface HostLook {
  readonly desired: DesiredHost
  /** Whether networks were made, so that gateways that lacked them are worth another look. */
  readonly networksMade: boolean
  /** Why the look is to be repeated; absent: every step was done. */
  readonly failure?: unknown
}

/**
 * Makes the host beneath the gateways what it should be. Each step is tried, whatever becomes of the others.
 *
 * @param isBusy gateways that are being looked at: those remove themselves, and must not be swept at the same time
 * @throws when nothing could be planned. A step that fails is told in the answer: one interface that is missing on the
 * host must not keep gateways on other networks from being looked at.
 */
export function reconcileHost(
  { driver, controlPlane, clock, log }: LookParts,
  isBusy: (gateway: GatewayId) => boolean,
  stop: AbortSignal,
): Promise<HostLook> {
  return withDeadline(clock, lookMs, stop, async (signal) => {
    const desired = await unlessAborted(controlPlane.desiredHost(), signal)
    const actual = await unlessAborted(driver.observeHost(), signal)
    const errors: unknown[] = []
    const done: HostStep[] = []
    for (const step of planHost(desired, actual)) {
      if (step.do === 'sweep-gateway' && isBusy(step.gateway)) continue
      try {
        await unlessAborted(driver.applyHost(step, signal), signal)
        done.push(step)
        log.info({ step: step.do, subject: subjectOf(step) }, 'host step applied')
      } catch (error) {
        if (signal.aborted) throw error
        errors.push(new Error(`${step.do} ${subjectOf(step)} failed`, { cause: error }))
      }
    }
    const networksMade = done.some((step) => step.do === 'make-network')
    if (errors.length === 0) return { desired, networksMade }
    const several = () => new AggregateError(errors, `${errors.length} host steps failed`)
    return { desired, networksMade, failure: errors.length === 1 ? errors[0] : several() }
  })
}

function subjectOf(step: HostStep): string {
  if (step.do === 'sweep-gateway') return step.gateway
  return step.do === 'make-network' ? step.network.id : step.network
}
