import { Type } from 'typebox'
import { ConnectionEvent } from './connection-event.ts'
import type { Dialect } from './dialect.ts'
import { exampleIds } from './example-ids.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import type { Operation } from './operations.ts'
import { bodiesOf } from './resource-operations.ts'
import { statuses } from './status.ts'
import type { ActualChild, ActualTunnel, NegotiatedAlgorithms } from './tunnel.ts'
import { type Verdict, verdictCodes, verdictFields } from './verdict.ts'
import { shownValues, wordsOf } from './verdict-words.ts'

/** What this service tells of a connection beyond what the clouds do (extension `sallyport`). */

const textOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })
const wordOrNull = (words: readonly string[], description: string) =>
  Type.Union([Type.Enum([...words]), Type.Null()], { description })

const evidence = Type.Object({ time: Type.String(), line: Type.String() }, { title: 'Evidence' })
const fix = Type.Object(
  {
    here: Type.String({ description: 'What to change through this API.' }),
    there: Type.String({ description: 'What to change on the peer’s gateway.' }),
  },
  { title: 'Fix' },
)

/** Nothing is required: `fields` may leave out any key. */
const Diagnosis = Type.Object(
  {
    state: Type.Optional(Type.Enum([...statuses], { description: 'Status of the connection.' })),
    code: Type.Optional(wordOrNull(Object.keys(verdictCodes), 'The cause; null: nothing is known to be wrong.')),
    title: Type.Optional(Type.String({ description: 'The cause in one sentence.' })),
    field: Type.Optional(
      wordOrNull(verdictFields, 'Field of the connection, or of a policy it names, that the cause lies in.'),
    ),
    alternatives: Type.Optional(
      Type.Array(Type.Enum([...verdictFields]), {
        description: 'Other fields that it may lie in: the peer does not tell.',
      }),
    ),
    configured: Type.Optional(
      textOrNull('What is configured here; null for a secret, or where nothing can be compared.'),
    ),
    offered: Type.Optional(textOrNull('What the peer has; null where it does not tell.')),
    explanation: Type.Optional(textOrNull('What that means.')),
    fix: Type.Optional(Type.Union([fix, Type.Null()], { description: 'What to change, on either side.' })),
    evidence: Type.Optional(Type.Array(evidence, { description: 'What the key exchange daemon said, oldest first.' })),
    since: Type.Optional(textOrNull('When it was first seen, in UTC.')),
  },
  { title: 'Diagnosis' },
)

/** A verdict as it is shown; `undefined`: nothing is known to be wrong. */
export function shownDiagnosis(state: string, verdict: Verdict | undefined, dialect: Dialect) {
  if (verdict === undefined) {
    const nothing = {
      code: null,
      field: null,
      configured: null,
      offered: null,
      explanation: null,
      fix: null,
      since: null,
    }
    return { state, title: 'Nothing is known to be wrong.', alternatives: [], evidence: [], ...nothing }
  }
  const { code, field, evidence, since } = verdict
  return { state, code, field, ...shownValues(verdict, dialect), evidence, since, ...wordsOf(verdict, dialect) }
}

const exampleVerdict: Verdict = {
  code: 'IKE_PROPOSAL_MISMATCH',
  field: 'ikepolicy.auth_algorithm',
  configured: 'sha256',
  offered: 'sha1',
  evidence: [
    {
      time: '2026-11-20 09:31:07.118204',
      line: 'received proposals: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048',
    },
  ],
  since: '2026-11-20 09:31:07.118204',
}

const algorithms = {
  encryption_algorithm: textOrNull('What it is encrypted with.'),
  auth_algorithm: textOrNull('What it is protected with; null where the cipher does that itself.'),
  pfs: textOrNull('Group of the exchange that its keys come from; null: none of its own.'),
}

