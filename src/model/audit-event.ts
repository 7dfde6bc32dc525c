import { Type } from 'typebox'
import { exampleIds } from './example-ids.ts'
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
  words: { one: 'an audit event', many: 'audit events', command: 'audit event' },
  example: {
    object: {
      id: exampleIds.audit_event,
      tenant_id: exampleIds.project,
      time: '2026-11-20 09:20:41.553017',
      request_id: 'req-6c1f0a58-2b8e-4d0a-9a52-3f7d0e8b9c13',
      user_id: '8d1f0c6b7a594e3d9c2b1a0f5e4d3c2b',
      user_name: 'maria',
      roles: ['member'],
      action: 'update_ipsec_site_connection',
      resource_type: 'ipsec_site_connection',
      resource_id: exampleIds.connection,
      outcome: 'success',
      status: 200,
      problem: null,
      message: null,
      source_address: '192.0.2.17',
      forwarded_for: null,
      user_agent: 'python-neutronclient',
      flavour: 'openstack',
      changes: { name: { from: 'to-branch', to: 'to-hamburg' }, psk: { from: '[secret]', to: '[secret]' } },
    },
    posts: [],
    puts: {},
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner()
      .readOnly()
      .describe('Project of the object, or of the caller where none came of it; empty where nobody was logged in.'),
    time: text().readOnly().describe('When it was done, in UTC.'),
    request_id: text().readOnly().describe('Id of the request, which its answer had as `x-openstack-request-id`.'),
    user_id: textOrNull().readOnly().describe('Who did it.'),
    user_name: textOrNull().readOnly().describe('Name of who did it; of a failed log-in, the name that was claimed.'),
    roles: stringList().readOnly().describe('Roles of who did it.'),
    action: text().readOnly().describe('Name of the operation.'),
    resource_type: text().readOnly().describe('Kind of the object.'),
    resource_id: textOrNull().readOnly().describe('Id of the object; null where none came of it.'),
    outcome: oneOf(auditOutcomes)
      .readOnly()
      .describe('`refused`: by a rule. `failed`: for a reason of the service’s own. Either way nothing was changed.'),
    status: integer().readOnly().describe('Status of the answer.'),
    problem: textOrNull().readOnly().describe('Type of the refusal, as the answer had it; null after a success.'),
    message: textOrNull().readOnly().describe('Words of the refusal; null after a success.'),
    source_address: text().readOnly().describe('The other end of the connection: a proxy’s address, behind a proxy.'),
    forwarded_for: textOrNull()
      .readOnly()
      .describe('Whom the request claims to be forwarded for. Anybody can claim anything.'),
    user_agent: textOrNull().readOnly().describe('What the client calls itself.'),
    flavour: textOrNull().readOnly().describe('Flavour of the API that was spoken; null for the identity API.'),
    changes: json<Readonly<Record<string, Change>>>(
      Type.Record(
        Type.String(),
        Type.Object({ from: Type.Optional(Type.Unknown()), to: Type.Optional(Type.Unknown()) }),
      ),
      () => ({}),
    )
      .readOnly()
      .describe('Field by field what changed. Of a secret it is only said that it did.'),
  },
})

export type AuditEvent = Entity<typeof AuditEvent>
