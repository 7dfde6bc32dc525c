import { readdir } from 'node:fs/promises'
import { root } from './run.mjs'

/**
 * @typedef {object} Suite
 * @property {string} name a project of `vitest.config.ts`
 * @property {(file: string) => boolean} holds whether this test file is of the suite, as `vitest.config.ts` says
 * @property {number} deadlineMinutes
 * @property {'nothing' | 'postgres' | 'clients' | 'prometheus' | 'tunnels' | 'guest'} needs what the machine has to have for it;
 *   `guest`: it runs on another kernel, see `guest.mjs`
 */

/** The contract of API and store, which holds on every database. @param {string} file */
function holdsContract(file) {
  return ['api', 'store', 'transcripts'].some((folder) => file.startsWith(`test/${folder}/`))
}

/**
 * What of the tunnel suite is run again where ESP is the kernel's. Those that say what a user relies on, and in which the two
 * kinds of ESP go different ways in the driver: a tunnel from nothing, nothing in the clear, kills, and neighbours. The rest
 * is about IKE, algorithms and `ip`, which are the same for both, and the guest is slow.
 */
const alsoOnKernel = ['first-light', 'fail-closed', 'neighbours', 'survival']

/** @type {readonly Suite[]} */
export const suites = [
  {
    name: 'unit',
    holds: (file) => file.startsWith('src/') || file.startsWith('test/structure/'),
    deadlineMinutes: 4,
    needs: 'nothing',
  },
  { name: 'api', holds: holdsContract, deadlineMinutes: 12, needs: 'nothing' },
  {
    name: 'postgres',
    holds: (file) => holdsContract(file) || file.startsWith('test/postgres/'),
    deadlineMinutes: 20,
    needs: 'postgres',
  },
  {
    name: 'metrics',
    holds: (file) => file.startsWith('test/metrics/'),
    deadlineMinutes: 3,
    needs: 'prometheus',
  },
  {
    name: 'interop',
    holds: (file) => file.startsWith('test/interop/'),
    deadlineMinutes: 10,
    needs: 'clients',
  },
  {
    name: 'tunnel',
    holds: (file) => file.startsWith('test/tunnel/'),
    deadlineMinutes: 15,
    needs: 'tunnels',
  },
  {
    name: 'kernel',
    holds: (file) =>
      file.startsWith('test/kernel/') || alsoOnKernel.some((name) => file === `test/tunnel/${name}.test.ts`),
    deadlineMinutes: 15,
    needs: 'guest',
  },
]

/**
 * The words before the first option choose files by parts of their paths; vitest gets the rest as it is.
 * @param {readonly string[]} args
 */
export function filtersOf(args) {
  const firstOption = args.findIndex((arg) => arg.startsWith('-'))
  return firstOption === -1 ? args : args.slice(0, firstOption)
}

/**
 * The suites that have a file any of these words is part of; without words, all.
 * @param {readonly string[]} filters
 * @param {readonly string[]} files
 */
export function suitesFor(filters, files) {
  if (filters.length === 0) return suites
  const chosen = files.filter((file) => filters.some((filter) => file.includes(filter.replace(/^\.\//, ''))))
  return suites.filter(({ holds }) => chosen.some(holds))
}

export async function testFiles() {
  const below = await Promise.all(['src', 'test'].map((folder) => filesBelow(folder)))
  return below.flat().filter((file) => file.endsWith('.test.ts'))
}

/** @param {string} folder */
async function filesBelow(folder) {
  return (await readdir(`${root}${folder}`, { recursive: true })).map((file) => `${folder}/${file}`)
}
