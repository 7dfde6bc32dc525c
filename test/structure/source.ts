import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One file of ours, by its path below `src/`. */
export interface Source {
  readonly path: string
  /** Without comments: what is said there is not done there. */
  readonly code: string
}

const src = fileURLToPath(new URL('../../src/', import.meta.url))

export function sources(): Source[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => aSource(path, readFileSync(join(src, path), 'utf8')))
}

export function aSource(path: string, text: string): Source {
  return { path, code: withoutComments(text) }
}

// Strings are matched only so that a `//` in one is not taken for a comment.
const commentOrString = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g

function withoutComments(text: string): string {
  return text.replace(commentOrString, (match) => (match.startsWith('/') ? ' ' : match))
}

/** First folder of a path below `src/`. */
export function folderOf(path: string): string {
  return path.split('/', 1)[0] ?? ''
}

export function isTest({ path }: Source): boolean {
  return path.endsWith('.test.ts')
}

const specifier = /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g

/** What a file imports or exports from, as written. */
export function specifiersOf({ code }: Source): string[] {
  return [...code.matchAll(specifier)].flatMap(([, from, alone]) => from ?? alone ?? [])
}

/** The files of ours it imports; one outside `src/` begins with `..`. */
export function importsOf(source: Source): string[] {
  return specifiersOf(source)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(source.path), name)))
}
