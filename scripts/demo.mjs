/** `npm run demo`: two sites on this host. `-- --once --json` prints one JSON object and nothing else on standard output. */
import { launch } from './run.mjs'
import { runTool } from './run-tool.mjs'

await launch(() => runTool('demo/main.ts', { needsRoot: true }))