const ChildSa = Type.Object(
  {
    id: Type.Integer({ description: 'Number that the key exchange daemon knows it by.' }),
    state: Type.String({ description: '`installing`, `installed` or `closing`.' }),
    ...algorithms,
    local_cidrs: Type.Array(Type.String(), { description: 'Networks on our side, as agreed.' }),
    peer_cidrs: Type.Array(Type.String(), { description: 'Networks on the peer’s side, as agreed.' }),
    bytes_in: Type.Integer({ description: 'Since it was made, as all counters.' }),
    bytes_out: Type.Integer(),
    packets_in: Type.Integer(),
    packets_out: Type.Integer(),
  },
  { title: 'ChildSa' },
)

const IkeSa = Type.Object(
  {
    id: Type.Integer({ description: 'Number that the key exchange daemon knows it by.' }),
    state: Type.String({ description: '`connecting`, `established` or `closing`.' }),
    initiated_by: textOrNull('`us` or `peer`; null where it is not known.'),
    age_seconds: Type.Integer({ description: 'Since it was established.' }),
    ...algorithms,
    child_sas: Type.Array(ChildSa),
  },
  { title: 'IkeSa' },
)

/** Nothing is required: `fields` may leave out any key. */
const Tunnel = Type.Object(
  {
    observed_at: Type.Optional(textOrNull('When its gateway last told, in UTC; null: not yet.')),
    ike_sas: Type.Optional(
      Type.Array(IkeSa, { description: 'None: there is no tunnel. More than one: it is replaced.' }),
    ),
  },
  { title: 'Tunnel' },
)

/** Live SAs as they are shown. */
export function shownTunnel(observedAt: string | null, tunnels: readonly ActualTunnel[], dialect: Dialect) {
  return { observed_at: observedAt, ike_sas: tunnels.map((tunnel) => shownIkeSa(tunnel, dialect)) }
}

function shownIkeSa(tunnel: ActualTunnel, dialect: Dialect) {
  const { ikeSa, state, initiatedBy = null, ageSeconds, children } = tunnel
  return {
    id: ikeSa,
    state,
    initiated_by: initiatedBy,
    age_seconds: ageSeconds,
    ...shownAlgorithms(tunnel.algorithms, dialect),
    child_sas: children.map((child) => shownChildSa(child, dialect)),
  }
}

function shownChildSa(child: ActualChild, dialect: Dialect) {
  return {
    id: child.childSa,
    state: child.state,
    ...shownAlgorithms(child.algorithms, dialect),
    local_cidrs: child.localCidrs,
    peer_cidrs: child.peerCidrs,
    bytes_in: child.bytesIn,
    bytes_out: child.bytesOut,
    packets_in: child.packetsIn,
    packets_out: child.packetsOut,
  }
}

function shownAlgorithms(negotiated: NegotiatedAlgorithms | undefined, dialect: Dialect) {
  const { encryption = null, integrity = null, group = null } = negotiated ?? {}
  return {
    encryption_algorithm: encryption === null ? null : dialect.spell('encryption', encryption),
    auth_algorithm: integrity === null ? null : dialect.spell('integrity', integrity),
    pfs: group === null ? null : dialect.spell('group', group),
  }
}

const exampleTunnel: ActualTunnel = {
  ikeSa: 7,
  connection: exampleIds.connection as ActualTunnel['connection'],
  fingerprint: '7b31eb04',
  state: 'established',
  initiatedBy: 'us',
  ageSeconds: 1504,
  algorithms: { encryption: 'aes-256', integrity: 'sha256', group: 'group14' },
  children: [
    {
      childSa: 12,
      fingerprint: '6d2ac049',
      state: 'installed',
      algorithms: { encryption: 'aes-256', integrity: 'sha256', group: 'group14' },
      localCidrs: ['10.1.0.0/24'],
      peerCidrs: ['10.2.0.0/24'],
      bytesIn: 91_344,
      bytesOut: 88_200,
      packetsIn: 1_087,
      packetsOut: 1_050,
    },
  ],
}

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
