import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait for a condition, and what to call it when it does not come. */
export interface Patience {
  readonly what?: string
  /** 10 000 unless told. */
  readonly deadlineMs?: number
  /** Between two looks. */
  readonly everyMs?: number
}

/** How many times longer every wait may take: a machine that is emulated in software does everything, but slowly. */
const patienceFactor = Number(process.env.SALLYPORT_TEST_PATIENCE ?? '1')

/**
 * Waits for a condition with a deadline, never for a number of milliseconds: asks again and again until the answer is
 * neither `undefined` nor `false`, and returns it.
 *
 * @throws when the answer does not come in time
 */
export async function until<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  { what = 'the condition', deadlineMs = 10_000, everyMs = 10 }: Patience = {},
): Promise<T> {
  const allowedMs = deadlineMs * patienceFactor
  const deadline = performance.now() + allowedMs
  for (;;) {
    const answer = await condition()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${allowedMs} ms`)
    await sleep(everyMs)
  }
}
