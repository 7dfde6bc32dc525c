import { handOver, SetUpError } from './run.mjs'
import { ensureBuild, ensureNodeModules, ensureSystemPackages } from './setup.mjs'

/**
 * Sets up, then runs a program of this repository from its source with our arguments.
 * @param {string} program
 * @param {{ needsRoot: boolean }} needs
 */
export async function runTool(program, { needsRoot }) {
  const isRoot = process.getuid?.() === 0
  if (needsRoot && !isRoot) {
    throw new SetUpError('This makes real tunnels and needs root: network namespaces, and charon in them.')
  }
  await ensureNodeModules()
  await ensureBuild()
  const missing = isRoot ? await ensureSystemPackages('test') : undefined
  if (missing) throw new SetUpError(`Real tunnels need ${missing.missing.join(', ')}. ${missing.help}`)
  return handOver([process.execPath, '--import', 'tsx', program, ...process.argv.slice(2)])
}
