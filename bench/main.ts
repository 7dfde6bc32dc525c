import { parseArgs } from 'node:util'
import { benchApi } from './api.ts'
import { benchLogIn } from './log-in.ts'
import { benchStart } from './start.ts'
import { table } from './table.ts'
import { benchTunnel } from './tunnel.ts'

/**
 * The figures of `docs/figures.md`. Every figure is given beside a floor measured in the same run on the same machine,
 * because machines are shared: read differences and ratios, not milliseconds.
 *
 * `npm run bench -- [start] [tunnel] [api] [log-in] [--json] [--database URL]`: these parts, or all that can be measured here;
 * tunnels need root. `--json` prints one JSON object and nothing else on standard output. `--database` is where the API
 * part keeps its objects; the usual file otherwise.
 */
const parts = { start: benchStart, tunnel: benchTunnel, api: () => benchApi(values.database), 'log-in': benchLogIn }
type Part = keyof typeof parts

const needNoRoot: readonly Part[] = ['api', 'log-in']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, database: { type: 'string' } },
})
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)

const isRoot = process.getuid?.() === 0
const isAsked = (part: Part) =>
  positionals.length === 0 ? needNoRoot.includes(part) || isRoot : positionals.includes(part)

const figures = {
  ...(isAsked('start') && { start: await parts.start() }),
  ...(isAsked('tunnel') && { post_to_active: await parts.tunnel() }),
  ...(isAsked('api') && { api: await parts.api() }),
  ...(isAsked('log-in') && { log_in: await parts['log-in']() }),
}
process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures))
process.exit()
