import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { alone } from './lock.mjs'
import { capture, root, SetUpError, say } from './run.mjs'

const stampFile = `${root}node_modules/.sallyport-stamp`
/** npm's own record of what it installed. */
const installedFile = `${root}node_modules/.package-lock.json`

/** Installs the packages of `package-lock.json` where `node_modules` does not hold them. */
export async function ensureNodeModules() {
  if ((await reasonToInstall()) !== undefined) await alone(install)
}

async function install() {
  // Another set-up may have done it while this one waited.
  const reason = await reasonToInstall()
  if (reason === undefined) return
  say(`Installing the packages of package-lock.json (${reason})`)
  // No package needs its install script, and dev packages hold the compiler: both whatever the user's npm settings say.
  const { code, output } = await capture(['npm', 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'])
  if (code !== 0) throw new SetUpError(`${output.trim()}\nnpm ci failed; the lines above say why.`)
  await writeFile(stampFile, await wantedStamp())
}

/** @returns {Promise<string | undefined>} `undefined`: nothing to do */
async function reasonToInstall() {
  const [wanted, stamp, lock, installed] = await Promise.all([
    wantedStamp(),
    readIfThere(stampFile),
    readFile(`${root}package-lock.json`, 'utf8'),
    readIfThere(installedFile),
  ])
  if (stamp === wanted) return undefined
  if (installed === undefined) return 'node_modules is missing or unfinished'
  if (stamp !== undefined && nodeOf(stamp) !== nodeOf(wanted)) {
    return `installed for Node ${nodeOf(stamp)}, this is Node ${nodeOf(wanted)}`
  }
  if (!holds(JSON.parse(installed), JSON.parse(lock))) return 'node_modules is of another package-lock.json'
  // Somebody ran npm by hand, and rightly.
  await writeFile(stampFile, wanted)
  return undefined
}

async function wantedStamp() {
  return stampOf(await readFile(`${root}package-lock.json`), process.versions.node)
}

/**
 * @param {string | Buffer} lock content of package-lock.json
 * @param {string} nodeVersion such as `20.19.0`
 */
export function stampOf(lock, nodeVersion) {
  return `${createHash('sha256').update(lock).digest('hex')} ${nodeVersion.split('.')[0]}\n`
}

/** @param {string} stamp */
function nodeOf(stamp) {
  return stamp.trim().split(' ')[1]
}

/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean }> }} Lock */

/**
 * Whether what npm recorded as installed is what the lock file asks for. Optional packages may be absent: they are of
 * other machines.
 * @param {Lock} installed
 * @param {Lock} lock
 */
export function holds(installed, lock) {
  const present = installed.packages ?? {}
  const asked = lock.packages ?? {}
  const isAsked = Object.entries(present).every(([path, { version }]) => asked[path]?.version === version)
  const isPresent = Object.entries(asked).every(([path, { optional }]) => path === '' || optional || path in present)
  return isAsked && isPresent
}

/** @param {string} file */
async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return undefined
    throw error
  }
}
