import { setMaxListeners } from 'node:events'
import type { Clock } from '../model/clock.ts'

/**
 * Settles as `work` does, or rejects with the signal's reason when that comes first. For work that takes no signal: it
 * is left behind, not stopped.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Does `work` with a signal that aborts with the given one, and after `milliseconds` at the latest. */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController()
  // As many listen as there are steps at once, and each listener goes with its step: no leak to be warned of.
  setMaxListeners(0, inner.signal)
  const stop = () => inner.abort(signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const done = new AbortController()
  const deadline = clock.sleep(milliseconds, done.signal).then(
    () => inner.abort(new Error(`took longer than ${milliseconds} ms`)),
    (error: unknown) => {
      // The sleep ends early because the work is done; any other reason is the clock's own failure.
      if (!done.signal.aborted) inner.abort(error)
    },
  )
  try {
    return await unlessAborted(work(inner.signal), inner.signal)
  } finally {
    done.abort()
    signal.removeEventListener('abort', stop)
    await deadline
  }
}
