import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** The attribute that CONTRIBUTING.md adds, added to a copy of the sources as it says there. */

const root = fileURLToPath(new URL('../..', import.meta.url))

let copy: string
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'sallyport-example-'))
  const needed = ['src', 'test/support', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts']
  for (const name of needed) await cp(join(root, name), join(copy, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rm(copy, { recursive: true, force: true }))

it('a new attribute is its line in the table, a migration and a case', async () => {
  const [line = '', value = '', migration = '', test = ''] = await blocksUnder('## Add an attribute')

  await edit('src/model/ipsec-connection.ts', (text) =>
    text
      .replace(/^( +)description: text\(.*\n/m, (description, indent) => `${description}${indent}${line}\n`)
      .replace(/^( {6})description: '.*\n/m, (description, indent) => `${description}${indent}${value}\n`),
  )
  const number = String((await readdir(join(copy, 'src/store/migrations'))).length).padStart(4, '0')
  const name = `${number}-contact`
  await writeFile(join(copy, `src/store/migrations/${name}.ts`), migration)
  await edit('src/store/migrations/index.ts', (text) =>
    text.replace(/\n\}\n$/, `\n  '${name}': contact,\n}\n`).replace(/^/, `import { contact } from './${name}.ts'\n`),
  )
  await writeFile(join(copy, 'test/contact.test.ts'), test.replaceAll('../support/', './support/'))

  expect(await node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noEmit')).toEqual('')
  await writeFile(join(copy, 'alone.config.ts'), 'export default {}\n')
  const tried = await node(
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'alone.config.ts',
    'test/contact.test.ts',
  )
  expect(tried).toMatch(/Tests +1 passed/)
}, 60_000)

/** Runs a program in the copy. @returns what it said */
function node(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1' }
  return new Promise((resolve) =>
    execFile(process.execPath, args, { cwd: copy, env }, (_, stdout, stderr) => resolve(stdout + stderr)),
  )
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(copy, file), 'utf8')
  const changed = change(text)
  expect(changed, `${file} is not changed`).not.toBe(text)
  await writeFile(join(copy, file), changed)
}

/** The code blocks of a section, without their indent. */
async function blocksUnder(heading: string): Promise<string[]> {
  const text = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8')
  const section = text.split(`${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^( *)```ts\n([\s\S]*?)^ *```/gm)].map(([, indent = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trimEnd(),
  )
}
