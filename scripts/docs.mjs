/** `npm run docs`: renews `docs/api` from the definitions. `test/structure/documents.test.ts` tells when it is due. */
import { mkdir, writeFile } from 'node:fs/promises'
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
  return 0
})
