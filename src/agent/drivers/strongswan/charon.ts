/**
 * The process of a gateway's key exchange daemon: one charon in the gateway's namespace with a `/run` of its own. It is
 * detached, so that tunnels outlive us, and found again by what the kernel says about it rather than by what we remember.
 */
import { spawn } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { ipFamilies } from '../../../linux/families.ts'
import { ip } from '../../../linux/ip.ts'
import { namespaceDirectory, namespaceIdentity } from '../../../linux/namespaces.ts'
import { flushTable } from '../../../linux/routes.ts'
import { CommandError } from '../../../linux/run.ts'
import type { Clock } from '../../../model/clock.ts'
import type { GatewayId } from '../../../model/ids.ts'
import { ViciConnectError } from '../../../vici/errors.ts'
import { ViciSession } from '../../../vici/session.ts'
import { type GatewayFiles, insideDaemon, makeGatewayDirectories, readIfThere, replaceFile } from './files.ts'
import { HostRefusal } from './host-refusal.ts'
import { renewPolicies } from './kernel-policies.ts'
import { gatewayNamespace } from './names.ts'
import { isOnHost, refuseOtherDaemon } from './own-namespace.ts'
import { readHostFacts } from './read-host-facts.ts'
import { tunnelTable } from './routing-rules.ts'

export interface StartOptions {
  readonly gateway: GatewayId
  readonly files: GatewayFiles
  /** Path of the program. */
  readonly charon: string
  readonly configuration: string
  /** ESP is in the kernel, which keeps the SAs of a daemon that died. */
  readonly kernelEsp: boolean
  readonly clock: Clock
  readonly signal: AbortSignal
}

const startDeadlineMs = 10_000
const stopDeadlineMs = 5_000
const retryPauseMs = 3

/** Enough for charon and for the `ip` that starts it; nothing of our own environment is its business. */
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', STRONGSWAN_CONF: insideDaemon.configuration }

/** Each step is an `exec`, so the process we start becomes charon. The script is fixed; paths are its arguments. */
const script = 'mount --bind "$1" /run && exec "$2"'

/**
 * Starts a charon where none of ours runs and returns a connection to it.
 * @throws HostRefusal with what it printed when it ends instead of answering
 */
export async function startCharon(options: StartOptions): Promise<ViciSession> {
  const { gateway, files, charon, configuration, clock, signal } = options
  await makeGatewayDirectories(files)
  await stopCharon(gateway, files, clock)
  if (await isOnHost(gateway)) await refuseOtherDaemon()
  await replaceFile(files.configuration, configuration)
  // A new charon takes the process named in an old file for itself, and an old socket for its own.
  await Promise.all([files.pidFile, files.socket].map((file) => rm(file, { force: true })))
  if (options.kernelEsp) await forgetKernelTunnels(gateway, files, signal)

  const output = await open(files.output, 'w', 0o600)
  try {
    const child = spawn(
      'ip',
      ['netns', 'exec', gatewayNamespace(gateway), 'sh', '-c', script, 'sh', files.run, charon],
      { detached: true, stdio: ['ignore', output.fd, output.fd], env: environment, cwd: '/' },
    )
    const ended = new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(error.message))
      child.on('exit', (code, killedBy) => resolve(`ended with ${killedBy ?? code}`))
    })
    child.unref()
    return await firstAnswer(files, ended, clock, signal)
  } finally {
    await output.close()
  }
}

/** The socket file is there before charon listens: both its absence and a refusal mean "not yet". */
async function firstAnswer(
  files: GatewayFiles,
  ended: Promise<string>,
  clock: Clock,
  signal: AbortSignal,
): Promise<ViciSession> {
  const deadline = clock.now() + startDeadlineMs
  let end: string | undefined
  ended.then((how) => {
    end = how
  }, neverRejects)
  while (clock.now() < deadline) {
    const session = await connectIfListening(files, signal)
    if (session !== undefined) return session
    if (end !== undefined) throw new HostRefusal(`charon ${end}: ${await lastWords(files)}`)
    await clock.sleep(retryPauseMs, signal)
  }
  throw new HostRefusal(`charon did not answer within ${startDeadlineMs} ms: ${await lastWords(files)}`)
}

