import { folderOf, importsOf, isTest, type Source, specifiersOf } from './source.ts'

/** Who may import whom, besides itself. `layout.md` §3 is this table drawn. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  main: [
    'api',
    'domain',
    'store',
    'model',
    'agent',
    'vici',
    'linux',
    'keystone',
    'peers',
    'cli',
    'telemetry',
    'config',
  ],
  api: ['domain', 'model', 'peers'],
  domain: ['store', 'model'],
  store: ['model'],
  agent: ['vici', 'linux', 'model'],
  keystone: ['model'],
  cli: ['model'],
  peers: ['model'],
  telemetry: ['model'],
  config: ['model'],
  model: [],
  vici: [],
  linux: [],
}

/**
 * The handle of the store and its transaction, which a caller of the domain has to hand in; and the form in which the
 * domain is told who a token speaks for.
 */
const exceptions: ReadonlySet<string> = new Set(['api → store/open.ts', 'keystone → domain/token-validator.ts'])

export function forbiddenImports(source: Source): string[] {
  const from = folderOf(source.path)
  const allowed = mayImport[from]
  if (allowed === undefined) return [`${source.path}: the folder is not in the table of test/structure/rules.ts`]
  return importsOf(source)
    .filter((path) => {
      const to = folderOf(path)
      if (to === '..') return !isTest(source)
      return to !== from && !allowed.includes(to) && !exceptions.has(`${from} → ${path}`)
    })
    .map((path) => `${source.path} → ${path}`)
}

/** A way round through the top folders, such as `[a, b, a]`; `undefined`: there is none. */
export function folderCycle(sources: readonly Source[]): string[] | undefined {
  const edges = new Map<string, Set<string>>()
  for (const source of sources) {
    const from = folderOf(source.path)
    const reached = edges.get(from) ?? new Set()
    for (const path of importsOf(source)) if (folderOf(path) !== from) reached.add(folderOf(path))
    edges.set(from, reached)
  }
  const done = new Set<string>()
  const visit = (folder: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder]
    if (done.has(folder)) return undefined
    for (const next of edges.get(folder) ?? []) {
      const cycle = visit(next, [...way, folder])
      if (cycle) return cycle
    }
    done.add(folder)
    return undefined
  }
  for (const folder of edges.keys()) {
    const cycle = visit(folder, [])
    if (cycle) return cycle
  }
  return undefined
}

/** The world: handed in by `main`, so that a whole cloud fits in a test. */
const world: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['process.env', /\bprocess\s*(?:\.\s*env|\[)|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/],
  ['node:process', /['"](?:node:)?process['"]/],
  ['Date.now()', /\bDate\s*\.\s*now\b/],
  ['new Date()', /\bnew\s+Date\b(?!\s*\(\s*[^\s)])/],
  ['Math.random()', /\bMath\s*\.\s*random\b/],
  ['performance.now()', /\bperformance\s*\.\s*now\b/],
]

/** Tests may look at the clock; the product is told the time. */
export function worldByItself(source: Source): string[] {
  if (folderOf(source.path) === 'main' || isTest(source)) return []
  return world.filter(([, pattern]) => pattern.test(source.code)).map(([name]) => `${source.path}: ${name}`)
}

const mayStartProcesses = ['linux/', 'agent/drivers/strongswan/', 'main/']
const startsProcesses = /\bimport\s+([^'"]*?)\s*\bfrom\s*['"](?:node:)?child_process['"]/g

/** Commands are lists: nothing here goes through a shell, and only three folders start processes. */
export function processesStarted(source: Source): string[] {
  if (isTest(source)) return []
  const complaints: string[] = []
  const uses = specifiersOf(source).some((name) => /^(?:node:)?child_process$/.test(name))
  if (uses && !mayStartProcesses.some((folder) => source.path.startsWith(folder))) {
    complaints.push(`${source.path}: starts processes`)
  }
  for (const [, clause = ''] of source.code.matchAll(startsProcesses)) {
    for (const name of valuesNamed(clause)) {
      if (name !== 'execFile' && name !== 'spawn') complaints.push(`${source.path}: ${name} of child_process`)
    }
  }
  if (uses && /\bshell\s*:(?!\s*false\b)/.test(source.code)) complaints.push(`${source.path}: a shell`)
  return complaints
}

/** Of `{ type A, b as c }` the names of values: `b`. A name for the whole module is a value too. */
function valuesNamed(clause: string): string[] {
  if (/^type\b/.test(clause)) return []
  return clause
    .replace(/[{}]/g, ' ')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('type '))
    .map((part) => part.split(/\s+as\s+/, 1)[0] ?? part)
}
