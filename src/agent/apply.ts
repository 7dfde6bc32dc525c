import type { ConnectionId, GatewayId } from '../model/ids.ts'
import { unlessAborted } from './bounded.ts'
import { StepRefused } from './driver.ts'
import type { LookParts } from './look-parts.ts'
import type { Begun } from './pacing.ts'
import type { Step } from './step.ts'
import { connectionOf } from './step-connection.ts'

/** What came of the steps of a plan. */
export interface Outcome {
  /** By connection, why the machine would not do something for it. */
  readonly refusals: ReadonlyMap<ConnectionId, string>
  readonly begun: readonly Begun[]
  /** What ended the whole; the steps after it were not taken. */
  readonly failure: { readonly error: unknown; readonly problem: string } | undefined
}

/**
 * Takes the steps in order. A refusal that names a connection costs that connection the rest of its steps, which build
 * on the refused one; the others go on. Anything else that goes wrong ends the whole.
 */
export async function applyAll(
  { driver, clock, log }: Pick<LookParts, 'driver' | 'clock' | 'log'>,
  gateway: GatewayId,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<Outcome> {
  const refusals = new Map<ConnectionId, string>()
  const begun: Begun[] = []
  for (const step of steps) {
    const connection = connectionOf(step)
    if (connection !== undefined && refusals.has(connection)) continue
    const start = clock.now()
    try {
      await unlessAborted(driver.apply(gateway, step, signal), signal)
      log.info({ gateway, step: step.do, connection, ms: clock.now() - start }, 'step applied')
      if (step.do === 'open-child') begun.push({ connection: step.connection, child: step.child })
    } catch (error) {
      const refused = error instanceof StepRefused ? error : undefined
      if (refused?.connection === undefined) {
        const problem = refused?.message ?? `the gateway could not be made: ${step.do} failed`
        return { refusals, begun, failure: { error, problem } }
      }
      log.warn({ gateway, step: step.do, connection: refused.connection, problem: refused.message }, 'step refused')
      refusals.set(refused.connection, refused.message)
      if (step.do === 'open-child') {
        begun.push({ connection: step.connection, child: step.child, refusal: refused.message })
      }
    }
  }
  return { refusals, begun, failure: undefined }
}
