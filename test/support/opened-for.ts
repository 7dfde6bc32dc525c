import { systemClock } from '../../src/main/world.ts'
import type { DatabaseOptions } from '../../src/store/engine.ts'

/** How a test opens a database: trouble that nobody expected fails it. */
export function openedFor(url: string, expected: Partial<DatabaseOptions> = {}): DatabaseOptions {
  const fail = (error: unknown) => {
    throw error
  }
  return { url, clock: systemClock, onTrouble: fail, onLost: fail, ...expected }
}
