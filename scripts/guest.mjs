/**
 * `node scripts/guest.mjs <program> <argument>…`: runs a command on Debian's user-mode Linux with this machine's files, and
 * ends with its exit code. Prints what the guest's console prints. See `docs/decisions/0019-a-kernel-that-has-esp.md`.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, root, SetUpError, say } from './run.mjs'

const memory = '2560M'
/** How many times longer than elsewhere the tests wait for a condition: every system call of the guest is a detour. */
const patience = '6'

/**
 * @typedef {object} Outcome
 * @property {number} code
 * @property {string} [counts] what the reporter of the tests wrote
 * @property {readonly string[]} leftovers processes that outlived the command
 */

/**
 * @param {string} folder shared with the guest
 * @returns {Promise<void>} when it is switched off
 */
function run(folder) {
  // Words that the kernel does not know become the environment of its first process.
  const words = {
    init: `${root}scripts/guest-start.sh`,
    SALLYPORT_CHECKOUT: root,
    SALLYPORT_NODE: process.execPath,
    SALLYPORT_GUEST: folder,
  }
  const own = [`mem=${memory}`, `uml_dir=${folder}`, 'con=null', 'con0=null,fd:1', 'ssl=null', 'console=tty0', 'quiet']
  const files = ['rootfstype=hostfs', 'rootflags=/', 'ro', 'panic=-1']
  const quoted = Object.entries(words).map(([key, value]) => `${key}="${value}"`)
  return new Promise((resolve, reject) => {
    const guest = spawn('linux.uml', [...own, ...files, ...quoted], { stdio: ['ignore', 'inherit', 'inherit'] })
    guest.on('error', reject).on('close', () => resolve())
  })
}

/** @param {string} folder @returns {Promise<Outcome | undefined>} `undefined`: it never came to tell */
async function outcomeIn(folder) {
  const text = await readFile(join(folder, 'outcome.json'), 'utf8').catch(() => undefined)
  return text && JSON.parse(text)
}

await launch(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-guest-'))
  try {
    const env = { CI: process.env.CI ?? '', SALLYPORT_TEST_PATIENCE: patience }
    await writeFile(join(folder, 'order.json'), JSON.stringify({ command: process.argv.slice(2), env }))
    await run(folder)
    const outcome = await outcomeIn(folder)
    if (outcome === undefined) throw new SetUpError('The guest ended before the tests did; its console is above.')
    const { code, counts, leftovers } = outcome
    const file = process.env.SALLYPORT_TEST_COUNTS
    if (file !== undefined && counts !== undefined) await writeFile(file, counts)
    for (const name of leftovers) say(`left a process behind in the guest: ${name}`)
    return code === 0 && leftovers.length > 0 ? 1 : code
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
