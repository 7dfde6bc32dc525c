import { readFileSync } from 'node:fs'

/** Of the package, read from its manifest two folders up, which holds for sources and compiled code alike. */
export const version: string = readVersion()

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return String(Reflect.get(Object(manifest), 'version'))
}
