import { beforeAll, describe, expect, it } from 'vitest'
import { type Comparison, compare } from './compare.ts'
import { type DeviatingExchanges, deviations } from './deviations.ts'
import { type Exchange, recording } from './recording.ts'
import { actorOf, Stage } from './stage.ts'

/**
 * A real Neutron's answers against ours in the OpenStack flavour: every request of the recording is sent to one server in
 * order, and status, error type and body are compared. Where they differ, a row of the specification has to say so.
 */
const listed = new Map<number, DeviatingExchanges>(
  deviations.flatMap(({ exchanges }) => exchanges.flatMap((each) => each.n.map((n) => [n, each] as const))),
)

const exchanges = await recording()
const compared = new Map<number, Comparison>()

beforeAll(async () => {
  const stage = await Stage.open()
  try {
    for (const exchange of exchanges) compared.set(exchange.n, await playOn(stage, exchange))
  } finally {
    await stage.close()
  }
  console.log(table())
})

describe.each([...new Set(exchanges.map(({ group }) => group))])('%s', (group) => {
  it.each(exchanges.filter((exchange) => exchange.group === group).map((exchange) => [title(exchange), exchange.n]))(
    '%s',
    (_, n) => {
      const comparison = compared.get(Number(n))
      const deviation = listed.get(Number(n))
      expect({ ours: comparison?.ours, differs: comparison?.differs }).toEqual({
        ours: deviation?.ours ?? comparison?.peer,
        differs: [...(deviation?.differs ?? [])].sort(),
      })
    },
  )
})

it('the list of deviations says what the peer answered, and every exchange once', () => {
  const numbers = deviations.flatMap(({ exchanges: deviating }) => deviating.flatMap(({ n }) => n))
  expect(numbers).toHaveLength(new Set(numbers).size)
  for (const [n, { peer }] of listed) expect([n, compared.get(n)?.peer]).toEqual([n, peer])
  for (const [n, { ours, peer, differs = [] }] of listed) {
    expect(ours !== peer || differs.length > 0, `exchange ${n} deviates in nothing`).toBe(true)
  }
})

/** Plays one exchange, and then brings our server to where the peer was, so that later lines find what they name. */
async function playOn(stage: Stage, exchange: Exchange): Promise<Comparison> {
  const answer = await stage.play(exchange, actorOf(exchange))
  const comparison = compare(exchange, answer)
  const instead = listed.get(exchange.n)?.instead
  if (instead) {
    const { status } = await stage.play(exchange, instead.as, instead.body)
    if (status !== exchange.status) throw new Error(`exchange ${exchange.n}: instead answered ${status}`)
  } else if (answer.status === 201 && exchange.status !== 201) {
    const [made] = Object.values<{ id: string }>(answer.body)
    if (made) await stage.remove(exchange.request.path, made.id)
  }
  return comparison
}

function title({ n, actor, request, note }: Exchange): string {
  return `${n} ${actor}: ${request.method} ${request.path}${note ? ` (${note})` : ''}`
}

/** How many exchanges of each group agree. */
function table(): string {
  const groups = [...new Set(exchanges.map(({ group }) => group))]
  const row = (name: string, of: readonly Exchange[]) => {
    const comparisons = of.flatMap(({ n }) => compared.get(n) ?? [])
    const count = (agrees: (comparison: Comparison) => boolean) => comparisons.filter(agrees).length
    const cells = [
      of.length,
      count(({ status }) => status),
      count(({ type }) => type),
      count(({ differs }) => differs.length === 0),
      count(({ status, type, differs }) => status && type && differs.length === 0),
      of.filter(({ n }) => listed.has(n)).length,
    ]
    return name.padEnd(34) + cells.map((cell) => String(cell).padStart(10)).join('')
  }
  const head = ['exchanges', 'status', 'type', 'body', 'all', 'listed'].map((cell) => cell.padStart(10)).join('')
  return [
    `${'group'.padEnd(34)}${head}`,
    ...groups.map((group) =>
      row(
        group,
        exchanges.filter((exchange) => exchange.group === group),
      ),
    ),
    row('all groups', exchanges),
    ...deviations.map(({ reason, exchanges: deviating }) => {
      const count = deviating.reduce((sum, { n }) => sum + n.length, 0)
      return `${String(count).padStart(4)}  ${reason}`
    }),
  ].join('\n')
}
