import { floorOfOneTunnel } from './bare-vici.ts'
import { benchPostToActive } from './post-to-active.ts'
import { benchStart } from './start.ts'
import { table } from './table.ts'

/**
 * The figures of `docs/figures.md`. Every figure is given beside a floor measured in the same run on the same machine,
 * because machines are shared: read differences and ratios, not milliseconds.
 *
 * `--json` prints one JSON object and nothing else on standard output.
 */
const json = process.argv.includes('--json')

const start = await benchStart()
const floor = await floorOfOneTunnel()
const tunnel = await benchPostToActive()
const figures = {
  post_to_active: {
    ...tunnel,
    floor_ms: floor,
    over_floor_ms: rounded(tunnel.median_ms - floor.median_ms),
    ratio_to_floor: rounded(tunnel.median_ms / floor.median_ms),
  },
  start,
}
process.stdout.write(json ? `${JSON.stringify(figures)}\n` : table(figures))
process.exit()

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
