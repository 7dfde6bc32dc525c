/** What a clean clone lacks. Each of these looks first and does nothing where nothing is missing. */
export { ensureBuild } from './build.mjs'
export { ensureNodeModules } from './node-modules.mjs'
export { ensureSystemPackages } from './system-packages.mjs'
