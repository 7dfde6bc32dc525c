import type { Change } from '../model/audit-event.ts'
import type { Dialect } from '../model/dialect.ts'
import { type AnyAttribute, attributeIn, type Resource } from '../model/resource.ts'
import { boundedText } from './bounded-text.ts'

/**
 * What a write changed, for its audit event. Values are those that the service answers and keeps, in the flavour's words,
 * never the request's own: what a client sends by mistake is not recorded. Of a secret it is said that it changed.
 */
export type AuditChanges = Readonly<Record<string, Change>>

export const hidden = '[secret]'

/** The most that is kept of one value and of all, in characters of JSON, and the most fields. */
const longestValue = 1_000
const longestWhole = 8_000
const mostFields = 64

/** Attributes, or other members, and their values. */
export type Snapshot = Readonly<Record<string, unknown>>

/** The attributes that a request gave, with the values that were answered. */
export function givenChanges(resource: Resource, dialect: Dialect, given: Snapshot, answered: Snapshot): AuditChanges {
  const names = Object.keys(given).filter((name) => Object.hasOwn(answered, name) && isClients(resource, name, dialect))
  return bounded(names.map((name) => [name, { to: shown(resource, name, dialect, answered[name]) }]))
}

/** The attributes that a request gave and that differ between what was kept and what is answered; secrets it gave in any case. */
export function updateChanges(
  resource: Resource,
  dialect: Dialect,
  given: Snapshot,
  before: Snapshot,
  answered: Snapshot,
): AuditChanges {
  const differing = Object.keys(given).flatMap((name): [string, Change][] => {
    const attribute = attributeIn(resource, name, dialect)
    if (!attribute || !isClients(resource, name, dialect)) return []
    if (isSecret(attribute)) return [[name, { from: hidden, to: hidden }]]
    if (!Object.hasOwn(before, name) || !Object.hasOwn(answered, name)) return []
    const [from, to] = [attribute.kind.render(before[name], dialect), answered[name]]
    return same(from, to) ? [] : [[name, { from, to }]]
  })
  return bounded(differing)
}

/** What is left to say of an object that is gone. */
export function deleteChanges({ name }: Snapshot): AuditChanges {
  return name === undefined ? {} : bounded([['name', { from: name }]])
}

/**
 * Whatever an operation of its own kind gave or answered: its members, with those that are called like secrets hidden.
 * @param side whether this came into being or went
 */
export function otherChanges(members: Snapshot, side: 'from' | 'to'): AuditChanges {
  const told = Object.entries(members).filter(([name]) => !aboutTheObject.includes(name))
  return bounded(told.map(([name, value]) => [name, { [side]: withoutSecrets(name, value, 0) }]))
}

/** What the event says elsewhere. */
const aboutTheObject: readonly string[] = ['id', 'tenant_id', 'project_id']

const secretName = /psk|pass|secret|token|credential|pre.?shared/i

/** Whether a key of a request's body is called like something that must not be recorded. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

const deepest = 8

function withoutSecrets(name: string, value: unknown, depth: number): unknown {
  if (isSecretName(name)) return hidden
  if (typeof value !== 'object' || value === null) return value
  if (depth === deepest) return '…'
  if (Array.isArray(value)) return value.map((item) => withoutSecrets('', item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(key, item, depth + 1)]))
}

function isSecret({ kind }: AnyAttribute): boolean {
  return kind.storage === 'secret' || kind.isSecret === true
}

/** Whether clients set it, in any flavour: what the service computes for itself is no change that anybody asked for. */
function isClients(resource: Resource, name: string, dialect: Dialect): boolean {
  const attribute = attributeIn(resource, name, dialect)
  return attribute?.origin === 'client' || base(resource, name)?.origin === 'client'
}

function shown(resource: Resource, name: string, dialect: Dialect, answered: unknown): unknown {
  const attribute = attributeIn(resource, name, dialect) ?? base(resource, name)
  return attribute && isSecret(attribute) ? hidden : answered
}

function base(resource: Resource, name: string): AnyAttribute | undefined {
  return Object.hasOwn(resource.attributes, name) ? resource.attributes[name] : undefined
}

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other)
}

/** Neither a value nor all of them grow without end: what was cut ends in `…`, and `…` as a field is what was left out. */
function bounded(changes: readonly (readonly [string, Change])[]): AuditChanges {
  const kept: [string, Change][] = []
  let room = longestWhole
  for (const [index, [name, change]] of changes.entries()) {
    const short: Change = {
      ...('from' in change && { from: boundedValue(change.from) }),
      ...('to' in change && { to: boundedValue(change.to) }),
    }
    room -= name.length + JSON.stringify(short).length
    if (room < 0 || index === mostFields) {
      kept.push(['…', { to: `${changes.length - index} more` }])
      break
    }
    kept.push([name, short])
  }
  return Object.fromEntries(kept)
}

function boundedValue(value: unknown): unknown {
  if (typeof value === 'string') return boundedText(value, longestValue)
  const text = JSON.stringify(value) ?? 'null'
  return text.length > longestValue ? boundedText(text, longestValue) : value
}
