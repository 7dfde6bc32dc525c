import type { AuditEvent } from '../model/audit-event.ts'
import type { Operation } from '../model/operations.ts'
import type { Resource } from '../model/resource.ts'
import { Secret } from '../model/secret.ts'
import { insertAuditEvent } from '../store/audit.ts'
import { findRow } from '../store/resources.ts'
import { fromRow, type Row } from '../store/rows.ts'
import { auditEvent, type Deed } from './audit.ts'
import { type AuditChanges, deleteChanges, givenChanges, otherChanges, updateChanges } from './audit-changes.ts'
import type { Work } from './ports.ts'

/** A write below `/v2.0`: an operation on an object of a resource. */
export interface WriteDeed extends Deed {
  readonly operation: Operation
  /** Variable parts of the path beside the object's id. */
  readonly params: Readonly<Record<string, string | undefined>>
  /** The request's body as it came. */
  readonly body: unknown
}

/**
 * Does a write and records it in the same transaction. The object is looked at before and after, so what an operation
 * changed is seen here, and no operation has to think of telling.
 */
export async function audited<T>(work: Work, deed: WriteDeed, doing: () => Promise<T>): Promise<T> {
  const before = await rowOf(work, deed)
  const answer = await doing()
  await insertAuditEvent(work.tx, await eventOf(work, deed, before, answer))
  return answer
}

async function eventOf(work: Work, deed: WriteDeed, before: Row | undefined, answer: unknown): Promise<AuditEvent> {
  const { resource } = deed.operation
  const answered = { ...members(answer), ...members(members(answer)[resource.singular]) }
  const changes = await changesOf(work, deed, before, answered)
  return auditEvent(
    work.world,
    deed,
    work.caller,
    { outcome: 'success', changes },
    { tenant: textOf(before?.tenant_id) ?? textOf(answered.tenant_id), id: deed.resourceId ?? textOf(answered.id) },
  )
}

/** The object's row; none where there is no such object yet, or its resource is not kept as rows that have an id. */
async function rowOf({ tx }: Work, { operation, resourceId }: WriteDeed): Promise<Row | undefined> {
  const { resource, does } = operation
  const isKept = Object.hasOwn(resource.attributes, 'id') && resource.attributes.id?.kind.storage === 'text'
  return does === 'create' || resourceId === undefined || !isKept ? undefined : findRow(tx, resource, resourceId)
}

async function changesOf(
  work: Work,
  deed: WriteDeed,
  before: Row | undefined,
  answered: Members,
): Promise<AuditChanges> {
  const { operation, params, body } = deed
  const { resource, does } = operation
  const given = members(members(body)[resource.singular])
  switch (does) {
    case 'create':
      return givenChanges(resource, work.dialect, given, answered)
    case 'update': {
      const after = before && (await rowOf(work, deed))
      if (!before || !after) return givenChanges(resource, work.dialect, given, answered)
      return updateChanges(resource, work.dialect, {
        before: opened(work, part(resource, false), before),
        after: opened(work, part(resource, false), after),
        secrets: Object.keys(given).length === 0 ? [] : changedSecrets(work, resource, given, before, after),
      })
    }
    case 'delete':
      return { ...otherChanges(params, 'from'), ...(before && deleteChanges(before)) }
    default: {
      // What came of it says more than what was asked for; a request's members that were ignored are not in it.
      const told = Object.keys(answered).length > 0 ? answered : members(body)
      return otherChanges({ ...params, ...told }, operation.method === 'DELETE' ? 'from' : 'to')
    }
  }
}

/** Secrets are sealed differently each time, so those that were given are opened to be compared, and only those. */
function changedSecrets(work: Work, resource: Resource, given: Members, before: Row, after: Row): string[] {
  const secrets = part(resource, true)
  if (!Object.keys(secrets.attributes).some((name) => Object.hasOwn(given, name))) return []
  const [one, other] = [opened(work, secrets, before), opened(work, secrets, after)]
  return Object.keys(secrets.attributes).filter((name) => {
    const [from, to] = [one[name], other[name]]
    return !(from instanceof Secret && to instanceof Secret && from.reveal() === to.reveal())
  })
}

/** A resource with its secrets only, or with all but them. */
function part(resource: Resource, secrets: boolean): Resource {
  const entries = Object.entries(resource.attributes)
  const wanted = entries.filter(([, { kind }]) => (kind.storage === 'secret') === secrets)
  return { ...resource, attributes: Object.fromEntries(wanted) }
}

function opened({ tx }: Work, resource: Resource, row: Row): Members {
  return fromRow(resource, row, tx.sealer)
}

type Members = Readonly<Record<string, unknown>>

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
