import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { keptDocuments } from '../../src/api/openapi/kept.ts'

const folder = fileURLToPath(new URL('../../docs/api/', import.meta.url))
const yielded = await keptDocuments()

/** The documents of the API that are kept in the repository, for readers without a server. */
describe('docs/api', () => {
  it('holds what the definitions yield, and nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual([...yielded.keys()].sort())
  })

  it.each([...yielded])('%s is what the definitions yield', (name, text) => {
    const isCurrent = readFileSync(folder + name, 'utf8') === text
    expect(isCurrent, `docs/api/${name} is out of date; renew it with: npm run docs`).toBe(true)
  })
})
