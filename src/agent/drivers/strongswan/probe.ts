import { access, constants } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { batchLine } from '../../../linux/ip.ts'
import { addBridge, addVlan } from '../../../linux/links.ts'
import { CommandError, run } from '../../../linux/run.ts'
import type { Capabilities } from '../../../model/capabilities.ts'
import type { NetworkType } from '../../../model/network.ts'

/** What this host's strongSwan and kernel can do. */
export interface Probed {
  readonly capabilities: Omit<Capabilities, 'physicalNetworks'>
  /** Path of the daemon's program. */
  readonly charon: string
  /** `5.9.8` */
  readonly version: string
}

/** Where distributions put it: Debian and Ubuntu; Fedora and RHEL; Arch and others. */
const usualPlaces = [
  '/usr/lib/ipsec/charon',
  '/usr/libexec/strongswan/charon',
  '/usr/lib/strongswan/charon',
  '/usr/libexec/ipsec/charon',
]

/** Finds out by trying. @throws Error saying what is missing when this host can carry no tunnel at all. */
export async function probe(
  options: { readonly charon?: string; readonly signal?: AbortSignal } = {},
): Promise<Probed> {
  const charon = options.charon ?? (await firstExecutable(usualPlaces))
  if (charon === undefined) {
    throw new Error(`strongSwan's charon is not installed (looked in ${usualPlaces.join(', ')})`)
  }
  const [version, esp, ah, types] = await Promise.all([
    daemonVersion(charon, options.signal),
    kernelAccepts('esp', options.signal),
    kernelAccepts('ah', options.signal),
    networkTypes(options.signal),
  ])
  const common = { networkTypes: types, daemon: `strongSwan ${version}` } as const
  if (esp) {
    const protocols = ah ? (['esp', 'ah'] as const) : (['esp'] as const)
    return {
      charon,
      version,
      capabilities: { backend: 'kernel', protocols, modes: ['tunnel', 'transport'], ...common },
    }
  }
  const missing = await missingForUserSpace(charon)
  if (missing !== undefined) throw new Error(`this kernel has no ESP, and user-space ESP is not possible: ${missing}`)
  return { charon, version, capabilities: { backend: 'user-space', protocols: ['esp'], modes: ['tunnel'], ...common } }
}

/** Tries it in a network namespace that ends with the command. The keys are dummies of the right length. */
async function kernelAccepts(protocol: 'esp' | 'ah', signal: AbortSignal | undefined): Promise<boolean> {
  const zeros = (bytes: number) => `0x${'00'.repeat(bytes)}`
  const state = ['src', '192.0.2.1', 'dst', '192.0.2.2', 'proto', protocol, 'spi', '0x1000', 'mode', 'tunnel']
  const integrity = ['auth-trunc', 'hmac(sha256)', zeros(32), '128']
  const encryption = protocol === 'esp' ? ['enc', 'cbc(aes)', zeros(16)] : []
  try {
    await run('unshare', ['--net', 'ip', 'xfrm', 'state', 'add', ...state, ...integrity, ...encryption], { signal })
    return true
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === undefined) throw error
    if (/Operation not permitted/.test(error.stderr)) throw new Error('IPsec needs root', { cause: error })
    return false
  }
}

/** Not every kernel has VLANs (CONFIG_VLAN_8021Q). Tried in a network namespace that ends with the command. */
async function networkTypes(signal: AbortSignal | undefined): Promise<readonly NetworkType[]> {
  const commands = [addBridge('trunk'), addVlan('tagged', { number: 1, device: 'trunk' })]
  try {
    await run('unshare', ['--net', 'ip', '-batch', '-'], { input: commands.map(batchLine).join(''), signal })
    return ['local', 'flat', 'vlan']
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === undefined) throw error
    return ['local', 'flat']
  }
}

/** `Linux strongSwan 5.9.8` */
async function daemonVersion(charon: string, signal: AbortSignal | undefined): Promise<string> {
  const output = await run(charon, ['--version'], { signal })
  return /strongSwan U?(\d+\.\d+(\.\d+)?)/.exec(output)?.[1] ?? 'of unknown version'
}

async function missingForUserSpace(charon: string): Promise<string | undefined> {
  const plugin = join(dirname(charon), 'plugins', 'libstrongswan-kernel-libipsec.so')
  if (!(await isThere('/dev/net/tun', constants.R_OK | constants.W_OK))) return '/dev/net/tun cannot be opened'
  if (!(await isThere(plugin, constants.R_OK))) return `${plugin} is missing (Debian: libcharon-extra-plugins)`
  return undefined
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isThere(path, constants.X_OK)) return path
  return undefined
}

async function isThere(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

/**
 * Before 5.9.12 charon sends nothing into a tunnel unless the gateway has an address inside every local network of it: with
 * user-space ESP it refuses the tunnel, with the kernel's it leaves out the route.
 */
export function needsAddressInside({ version }: Pick<Probed, 'version'>): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return major < 5 || (major === 5 && (minor < 9 || (minor === 9 && patch < 12)))
}
