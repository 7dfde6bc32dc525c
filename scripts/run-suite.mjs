import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countsOf } from './counts.mjs'
import { privateWorld } from './private-world.mjs'
import { nodeProgram, root } from './run.mjs'

/** @typedef {{ counts: import('./counts.mjs').Counts, complaints: readonly string[] }} Outcome */

/**
 * Runs one suite to its end, or to its deadline. `inPrivateWorld`: what it does to the network, and what it starts, cannot
 * reach the machine's own.
 * @param {import('./suites.mjs').Suite} suite
 * @param {{ args: readonly string[], inPrivateWorld: boolean }} how `args` are for vitest
 * @returns {Promise<Outcome>}
 */
export async function runSuite({ name, deadlineMinutes, needs }, { args, inPrivateWorld }) {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'))
  try {
    const files = { counts: join(folder, 'counts.json'), leftovers: join(folder, 'leftovers') }
    const reporters = ['--reporter=default', '--reporter=./test/support/reporter.ts']
    // That a suite has no tests is ours to judge: vitest would call it a failure also where arguments left none.
    const options = ['--project', name, '--passWithNoTests', ...reporters]
    const vitest = [...nodeProgram('vitest/vitest.mjs'), 'run', ...options, ...args]
    const whole = needs === 'guest' ? [process.execPath, `${root}scripts/guest.mjs`, ...vitest] : vitest
    const command = inPrivateWorld ? privateWorld(whole, files.leftovers) : whole
    const { code, isLate } = await runBounded(command, deadlineMinutes, { SALLYPORT_TEST_COUNTS: files.counts })

    const { counts, complaint } = countsOf(await readIfThere(files.counts), { code, mayBeEmpty: args.length > 0 })
    const leftovers = ((await readIfThere(files.leftovers)) ?? '').split('\n').filter(Boolean)
    return {
      counts: { ...counts, failed: counts.failed + (leftovers.length > 0 ? 1 : 0) },
      complaints: [
        ...(isLate ? [`was ended after ${deadlineMinutes} minutes`] : []),
        ...(complaint === undefined ? [] : [complaint]),
        ...leftovers.map((process) => `left a process behind: ${process}`),
      ],
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {readonly string[]} command
 * @param {number} minutes
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number, isLate: boolean }>}
 */
function runBounded([program = '', ...args], minutes, env) {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that workers end with their suite.
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    })
    let isLate = false
    const end = () => endGroup(child.pid)
    const timer = setTimeout(() => {
      isLate = true
      end()
    }, minutes * 60_000)
    const stopped = /** @param {NodeJS.Signals} signal */ (signal) => {
      end()
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    process.on('SIGINT', stopped).on('SIGTERM', stopped)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      process.off('SIGINT', stopped).off('SIGTERM', stopped)
      end()
      resolve({ code: code ?? 1, isLate })
    })
  })
}

/** @param {number | undefined} leader */
function endGroup(leader) {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    // Nobody of it is left.
    if (Reflect.get(Object(error), 'code') !== 'ESRCH') throw error
  }
}

/** @param {string} file */
async function readIfThere(file) {
  return readFile(file, 'utf8').catch(() => undefined)
}
