import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { hostPhysicalNetwork } from '../model/network.ts'
import { environmentName, Settings } from './schema.ts'

/** What is wrong with the configuration, in words for the person who wrote it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/**
 * Settings from a file's text and the environment. Unknown keys are refused with the nearest known one, so that a typing
 * error is not a silently ignored setting.
 * @param file text of the YAML file, if there is one.
 * @throws ConfigurationError
 */
export function loadSettings(
  environment: Readonly<Record<string, string | undefined>>,
  file?: { readonly path: string; readonly text: string },
): Settings {
  const known = Object.keys(Settings.properties)
  const given: Record<string, unknown> = { ...(file ? readFile(file) : {}) }
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw unknown(`${file?.path}: ${key}`, key, known)
  }
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('SALLYPORT_') || value === undefined || value === '') continue
    const key = known.find((each) => environmentName(each) === name)
    if (!key) throw unknown(name, name, known.map(environmentName))
    given[key] = fromText(Reflect.get(Settings.properties, key), value)
  }
  const settings = Value.Default(Settings, given)
  const [first] = [...Value.Errors(Settings, settings)]
  if (first) throw new ConfigurationError(describe(first, given))
  const read = Value.Parse(Settings, settings)
  const isName = (name: string) => /^[A-Za-z0-9_.-]{1,64}$/.test(name) && name !== hostPhysicalNetwork
  if (!Object.keys(read.physical_networks).every(isName)) {
    throw new ConfigurationError(describe({ instancePath: '/physical_networks' }, given))
  }
  refuseSharedDevice(read.physical_networks)
  return read
}

/** Two names for one device would be two networks on the same wires, each thinking it is alone. */
function refuseSharedDevice(physicalNetworks: Settings['physical_networks']): void {
  const nameOf = new Map<string, string>()
  for (const [name, device] of Object.entries(physicalNetworks)) {
    const other = nameOf.get(device)
    if (other !== undefined) {
      throw new ConfigurationError(
        `physical_networks (${environmentName('physical_networks')}) has ${device} as ${other} and as ${name}; ` +
          'a device can be one physical network',
      )
    }
    nameOf.set(device, name)
  }
}

const flagWords = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
])

/** The environment has only texts: what one means for a setting, or the text itself where it means nothing. */
function fromText(schema: unknown, value: string): unknown {
  if (Type.IsBoolean(schema)) return flagWords.get(value.toLowerCase()) ?? value
  if (Type.IsRecord(schema)) return mapOf(value)
  return Type.IsInteger(schema) && /^\d{1,9}$/.test(value) ? Number(value) : value
}

/** `uplink=br-ex, trunk=eth1`; the text itself when it is no such list. */
function mapOf(text: string): unknown {
  const pairs = text.split(',').filter((part) => part.trim() !== '')
  const entries = pairs.map((pair) => pair.split('=').map((word) => word.trim()))
  const isMap =
    entries.every((words) => words.length === 2) && new Set(entries.map(([name]) => name)).size === pairs.length
  return isMap ? Object.fromEntries(entries) : text
}

function readFile({ path, text }: { readonly path: string; readonly text: string }): Record<string, unknown> {
  let read: unknown
  try {
    read = parse(text)
  } catch (cause) {
    throw new ConfigurationError(`${path} is no YAML: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
  if (read === null || read === undefined) return {}
  if (typeof read !== 'object' || Array.isArray(read))
    throw new ConfigurationError(`${path} has to be a map of settings`)
  return Object.fromEntries(joined(read, '', path))
}

/**
 * A map within the map stands for its members, `identity: {mode: keystone}` for `identity_mode: keystone`, unless the
 * setting is a map itself.
 */
function joined(read: object, prefix: string, path: string): [string, unknown][] {
  const members = Object.entries(read).flatMap<[string, unknown]>(([key, value]) => {
    const isMap = Type.IsRecord(Reflect.get(Settings.properties, prefix + key))
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMap
      ? joined(value, `${prefix}${key}_`, path)
      : [[prefix + key, value]]
  })
  const twice = members.find(([key], index) => members.findIndex(([other]) => other === key) !== index)
  if (twice) throw new ConfigurationError(`${path} says ${twice[0]} twice`)
  return members
}

function describe(error: { readonly instancePath: string }, given: Readonly<Record<string, unknown>>): string {
  const key = error.instancePath.split('/')[1] ?? ''
  const schema: unknown = Reflect.get(Settings.properties, key)
  const choices: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'anyOf') : undefined
  const words = Array.isArray(choices)
    ? choices.map((choice: unknown) => String(Reflect.get(Object(choice), 'const')))
    : []
  if (Type.IsBoolean(schema)) words.push('true', 'false')
  const possible = words.length > 0 ? `it can be ${words.join(' or ')}` : `it has to be ${wanted(schema)}`
  const value = given[key]
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const shown = key.endsWith('password') ? '' : ` is '${text}';`
  return `${key} (${environmentName(key)})${shown} ${possible}`
}

function wanted(schema: unknown): string {
  const limit = (name: string) => String(Reflect.get(Object(schema), name))
  if (Type.IsRecord(schema)) {
    return 'a map of names (letters, digits, _ . -; host is taken) to devices of the host, in the environment name=device, separated by commas'
  }
  return Type.IsInteger(schema) ? `a whole number from ${limit('minimum')} to ${limit('maximum')}` : 'a text'
}

function unknown(where: string, key: string, known: readonly string[]): ConfigurationError {
  const [nearest] = [...known].sort((one, other) => distance(key, one) - distance(key, other))
  return new ConfigurationError(`${where} is no setting; did you mean ${nearest}?`)
}

/** Edits between two words (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, against] of [...other].entries()) {
      const change = (row[j] ?? 0) + (letter === against ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** `host:port`, `[v6]:port`. @throws ConfigurationError */
export function parseListen(listen: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(listen)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (!host || !(port <= 65_535))
    throw new ConfigurationError(`listen (SALLYPORT_LISTEN) is '${listen}'; it has to be address:port`)
  return { host, port }
}
