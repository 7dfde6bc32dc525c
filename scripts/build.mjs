import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { alone } from './lock.mjs'
import { capture, nodeProgram, root, SetUpError, say } from './run.mjs'

const output = `${root}dist`
/** Beside the output, and at the same depth because the source maps name their sources from there. */
const unfinished = `${root}dist.new`
const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']

/** Compiles `src` into `dist` where `dist` was made of something else. */
export async function ensureBuild() {
  if (!(await isBuilt(await sourcesFingerprint()))) await alone(build)
}

async function build() {
  const fingerprint = await sourcesFingerprint()
  if (await isBuilt(fingerprint)) return
  say('Compiling src into dist')
  await rm(unfinished, { recursive: true, force: true })
  const compile = [...nodeProgram('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', unfinished]
  const { code, output: told } = await capture(compile)
  if (code !== 0) throw new SetUpError(`${told.trim()}\nsrc does not compile; the lines above say where.`)
  await writeFile(`${unfinished}/.stamp`, fingerprint)
  // Only a finished build gets the name, so an interrupted one is never taken for it.
  await rm(output, { recursive: true, force: true })
  await rename(unfinished, output)
}

/** @param {string} fingerprint */
async function isBuilt(fingerprint) {
  return (await readFile(`${output}/.stamp`, 'utf8').catch(() => '')) === fingerprint
}

async function sourcesFingerprint() {
  const below = await readdir(`${root}src`, { recursive: true })
  const sources = below
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `src/${name}`)
  const names = [...settings, ...sources]
  return fingerprintOf(await Promise.all(names.map(async (name) => [name, await readFile(`${root}${name}`, 'utf8')])))
}

/**
 * One text for names and contents, whatever their order.
 * @param {readonly (readonly string[])[]} files name and content of each
 */
export function fingerprintOf(files) {
  const hash = createHash('sha256')
  // JSON keeps the end of one name or content apart from the start of the next.
  for (const file of files.map((each) => JSON.stringify(each)).sort()) hash.update(`${file}\n`)
  return hash.digest('hex')
}
