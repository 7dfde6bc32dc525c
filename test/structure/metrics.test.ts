import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { withMetricsTable } from '../../src/telemetry/metrics-table.ts'

it('docs/guide/metrics.md has the metrics that are defined', async () => {
  const guide = await readFile(new URL('../../docs/guide/metrics.md', import.meta.url), 'utf8')
  expect(withMetricsTable(guide) === guide, 'out of date; renew it with: npm run docs').toBe(true)
})
