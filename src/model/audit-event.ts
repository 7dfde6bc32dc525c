import { Type } from 'typebox'
import { integer, json, oneOf, owner, stringList, text, textOrNull, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'

/** A field before and after. Made: only `to`; gone: only `from`. The value of a secret is `[secret]`. */
export interface Change {
  readonly from?: unknown
  readonly to?: unknown
}

/**
 * `refused`: the service said no, by a rule; `failed`: it could not, for a reason of its own. Either way nothing was
 * changed.
 */
export const auditOutcomes = ['success', 'refused', 'failed'] as const

/** The record of one write: who, what, when, from where, and what came of it. Written by the service, read by everybody. */
export const AuditEvent = resource({
  singular: 'audit_event',
  plural: 'audit_events',
  path: '/audit-events',
  notFound: 'AuditEventNotFound',
  alsoSortable: ['time'],
  order: [{ column: 'time', descending: true }],
  largestPage: 500,
  description: 'An audit event: the record of one write, whatever came of it. Read only.',
  attributes: {
    id: uuid().readOnly(),
    /** Project of the object; of the caller where no object came of it; empty where nobody was logged in. */
    tenant_id: owner().readOnly(),
    time: text().readOnly(),
    request_id: text().readOnly(),
    user_id: textOrNull().readOnly(),
    user_name: textOrNull().readOnly(),
    roles: stringList().readOnly(),
    /** Name of the operation: `update_ipsec_site_connection`. */
    action: text().readOnly(),
    resource_type: text().readOnly(),
    resource_id: textOrNull().readOnly(),
    outcome: oneOf(auditOutcomes).readOnly(),
    /** Status of the answer. */
    status: integer().readOnly(),
    /** Type of the refusal, as the answer has it; absent after a success. */
    problem: textOrNull().readOnly(),
    message: textOrNull().readOnly(),
    /** The other end of the connection: a proxy's, behind a proxy. */
    source_address: text().readOnly(),
    /** What the request claims about who it was forwarded for. Anybody can claim anything. */
    forwarded_for: textOrNull().readOnly(),
    user_agent: textOrNull().readOnly(),
    /** Flavour of the API that was spoken; absent for the identity API. */
    flavour: textOrNull().readOnly(),
    changes: json<Readonly<Record<string, Change>>>(
      Type.Record(
        Type.String(),
        Type.Object({ from: Type.Optional(Type.Unknown()), to: Type.Optional(Type.Unknown()) }),
      ),
      () => ({}),
    ).readOnly(),
  },
})

export type AuditEvent = Entity<typeof AuditEvent>
