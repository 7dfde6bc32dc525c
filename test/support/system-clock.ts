import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/model/clock.ts'

/** The real clock, for what stands on real machinery. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (milliseconds, signal) =>
    sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error
    }),
}
