import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GatewayId, NetworkId } from '../../../model/ids.ts'
import { isUuid } from './names.ts'

/**
 * Where a gateway's daemon keeps its things. `run` becomes the daemon's own `/run`, and everything it opens lies in there
 * as `charon.*`: the pid file's place is compiled in, and the AppArmor profile that Debian and Ubuntu ship for charon
 * allows `/run/charon.*` and nothing of ours elsewhere.
 */
export interface GatewayFiles {
  readonly directory: string
  readonly run: string
  readonly socket: string
  readonly pidFile: string
  readonly configuration: string
  readonly daemonLog: string
  /** What the daemon prints before its own log is open. */
  readonly output: string
  /** Fingerprint of the settings in force, written once they are. */
  readonly settings: string
  /** Legs of a gateway that is the host itself. */
  readonly legs: string
}

/** As the daemon sees the files in its `/run`. */
export const insideDaemon = {
  configuration: '/run/charon.conf',
  socket: '/run/charon.vici',
  daemonLog: '/run/charon.log',
} as const

export function gatewayFiles(stateDir: string, gateway: GatewayId): GatewayFiles {
  const directory = join(gatewaysDirectory(stateDir), gateway)
  const run = join(directory, 'run')
  return {
    directory,
    run,
    socket: join(run, 'charon.vici'),
    pidFile: join(run, 'charon.pid'),
    configuration: join(run, 'charon.conf'),
    daemonLog: join(run, 'charon.log'),
    output: join(run, 'charon.out'),
    settings: join(directory, 'settings'),
    legs: join(directory, 'legs'),
  }
}

export function gatewaysDirectory(stateDir: string): string {
  return join(stateDir, 'gateways')
}

/**
 * Which networks of the host are this installation's: a file for each, made before its bridge and removed after it.
 * Several installations can so live on one host; each leaves alone what it does not know.
 */
export function networksDirectory(stateDir: string): string {
  return join(stateDir, 'networks')
}

/** @param note what is to be known about the network when only its mark is left. */
export async function markNetwork(stateDir: string, network: NetworkId, note = ''): Promise<void> {
  await mkdir(networksDirectory(stateDir), { recursive: true, mode: 0o700 })
  await replaceFile(join(networksDirectory(stateDir), network), note)
}

/** The note of a network's mark; `undefined`: it has no mark. */
export async function networkNote(stateDir: string, network: NetworkId): Promise<string | undefined> {
  return readIfThere(join(networksDirectory(stateDir), network))
}

export async function unmarkNetwork(stateDir: string, network: NetworkId): Promise<void> {
  await rm(join(networksDirectory(stateDir), network), { force: true })
}

export async function markedNetworks(stateDir: string): Promise<NetworkId[]> {
  return (await idsIn(networksDirectory(stateDir))).map((id) => id as NetworkId)
}

/** Interfaces of the host that were down before we needed them: an empty file for each, named like it. */
export function raisedDirectory(stateDir: string): string {
  return join(stateDir, 'raised')
}

export async function markRaised(stateDir: string, device: string): Promise<void> {
  await mkdir(raisedDirectory(stateDir), { recursive: true, mode: 0o700 })
  await writeFile(join(raisedDirectory(stateDir), device), '', { mode: 0o600 })
}

export async function unmarkRaised(stateDir: string, device: string): Promise<void> {
  await rm(join(raisedDirectory(stateDir), device), { force: true })
}

export async function markedRaised(stateDir: string): Promise<string[]> {
  return namesIn(raisedDirectory(stateDir))
}

const maxSocketPathBytes = 107
const anyGateway = '00000000-0000-4000-8000-000000000000' as GatewayId

/** Unix socket paths hold 107 bytes; better said at the start than when the first tunnel is wanted. */
export function refuseLongStateDir(stateDir: string): void {
  const { socket } = gatewayFiles(stateDir, anyGateway)
  const excess = Buffer.byteLength(socket) - maxSocketPathBytes
  if (excess > 0) {
    throw new Error(
      `the state directory ${stateDir} is ${excess} bytes too long: sockets beneath it could not be opened`,
    )
  }
}

export async function makeGatewayDirectories({ run }: GatewayFiles): Promise<void> {
  await mkdir(run, { recursive: true, mode: 0o700 })
}

export async function removeGatewayDirectories({ directory }: GatewayFiles): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}

/** The gateways of this installation: their directories are made before anything else of them, and removed last. */
export async function gatewaysWithFiles(stateDir: string): Promise<GatewayId[]> {
  return (await idsIn(gatewaysDirectory(stateDir))).map((id) => id as GatewayId)
}

async function idsIn(directory: string): Promise<string[]> {
  return (await namesIn(directory)).filter(isUuid)
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Whole or not at all, readable by us only. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** `undefined` when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
}
