import { Type } from 'typebox'
import { ConnectionEvent } from './connection-event.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import type { Operation } from './operations.ts'
import { bodiesOf } from './resource-operations.ts'
import { Diagnosis, exampleVerdict, shownDiagnosis } from './shown-diagnosis.ts'
import { exampleTunnel, shownTunnel, Tunnel } from './shown-tunnel.ts'

/** What this service tells of a connection beyond what the clouds do (extension `sallyport`). */

type Told = Pick<Operation, 'summary' | 'command' | 'answers' | 'answer' | 'example' | 'permission'> &
  Partial<Pick<Operation, 'resource' | 'does'>>

function ofConnection(method: Operation['method'], part: string, told: Told): Operation {
  return {
    method,
    path: `${IpsecConnection.path}/:id/${part}`,
    resource: IpsecConnection,
    does: 'act',
    role: 'member',
    group: 'Diagnosis',
    request: undefined,
    ...told,
  }
}

const looks = { permission: 'get_ipsec_site_connection', answers: 200 } as const

export const diagnosisOperations = {
  show_connection_diagnosis: ofConnection('GET', 'diagnosis', {
    ...looks,
    does: 'show',
    summary: 'Show why a tunnel is down, or what is amiss with one that is up.',
    command: 'vpn connection diagnose',
    answer: () => Type.Object({ diagnosis: Diagnosis }),
    example: (dialect) => ({
      request: undefined,
      response: { diagnosis: shownDiagnosis('DOWN', exampleVerdict, dialect) },
    }),
  }),
  show_connection_tunnel: ofConnection('GET', 'tunnel', {
    ...looks,
    does: 'show',
    summary: 'Show the live SAs of a connection: algorithms, networks, ages, counters.',
    command: 'vpn connection tunnel show',
    answer: () => Type.Object({ tunnel: Tunnel }),
    example: (dialect) => ({
      request: undefined,
      response: { tunnel: shownTunnel('2026-11-20 09:40:00.000000', [exampleTunnel], dialect) },
    }),
  }),
  list_connection_events: ofConnection('GET', 'events', {
    ...looks,
    ...bodiesOf(ConnectionEvent, 'list'),
    resource: ConnectionEvent,
    does: 'list',
    summary: 'List what happened to a connection and its tunnels, newest first.',
    command: 'vpn connection event list',
  }),
  restart_connection: ofConnection('POST', 'restart', {
    permission: 'update_ipsec_site_connection',
    answers: 204,
    summary: 'Close the tunnels of a connection and make new ones.',
    command: 'vpn connection restart',
    answer: undefined,
    example: () => ({ request: undefined, response: undefined }),
  }),
}
