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
 * Steps that only prepare, each for itself, in the order in which the daemon gets them. Run after run of them is taken
 * together: one waits for a process, the others for the daemon.
 */
const preparing: ReadonlySet<Step['do']> = new Set(['protect', 'load-secret', 'load-connection'])
const atOnce = 64

/** The steps in their order, cut into groups of those that may be taken together. */
export function stages(steps: readonly Step[]): readonly (readonly Step[])[] {
  const cut: Step[][] = []
  for (const step of steps) {
    const last = cut.at(-1)
    const joins = last !== undefined && last.length < atOnce && [step, ...last].every((each) => preparing.has(each.do))
    if (joins) last.push(step)
    else cut.push([step])
  }
  return cut
}

/**
 * Takes the steps in order. A refusal that names a connection costs that connection the rest of its steps, which build
 * on the refused one; the others go on. Anything else that goes wrong ends the whole.
 */
export async function applyAll(
  parts: Pick<LookParts, 'driver' | 'clock' | 'log'>,
  gateway: GatewayId,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<Outcome> {
  const refusals = new Map<ConnectionId, string>()
  const begun: Begun[] = []
  for (const stage of stages(steps)) {
    const wanted = stage.filter((step) => !refusals.has(connectionOf(step) ?? nobody))
    const taken = await Promise.all(wanted.map((step) => take(parts, gateway, step, signal)))
    for (const { step, error } of taken) {
      const refused = error instanceof StepRefused ? error : undefined
      if (error !== undefined && refused?.connection === undefined) {
        const problem = refused?.message ?? `the gateway could not be made: ${step.do} failed`
        return { refusals, begun, failure: { error, problem } }
      }
      if (refused?.connection !== undefined) refusals.set(refused.connection, refused.message)
      if (step.do !== 'open-child') continue
      const { connection, child } = step
      begun.push({ connection, child, ...(refused && { refusal: refused.message }) })
    }
  }
  return { refusals, begun, failure: undefined }
}

/** Stands for the connection of a step that has none: no refusal is ever kept under it. */
const nobody = '' as ConnectionId

/** Takes one step and says what it threw, if anything. */
async function take(
  { driver, clock, log }: Pick<LookParts, 'driver' | 'clock' | 'log'>,
  gateway: GatewayId,
  step: Step,
  signal: AbortSignal,
): Promise<{ readonly step: Step; readonly error?: unknown }> {
  const start = clock.now()
  const connection = connectionOf(step)
  try {
    await unlessAborted(driver.apply(gateway, step, signal), signal)
    log.info({ gateway, step: step.do, connection, ms: clock.now() - start }, 'step applied')
    return { step }
  } catch (error) {
    if (error instanceof StepRefused && error.connection !== undefined) {
      log.warn({ gateway, step: step.do, connection: error.connection, problem: error.message }, 'step refused')
    }
    return { step, error }
  }
}
