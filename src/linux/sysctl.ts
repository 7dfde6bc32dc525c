import { run } from './run.ts'

/** By path beneath `/proc/sys`: `{'net/ipv4/ip_forward': '1'}`. */
export type KernelSettings = Readonly<Record<string, string>>

/**
 * The script never changes; names and values are its arguments. Written by a shell because `/proc/sys/net` shows the
 * namespace of whoever opens it, and `sysctl` is in a package that a small system may not have.
 */
const script = 'while [ $# -gt 0 ]; do printf %s "$2" > "/proc/sys/$1" || exit 1; shift 2; done'

/** Writes kernel settings inside a network namespace. */
export async function writeKernelSettings(
  namespace: string,
  settings: KernelSettings,
  signal?: AbortSignal,
): Promise<void> {
  await run('ip', ['netns', 'exec', namespace, 'sh', '-c', script, 'sh', ...Object.entries(settings).flat()], {
    signal,
  })
}
