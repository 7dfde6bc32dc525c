/**
 * `npm test`: what a clean clone lacks, then every suite this machine can run. Arguments after `--`: parts of file names,
 * then options of vitest. Last line: the totals over all suites.
 */
import { closingLine, total } from './counts.mjs'
import { lookAtMachine } from './machine.mjs'
import { launch, SetUpError, say } from './run.mjs'
import { runSuite } from './run-suite.mjs'
import { ensureBuild, ensureNodeModules } from './setup.mjs'
import { filtersOf, suitesFor, testFiles } from './suites.mjs'

const isContinuousIntegration = process.env.CI === 'true'
/** @typedef {{ name: string, counts: import('./counts.mjs').Counts, lines: readonly string[] }} Result */

/** @param {number} passed @param {number} failed @param {number} skipped */
const counts = (passed, failed, skipped) => ({ passed, failed, skipped })

/**
 * The tests run from source, so one that does not compile yet fails the run without hiding what they say.
 * @returns {Promise<Result[]>}
 */
async function build() {
  try {
    await ensureBuild()
    return []
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(error.message)
    return [{ name: 'build', counts: counts(0, 1, 0), lines: ['src does not compile'] }]
  }
}

/** @param {import('./machine.mjs').Obstacle} obstacle */
function leftOut({ reason, enable, machineCould }) {
  const lines = [`not run: ${reason}`, `to enable it: ${enable}`]
  if (!isContinuousIntegration || !machineCould) return { counts: counts(0, 0, 1), lines }
  return { counts: counts(0, 1, 0), lines: [...lines, 'left out on a machine that could run it'] }
}

/** @param {Result} result */
function describe({ name, counts, lines }) {
  const isLeftOut = lines[0]?.startsWith('not run')
  const first = isLeftOut ? '1 suite skipped' : closingLine(counts)
  return [`${name.padEnd(8)} ${first}`, ...lines.map((line) => `         ${line}`)].join('\n')
}

await launch(async () => {
  await ensureNodeModules()
  const args = process.argv.slice(2)
  const results = await build()
  const chosen = suitesFor(filtersOf(args), await testFiles())
  const wantsGuest = chosen.some(({ needs }) => needs === 'guest')
  const { hasPrivateWorlds, obstacles } = await lookAtMachine({ wantsGuest })
  for (const suite of chosen) {
    const { name, needs } = suite
    const obstacle = obstacles[needs]
    if (obstacle) {
      results.push({ name, ...leftOut(obstacle) })
      continue
    }
    // All suites, not only that of the tunnels: as root, `sallyport cleanup` in any test would clean up this machine.
    const { counts, complaints } = await runSuite(suite, { args, inPrivateWorld: hasPrivateWorlds })
    results.push({ name, counts, lines: complaints })
  }

  const sum = total(results.map((each) => each.counts))
  if (sum.passed + sum.failed === 0) {
    results.push({ name: 'tests', counts: counts(0, 1, 0), lines: ['nothing was run'] })
    sum.failed++
  }
  process.stdout.write(`\n${results.map(describe).join('\n')}\n\n${closingLine(sum)}\n`)
  return sum.failed === 0 ? 0 : 1
})
