/** `npm run docs`: renews `docs/api`, and the table in `docs/guide/metrics.md`, from the definitions. `test/structure/documents.test.ts` tells when it is due. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { launch, root, say } from './run.mjs'
import { ensureBuild, ensureNodeModules } from './setup.mjs'

await launch(async () => {
  await ensureNodeModules()
  await ensureBuild()
  const { keptDocuments } = await import(`${root}dist/api/openapi/kept.js`)
  await mkdir(`${root}docs/api`, { recursive: true })
  for (const [name, text] of await keptDocuments()) {
    await writeFile(`${root}docs/api/${name}`, text)
    say(`docs/api/${name}`)
  }
  const { withMetricsTable } = await import(`${root}dist/telemetry/metrics-table.js`)
  const guide = `${root}docs/guide/metrics.md`
  await writeFile(guide, withMetricsTable(await readFile(guide, 'utf8')))
  say('docs/guide/metrics.md')
  return 0
})
