import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/**
 * What a real Neutron answered: `neutron-sample.jsonl`, 297 exchanges recorded from neutron-vpnaas 21.0.0 (the Zed
 * release), one JSON object a line, in the order in which they were sent to an empty server.
 */
const Exchange = Type.Object({
  n: Type.Integer(),
  group: Type.String(),
  note: Type.String(),
  actor: Type.Union([
    Type.Literal('admin'),
    Type.Literal('a'),
    Type.Literal('b'),
    Type.Literal('reader'),
    Type.Literal('none'),
  ]),
  request: Type.Object({
    method: Type.String(),
    path: Type.String(),
    headers: Type.Record(Type.String(), Type.String()),
    body: Type.Optional(Type.Unknown()),
    raw: Type.Optional(Type.String()),
  }),
  status: Type.Integer(),
  response_body: Type.Unknown(),
})

/** One request and what the peer answered to it; `n` is its number in the whole recording. */
export type Exchange = Type.Static<typeof Exchange>

export async function recording(): Promise<Exchange[]> {
  const text = await readFile(new URL('neutron-sample.jsonl', import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => Value.Parse(Exchange, JSON.parse(line)))
}
