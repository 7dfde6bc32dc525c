import { readdir, stat } from 'node:fs/promises'
import { ip } from './ip.ts'
import { run } from './run.ts'

/** Where `ip netns` keeps its names, each a mount of a namespace. */
export const namespaceDirectory = '/run/netns'

export async function listNamespaces(): Promise<string[]> {
  try {
    return await readdir(namespaceDirectory)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

export async function addNamespace(name: string, signal?: AbortSignal): Promise<void> {
  await ip(['netns', 'add', name], { signal })
}

/** Gives the namespace that a process is in a name, beside any it has. */
export async function nameNamespace(name: string, pid: number, signal?: AbortSignal): Promise<void> {
  await ip(['netns', 'attach', name, String(pid)], { signal })
}

/**
 * Whether the name is that of a namespace which was not made for it: the one we are in ourselves, or that of the first
 * process, which is the machine's also for whoever looks at it from another namespace.
 */
export async function isHostNamespace(name: string): Promise<boolean> {
  const [its, ...hosts] = await Promise.all(
    [`${namespaceDirectory}/${name}`, '/proc/self/ns/net', '/proc/1/ns/net'].map((path) => namespaceIdentity(path)),
  )
  return its !== undefined && hosts.includes(its)
}

/** Takes the name away. The namespace itself goes when its last process and device user does. */
export async function deleteNamespace(name: string, signal?: AbortSignal): Promise<void> {
  await ip(['netns', 'delete', name], { signal })
}

/** Processes that run in the namespace. */
export async function namespaceProcesses(name: string, signal?: AbortSignal): Promise<number[]> {
  const output = await run('ip', ['netns', 'pids', name], { signal })
  return output.split('\n').filter(Boolean).map(Number)
}

/** Device and inode of the namespace behind a path such as `/run/netns/x` or `/proc/1/ns/net`; `undefined`: no such. */
export async function namespaceIdentity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path)
    return `${dev}:${ino}`
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
}
