import { Type } from 'typebox'
import type { Dialect } from './dialect.ts'
import { statuses } from './status.ts'
import { type Verdict, verdictCodes, verdictFields } from './verdict.ts'
import { shownValues, wordsOf } from './verdict-words.ts'

/** What is shown of a verdict, in the words of a flavour. */

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
export const Diagnosis = Type.Object(
  {
    state: Type.Optional(Type.Enum([...statuses], { description: 'Status of the connection.' })),
    code: Type.Optional(wordOrNull(verdictCodes, 'The cause; null: nothing is known to be wrong.')),
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
    evidence: Type.Optional(
      Type.Array(evidence, { description: 'What the key exchange daemon said or counted, oldest first.' }),
    ),
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

export const exampleVerdict: Verdict = {
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
