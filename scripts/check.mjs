/** `npm run check`: types, lint and format, structure, side by side. Nothing here runs the product. */
import { capture, launch, nodeProgram } from './run.mjs'
import { ensureNodeModules } from './setup.mjs'

const checks = [
  { name: 'types', command: [...nodeProgram('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
  { name: 'lint and format', command: [...nodeProgram('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'] },
  {
    name: 'structure',
    command: [...nodeProgram('vitest/vitest.mjs'), 'run', '--project', 'unit', 'test/structure'],
  },
]

/** @param {(typeof checks)[number]} check */
async function run({ name, command }) {
  const started = performance.now()
  const { code, output } = await capture(command)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (code !== 0) process.stdout.write(`${output.trim()}\n`)
  process.stdout.write(`${code === 0 ? 'passed' : 'FAILED'}  ${name.padEnd(16)}${seconds} s\n`)
  return code === 0
}

await launch(async () => {
  await ensureNodeModules()
  const isGood = await Promise.all(checks.map(run))
  return isGood.every(Boolean) ? 0 : 1
})
