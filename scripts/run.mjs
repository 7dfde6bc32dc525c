import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** What the reader can mend: printed without a stack trace. */
export class SetUpError extends Error {
  /** @override */
  name = 'SetUpError'
}

/**
 * Lines of the set-up go to standard error: standard output belongs to the program that follows.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Name of a program among the installed packages, as a list for `spawn`. @param {string} file */
export function nodeProgram(file) {
  return [process.execPath, `${root}node_modules/${file}`]
}

/**
 * @typedef {object} Ended
 * @property {number} code 0 or what went wrong; 127 when the command could not be started
 * @property {string} output standard output and standard error as they came
 */

/**
 * Runs a command to its end and keeps what it prints.
 * @param {readonly string[]} command
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Ended>}
 */
export function capture([program = '', ...args], { env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/**
 * Runs a command in our place: our terminal, our signals, its exit code.
 * @param {readonly string[]} command
 * @returns {Promise<number>}
 */
export function handOver([program = '', ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' })
    // A terminal sends its signals to both of us; a supervisor only to us.
    const passOn = /** @param {NodeJS.Signals} signal */ (signal) => void child.kill(signal)
    process.on('SIGINT', passOn).on('SIGTERM', passOn).on('SIGHUP', passOn)
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * The frame of each script here: its exit code, and one sentence instead of a stack trace where a sentence is enough.
 * @param {() => Promise<number | void>} work
 */
export async function launch(work) {
  try {
    const code = await work()
    if (typeof code === 'number') process.exitCode = code
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(error.message)
    process.exitCode = 1
  }
}
