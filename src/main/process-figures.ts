import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ProcessFigures } from './metrics.ts'

/** What this process uses of the machine. The delay of the event loop is that since the call before. */
export function watchProcess(): () => ProcessFigures {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const startedAtSeconds = performance.timeOrigin / 1000
  return () => {
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed } = process.memoryUsage()
    const eventLoopDelaySeconds = delay.percentile(99) / 1e9
    delay.reset()
    return {
      cpuSeconds: (user + system) / 1e6,
      memoryBytes: rss,
      heapBytes: heapUsed,
      startedAtSeconds,
      eventLoopDelaySeconds: Number.isFinite(eventLoopDelaySeconds) ? eventLoopDelaySeconds : 0,
    }
  }
}
