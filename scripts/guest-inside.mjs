/** Inside the guest: carries out the order that it was given, and leaves what came of it where the machine finds it. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { privateWorld } from './private-world.mjs'
import { root } from './run.mjs'

/** The machine's folder for this run. */
const shared = '/run/outcome'
const files = { counts: '/run/counts.json', leftovers: '/run/leftovers' }

/** @type {{ command: string[], env: Record<string, string> }} */
const { command, env } = JSON.parse(readFileSync(`${shared}/order.json`, 'utf8'))
const [program = '', ...args] = privateWorld(command, files.leftovers)
const { status } = spawnSync(program, args, {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, ...env, SALLYPORT_TEST_COUNTS: files.counts },
})

/** @param {string} file @returns {string | undefined} */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const leftovers = (readIfThere(files.leftovers) ?? '').split('\n').filter(Boolean)
const outcome = { code: status ?? 1, counts: readIfThere(files.counts), leftovers }
writeFileSync(`${shared}/outcome.json`, JSON.stringify(outcome))
