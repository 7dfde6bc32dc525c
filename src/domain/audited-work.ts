import type { AuditEvent } from '../model/audit-event.ts'
import type { Described } from '../model/described.ts'
import type { Operation } from '../model/operations.ts'
import type { Resource } from '../model/resource.ts'
import { insertAuditEvent } from '../store/audit.ts'
import { findRow } from '../store/resources.ts'
import { fromRow } from '../store/rows.ts'
import { auditEvent, type Deed } from './audit.ts'
import { type AuditChanges, deleteChanges, givenChanges, otherChanges, updateChanges } from './audit-changes.ts'
import type { Work } from './ports.ts'

/** A write: an operation on an object of a resource. */
export interface WriteDeed extends Deed {
  readonly operation: Pick<Operation, 'resource' | 'does'> & Pick<Described, 'method'>
  /** Variable parts of the path beside the object's id. */
  readonly params: Readonly<Record<string, string | undefined>>
  /** The request's body as it came. */
  readonly body: unknown
}

/**
 * Does a write and records it in the same transaction. What an operation changed is seen here, by what was kept before and
 * what is answered after it, so that no operation has to think of telling.
 */
export async function audited<T>(work: Work, deed: WriteDeed, doing: () => Promise<T>): Promise<T> {
  const given = members(members(deed.body)[deed.operation.resource.singular])
  const before = await stateBefore(work, deed)
  const answer = await doing()
  await insertAuditEvent(work.tx, eventOf(work, deed, given, before, answer))
  return answer
}

type Members = Readonly<Record<string, unknown>>

/**
 * What is kept of the object, but for its secrets. Nothing where there is no such object yet, or where objects of its kind
 * are not kept as rows that have an id.
 */
async function stateBefore(work: Work, { operation, resourceId }: WriteDeed): Promise<Members | undefined> {
  const { resource, does } = operation
  if (does === 'create' || resourceId === undefined || !isOpenlyKept(resource, 'id')) return undefined
  const row = await findRow(work.tx, resource, resourceId)
  if (!row) return undefined
  const kept: Members = fromRow(resource, row, work.tx.sealer)
  return Object.fromEntries(Object.entries(kept).filter(([name]) => isOpenlyKept(resource, name)))
}

function isOpenlyKept({ attributes }: Resource, name: string): boolean {
  const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  return attribute !== undefined && attribute.kind.storage !== 'none' && attribute.kind.storage !== 'secret'
}

function eventOf(
  work: Work,
  deed: WriteDeed,
  given: Members,
  before: Members | undefined,
  answer: unknown,
): AuditEvent {
  const whole = members(answer)
  const answered = members(whole[deed.operation.resource.singular] ?? whole)
  return auditEvent(
    work.world,
    deed,
    work.caller,
    { outcome: 'success', changes: changesOf(work, deed, given, before, answered) },
    { tenant: textOf(before?.tenant_id) ?? textOf(answered.tenant_id), id: deed.resourceId ?? textOf(answered.id) },
  )
}

function changesOf(
  { dialect }: Work,
  { operation, params, body }: WriteDeed,
  given: Members,
  before: Members | undefined,
  answered: Members,
): AuditChanges {
  const { resource, does, method } = operation
  switch (does) {
    case 'create':
      return givenChanges(resource, dialect, given, answered)
    case 'update':
      return before
        ? updateChanges(resource, dialect, given, before, answered)
        : givenChanges(resource, dialect, given, answered)
    case 'delete':
      return { ...otherChanges(params, 'from'), ...(before && deleteChanges(before)) }
    default: {
      // What came of it says more than what was asked for; a request's members that were ignored are not in it.
      const told = Object.keys(answered).length > 0 ? answered : members(body)
      return otherChanges({ ...params, ...told }, method === 'DELETE' ? 'from' : 'to')
    }
  }
}

function members(value: unknown): Members {
  return isObject(value) ? value : nothing
}

const nothing: Members = {}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