/** `undefined`: nobody listens there. */
export async function connectIfListening(
  { socket }: Pick<GatewayFiles, 'socket'>,
  signal?: AbortSignal,
): Promise<ViciSession | undefined> {
  try {
    return await ViciSession.connect(socket, { timeoutMs: 2_000, signal })
  } catch (error) {
    if (error instanceof ViciConnectError && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED'))
      return undefined
    throw error
  }
}

async function lastWords({ output, daemonLog }: GatewayFiles): Promise<string> {
  const text = `${(await readIfThere(output)) ?? ''}\n${(await readIfThere(daemonLog)) ?? ''}`
  return text.trim().split('\n').slice(-3).join(' / ') || 'it said nothing'
}

/**
 * The kernel goes on with the SAs of a charon that was killed, and the new one knows nothing of them. Its routes go first:
 * a route without its policy would lead packets out in the clear.
 */
async function forgetKernelTunnels(gateway: GatewayId, files: GatewayFiles, signal: AbortSignal): Promise<void> {
  const namespace = gatewayNamespace(gateway)
  for (const family of ipFamilies()) {
    try {
      await ip(flushTable(tunnelTable), { namespace, family, signal })
    } catch (error) {
      const hasNone = error instanceof CommandError && /table does not exist/.test(error.stderr)
      if (!hasNone) throw error
    }
  }
  await renewPolicies(gateway, await readHostFacts(gateway, files, signal), signal)
}

/** Process id of the gateway's charon; `undefined` when none runs. */
export async function findCharon(
  gateway: GatewayId,
  { pidFile }: Pick<GatewayFiles, 'pidFile'>,
): Promise<number | undefined> {
  const pid = Number((await readIfThere(pidFile))?.trim())
  return Number.isSafeInteger(pid) && pid > 1 && (await isCharonOf(gateway, pid)) ? pid : undefined
}

/** Its name, and that its `/run` is the one of this gateway. A number used again by another process fails on that. */
export async function isCharonOf(gateway: GatewayId, pid: number): Promise<boolean> {
  const name = await readIfThere(`/proc/${pid}/comm`)
  if (name?.trim() !== 'charon') return false
  try {
    const mounts = await readIfThere(`/proc/${pid}/mountinfo`)
    // The kernel says so of a directory that was removed since.
    return [`${gateway}/run /run `, `${gateway}/run//deleted /run `].some((mount) => mounts?.includes(mount))
  } catch (error) {
    // What the kernel answers for a process that has ended and is yet to be reaped.
    if (error instanceof Error && 'code' in error && error.code === 'EINVAL') return false
    throw error
  }
}

/** Whether it runs in the namespace that bears the gateway's name now; that one may have been made anew. */
export async function isInNamespace(gateway: GatewayId, pid: number): Promise<boolean> {
  const [its, named] = await Promise.all([
    namespaceIdentity(`/proc/${pid}/ns/net`),
    namespaceIdentity(`${namespaceDirectory}/${gatewayNamespace(gateway)}`),
  ])
  return its !== undefined && its === named
}

/** Lets it say good-bye to its peers, and ends it if it takes too long. */
export async function stopCharon(gateway: GatewayId, files: GatewayFiles, clock: Clock): Promise<void> {
  const pid = await findCharon(gateway, files)
  if (pid === undefined) return
  const isGone = async () => (await findCharon(gateway, files)) !== pid
  for (const [name, deadlineMs] of [
    ['SIGTERM', stopDeadlineMs],
    ['SIGKILL', stopDeadlineMs],
  ] as const) {
    if (!tell(pid, name) || (await waitUntil(isGone, deadlineMs, clock))) return
  }
  throw new HostRefusal(`charon (process ${pid}) does not end`)
}

/** False: there is no such process any more. */
export function tell(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

async function waitUntil(condition: () => Promise<boolean>, deadlineMs: number, clock: Clock): Promise<boolean> {
  const deadline = clock.now() + deadlineMs
  const signal = AbortSignal.timeout(2 * deadlineMs)
  while (clock.now() < deadline) {
    if (await condition()) return true
    await clock.sleep(5, signal)
  }
  return false
}

function neverRejects(error: unknown): never {
  throw error
}
