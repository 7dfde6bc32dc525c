import { exampleIds } from './example-ids.ts'
import { oneOf, owner, text, textOrNull, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'

/**
 * `status`: it changed; `verdict`: something was found to be wrong; `mended`: it no longer is; `restart`: a user asked for
 * new tunnels.
 */
export const connectionEventKinds = ['status', 'verdict', 'mended', 'restart'] as const

/** What happened to a connection and its tunnels. Written by the service, kept within bounds. */
export const ConnectionEvent = resource({
  singular: 'connection_event',
  plural: 'events',
  path: '/vpn/ipsec-site-connections/:id/events',
  notFound: 'ConnectionNotFound',
  alsoSortable: ['time'],
  order: [{ column: 'time', descending: true }],
  largestPage: 500,
  description:
    'Something that happened to an IPsec connection: a new state, a cause that was found or mended. Read only.',
  words: { one: 'an event of a connection', many: 'events of connections', command: 'vpn connection event' },
  example: {
    object: {
      id: exampleIds.connection_event,
      tenant_id: exampleIds.project,
      connection_id: exampleIds.connection,
      time: '2026-11-20 09:31:07.118204',
      kind: 'verdict',
      status: 'DOWN',
      code: 'PSK_MISMATCH',
      field: 'psk',
      message: 'The pre-shared keys differ.',
    },
    posts: [],
    puts: {},
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly().describe('Project of the connection.'),
    connection_id: uuid().readOnly().describe('Connection it happened to.'),
    time: text().readOnly().describe('When the service learnt of it, in UTC.'),
    kind: oneOf(connectionEventKinds)
      .readOnly()
      .describe(
        'A new `status`, a `verdict` on what is wrong, that it is `mended`, or a `restart` that was asked for.',
      ),
    status: text().readOnly().describe('Status of the connection from then on.'),
    code: textOrNull().readOnly().describe('Code of the verdict; null where it is about none.'),
    field: textOrNull().readOnly().describe('Field that the verdict lies in; null where it is about none.'),
    message: text().readOnly().describe('The same for people.'),
  },
})

export type ConnectionEvent = Entity<typeof ConnectionEvent>
