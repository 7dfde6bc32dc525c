import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { type Store, transaction } from '../store/open.ts'
import { oldestSample, removeSamples, thinSamples } from '../store/traffic.ts'
import { instantOf, momentOf } from './traffic.ts'
import { resolutions } from './traffic-resolutions.ts'

/** A minute: as often as the closest samples fall due. */
const thinEveryMs = 60_000
/** Between two transactions: requests go in between. */
const pauseMs = 50

export interface TrafficKeeping {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

export interface TrafficKeeper {
  close(): Promise<void>
}

/** Thins the samples of traffic as they age, until it is closed. What fails is tried again a minute later. */
export function startTrafficKeeper({ log, ...keeping }: TrafficKeeping): TrafficKeeper {
  const stopping = new AbortController()
  const { signal } = stopping

  async function work(): Promise<void> {
    while (!signal.aborted) {
      try {
        await thinTraffic(keeping, signal)
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, 'traffic samples were not thinned')
      }
      await pause(keeping.clock, thinEveryMs, signal)
    }
  }

  const working = work()
  return {
    async close() {
      stopping.abort(new Error('the keeper of traffic samples is closed'))
      await working
    },
  }
}

/** Thins all that is due now, one stretch of a coarser resolution after the other, oldest first. */
export async function thinTraffic({ store, clock }: Omit<TrafficKeeping, 'log'>, signal: AbortSignal): Promise<void> {
  for (const [index, { seconds, keptSeconds }] of resolutions.entries()) {
    const coarser = resolutions[index + 1]
    if (coarser === undefined) continue
    const stretchMs = coarser.seconds * 1000
    // Whole stretches only: half of one would leave two samples in it.
    const due = Math.floor((clock.now() - keptSeconds * 1000) / stretchMs) * stretchMs
    while (!signal.aborted) {
      const oldest = await oldestSample(store, seconds, momentOf(due))
      if (oldest === undefined) break
      const from = Math.floor(instantOf(oldest) / stretchMs) * stretchMs
      const stretch = { from: momentOf(from), to: momentOf(from + stretchMs) }
      await transaction(store, (tx) => thinSamples(tx, seconds, stretch, coarser.seconds))
      await pause(clock, pauseMs, signal)
    }
  }
  const last = resolutions[resolutions.length - 1]
  if (last === undefined || signal.aborted) return
  await transaction(store, (tx) => removeSamples(tx, momentOf(clock.now() - last.keptSeconds * 1000)))
}

async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
