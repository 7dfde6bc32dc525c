import { statSync } from 'node:fs'

/** Waits for Ctrl-C, or for somebody who ends us politely. */
export async function untilInterrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    // Nothing else keeps the process going while it waits.
    setInterval(() => statSync('/'), 60_000)
  })
}
