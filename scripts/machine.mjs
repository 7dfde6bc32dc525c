import { existsSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { privateWorld } from './private-world.mjs'
import { capture } from './run.mjs'
import { ensureSystemPackages } from './setup.mjs'

/**
 * Why a suite cannot run here. `machineCould` tells a machine that was not made ready from one that lacks something.
 * @typedef {{ reason: string, enable: string, machineCould: boolean }} Obstacle
 */

/**
 * What this machine is good for, after installing what it lacks.
 * @param {{ wantsGuest: boolean }} run whether a suite was chosen for which another kernel is to be there
 * @returns {Promise<{ hasPrivateWorlds: boolean, obstacles: Record<import('./suites.mjs').Suite['needs'], Obstacle | undefined> }>}
 */
export async function lookAtMachine({ wantsGuest }) {
  const { hasPrivateWorlds, tunnelObstacle } = await lookAtTunnels()
  const postgres = await ensureSystemPackages('postgres')
  const clients = await ensureSystemPackages('clients')
  const prometheus = await ensureSystemPackages('prometheus')
  const obstacles = {
    nothing: undefined,
    tunnels: tunnelObstacle,
    postgres: postgres && lacking(postgres),
    clients: clients && lacking(clients),
    guest: wantsGuest ? (tunnelObstacle ?? (await lookForGuest())) : undefined,
    prometheus: prometheus && lacking(prometheus),
  }
  return { hasPrivateWorlds, obstacles }
}

/** @param {import('./system-packages.mjs').Missing} missing @returns {Obstacle} */
function lacking({ missing, help }) {
  // Debian and Ubuntu have all of it: there, for root, it is only a matter of installing.
  const machineCould = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0
  return { reason: `needs ${missing.join(', ')}`, enable: help, machineCould }
}

/** @returns {Promise<{ hasPrivateWorlds: boolean, tunnelObstacle: Obstacle | undefined }>} */
async function lookAtTunnels() {
  if (process.platform !== 'linux') {
    return without('needs Linux', 'run it in a virtual machine with Debian or Ubuntu')
  }
  if (process.getuid?.() !== 0) return without('needs root', 'sudo npm test')

  const missing = await ensureSystemPackages('test')
  const { code, output } = await capture(privateWorld(['true'], '/dev/null'))
  const hasPrivateWorlds = code === 0
  if (missing) return { hasPrivateWorlds, tunnelObstacle: lacking(missing) }
  if (!hasPrivateWorlds) {
    const enable = 'give the container the rights to make namespaces (docker run --privileged)'
    return without(`may not make namespaces: ${output.trim()}`, enable)
  }
  if (!(await hasTun())) {
    const enable = 'modprobe tun; in a container also --device /dev/net/tun'
    return { hasPrivateWorlds, tunnelObstacle: { reason: 'needs /dev/net/tun', enable, machineCould: false } }
  }
  return { hasPrivateWorlds, tunnelObstacle: undefined }
}

/** @param {string} reason @param {string} enable */
function without(reason, enable) {
  return { hasPrivateWorlds: false, tunnelObstacle: { reason, enable, machineCould: false } }
}

/**
 * The tests in the guest need what those outside need, and Debian's kernel for it.
 * @returns {Promise<Obstacle | undefined>}
 */
async function lookForGuest() {
  if (process.arch !== 'x64' || !/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))) {
    return {
      reason: 'needs Debian on x86-64, which has a kernel with ESP that runs as a program (user-mode-linux)',
      enable: 'run it in a virtual machine or a privileged container with Debian',
      machineCould: false,
    }
  }
  const missing = await ensureSystemPackages('guest')
  return missing && lacking(missing)
}

/** Opening tells more than looking: the device node may be there without its module or the right to it. */
async function hasTun() {
  await capture(['modprobe', '--quiet', 'tun'])
  try {
    await (await open('/dev/net/tun', 'r+')).close()
    return true
  } catch {
    return false
  }
}
