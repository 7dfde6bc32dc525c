import { Type } from 'typebox'
import { ConnectionEvent } from './connection-event.ts'
import type { Dialect } from './dialect.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import type { Operation } from './operations.ts'
import { bodiesOf } from './resource-operations.ts'
import { statuses } from './status.ts'
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
