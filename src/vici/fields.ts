/**
 * Reading typed values out of a decoded message, where everything is text and most keys come only when they mean something.
 * What is absent, or not of the expected shape, is `undefined` (or empty), so that another version of charon does not break us.
 */
import { ViciError } from './errors.ts'
import type { ViciMessage } from './message.ts'

export function text(section: ViciMessage, key: string): string | undefined {
  const value = section[key]
  return typeof value === 'string' ? value : undefined
}

/** A decimal number, negative ones included (a rekey that is overdue). Beyond 2^53 - 1 it stays at that. */
export function number(section: ViciMessage, key: string): number | undefined {
  const value = text(section, key)
  if (value === undefined || !/^-?\d+$/.test(value)) return undefined
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)))
}

/** `yes`; charon leaves the key out for no. */
export function flag(section: ViciMessage, key: string): boolean {
  return section[key] === 'yes'
}

export function list(section: ViciMessage, key: string): readonly string[] {
  const value = section[key]
  return Array.isArray(value) ? value : []
}

export function section(parent: ViciMessage, key: string): ViciMessage | undefined {
  return asSection(parent[key])
}

/** The sections inside a section, with their names. */
export function sections(parent: ViciMessage | undefined): [name: string, content: ViciMessage][] {
  return Object.entries(parent ?? {}).flatMap(([name, value]): [string, ViciMessage][] => {
    const content = asSection(value)
    return content === undefined ? [] : [[name, content]]
  })
}

/** The one section of a message such as `list-sa`, which holds exactly one; throws `ViciError` if there is none. */
export function onlySection(message: ViciMessage, what: string): [name: string, content: ViciMessage] {
  const [first] = sections(message)
  if (first === undefined) throw new ViciError(`${what} without a section`)
  return first
}

/** For what nothing can be done without; throws `ViciError`. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ViciError(`${what} is missing in charon's message`)
  return value
}

function asSection(value: ViciMessage[string] | undefined): ViciMessage | undefined {
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined
}
