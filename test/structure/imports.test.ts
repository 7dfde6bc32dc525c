import { describe, expect, it } from 'vitest'
import { folderCycle, forbiddenImports, mayImport, processesStarted, worldByItself } from './rules.ts'
import { aSource, folderOf, importsOf, sources } from './source.ts'

const all = sources()

describe('the source', () => {
  it('is found', () => {
    expect(new Set(all.map(({ path }) => folderOf(path)))).toContain('model')
    expect(all.flatMap(importsOf)).toContain('model/ids.ts')
  })

  it('imports only what layout.md allows', () => {
    expect(all.flatMap(forbiddenImports)).toEqual([])
  })

  it('has no way round through its folders', () => {
    expect(folderCycle(all)).toBeUndefined()
  })

  it('is handed time, chance and environment by main', () => {
    expect(all.flatMap(worldByItself)).toEqual([])
  })

  it('starts processes in three folders only, and never through a shell', () => {
    expect(all.flatMap(processesStarted)).toEqual([])
  })
})

describe('the rule about imports', () => {
  it('names both files', () => {
    const source = aSource('domain/rules.ts', `import { app } from '../api/app.ts'`)
    expect(forbiddenImports(source)).toEqual(['domain/rules.ts → api/app.ts'])
  })

  it.each([
    ['agent', 'store'],
    ['agent', 'domain'],
    ['api', 'agent'],
    ['api', 'vici'],
    ['store', 'domain'],
    ['domain', 'config'],
    ['vici', 'model'],
    ['linux', 'model'],
    ['cli', 'domain'],
    ['model', 'store'],
    ['peers', 'domain'],
    ['keystone', 'domain'],
    ['keystone', 'store'],
  ])('refuses %s → %s', (from, to) => {
    expect(forbiddenImports(aSource(`${from}/a.ts`, `import type { B } from '../${to}/b.ts'`))).toHaveLength(1)
  })

  it.each([
    `import b from '../api/b.ts'`,
    `import '../api/b.ts'`,
    `import type { B } from "../api/b.ts"`,
    `import {\n  type A,\n  b,\n} from '../api/b.ts'`,
    `export * from '../api/b.ts'`,
    `export { b } from '../api/b.ts'`,
    `const b = await import('../api/b.ts')`,
    `type B = import('../api/b.ts').B`,
    `const url = 'http://a' // a comment\nimport { b } from '../api/b.ts'`,
  ])('sees %j', (text) => {
    expect(forbiddenImports(aSource('store/a.ts', text))).toEqual(['store/a.ts → api/b.ts'])
  })

  it('does not see comments', () => {
    expect(forbiddenImports(aSource('store/a.ts', `/* import '../api/b.ts' */ // import '../api/b.ts'`))).toEqual([])
  })

  it('lets the API hold the store without reaching into it', () => {
    expect(forbiddenImports(aSource('api/a.ts', `import type { Store } from '../store/open.ts'`))).toEqual([])
    expect(forbiddenImports(aSource('api/a.ts', `import { rows } from '../store/rows.ts'`))).toHaveLength(1)
  })

  it('lets only tests leave src', () => {
    const text = `import { until } from '../../test/support/until.ts'`
    expect(forbiddenImports(aSource('vici/a.test.ts', text))).toEqual([])
    expect(forbiddenImports(aSource('vici/a.ts', text))).toHaveLength(1)
  })

  it('refuses a folder it does not know', () => {
    expect(forbiddenImports(aSource('helpers/a.ts', ''))).toHaveLength(1)
  })

  it('has no cycle in its own table', () => {
    const drawn = Object.entries(mayImport).map(([from, targets]) =>
      aSource(`${from}/a.ts`, targets.map((to) => `import '../${to}/b.ts'`).join('\n')),
    )
    expect(folderCycle(drawn)).toBeUndefined()
  })
})

describe('the rule about ways round', () => {
  it('names the folders of the cycle', () => {
    const cycle = folderCycle([
      aSource('main/a.ts', `import '../api/b.ts'`),
      aSource('api/b.ts', `import '../domain/c.ts'`),
      aSource('domain/c.ts', `import '../api/b.ts'`),
    ])
    expect(cycle).toEqual(['api', 'domain', 'api'])
  })
})

describe('the rule about the world', () => {
  it.each([
    'process.env.HOME',
    `process['env']`,
    'const { env } = process',
    `import { env } from 'node:process'`,
    'Date.now()',
    'const now = Date.now',
    'new Date()',
    'new Date( )',
    'new Date',
    'Math.random()',
    'performance.now()',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: code as a string
    '`${Date.now()}`',
  ])('refuses %j outside main', (text) => {
    expect(worldByItself(aSource('domain/a.ts', text))).not.toEqual([])
    expect(worldByItself(aSource('main/a.ts', text))).toEqual([])
  })

  it.each([
    'new Date(instant)',
    'new Date(\n  0,\n)',
    'process.pid',
    'clock.now()',
    '// Date.now()',
    'new DateRange()',
  ])('lets %j pass', (text) => expect(worldByItself(aSource('domain/a.ts', text))).toEqual([]))
})

describe('the rule about processes', () => {
  it('refuses them elsewhere', () => {
    const text = `import { execFile } from 'node:child_process'`
    expect(processesStarted(aSource('api/a.ts', text))).toHaveLength(1)
    expect(processesStarted(aSource('agent/plan.ts', text))).toHaveLength(1)
    expect(processesStarted(aSource('linux/run.ts', text))).toEqual([])
    expect(processesStarted(aSource('agent/drivers/strongswan/charon.ts', text))).toEqual([])
  })

  it.each([
    `import { exec } from 'node:child_process'`,
    `import { type ChildProcess, execSync as run } from 'child_process'`,
    `import * as processes from 'node:child_process'`,
    `import { spawn } from 'node:child_process'\nspawn('ls', { shell: true })`,
  ])('refuses a shell: %j', (text) => {
    expect(processesStarted(aSource('linux/a.ts', text))).toHaveLength(1)
  })

  it('lets lists and types pass', () => {
    const text = `import { type ExecFileException, execFile } from 'node:child_process'\nexecFile('ls', [], { shell: false })`
    expect(processesStarted(aSource('linux/a.ts', text))).toEqual([])
    expect(processesStarted(aSource('main/a.ts', `import type { ChildProcess } from 'node:child_process'`))).toEqual([])
  })
})
