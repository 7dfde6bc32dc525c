/** `npm run bench`: the benchmarks, as ratios. Without root those of the tunnels are left out, by the program itself. */
import { launch } from './run.mjs'
import { runTool } from './run-tool.mjs'

await launch(() => runTool('bench/main.ts', { needsRoot: false }))
