import { readFile } from 'node:fs/promises'
import autocannon from 'autocannon'
import { until } from '../test/support/until.ts'

/** What a series of requests cost the server, and how it felt. */
export interface Cost {
  /** User and system time of the server's process for one request, milliseconds: median of the rounds. */
  readonly cpu_ms: number
  /** Requests a second, with the load generator on the same cores: median of the rounds. */
  readonly per_second: number
  /** From sending a request to its answer, milliseconds: median of the rounds. */
  readonly p99_ms: number
  readonly requests: number
}

export interface Series {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  /** User and system time so far of all that counts, in milliseconds. */
  readonly cpu: () => Promise<number>
  /** Of one round. */
  readonly amount: number
  readonly rounds: number
  readonly connections?: number
  /** Path and body of the nth request; the same for all when absent. */
  readonly each?: (index: number) => { readonly path?: string; readonly body?: string }
  /** Called with each answer's body, of the warming round too. */
  readonly answered?: (body: string) => void
}

/**
 * Runs the rounds and takes the median of each figure. A round ends when the server has nothing left to do, so what it
 * does after its answers counts too.
 *
 * @throws Error when an answer is not one of success
 */
export async function measure(series: Series): Promise<Cost> {
  const costs: Cost[] = []
  // The first round makes the server warm; it counts where it is the only one.
  for (let round = series.rounds > 1 ? -1 : 0; round < series.rounds; round += 1) {
    await idle(series.cpu)
    const before = await series.cpu()
    const result = await fire(series)
    await idle(series.cpu)
    const cpu = (await series.cpu()) - before
    if (round >= 0)
      costs.push({
        cpu_ms: cpu / series.amount,
        per_second: series.amount / result.duration,
        p99_ms: result.p99,
        requests: series.amount,
      })
  }
  const median = (of: (cost: Cost) => number) => {
    const sorted = costs.map(of).sort((one, other) => one - other)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  return {
    cpu_ms: median(({ cpu_ms }) => cpu_ms),
    per_second: median(({ per_second }) => per_second),
    p99_ms: median(({ p99_ms }) => p99_ms),
    requests: series.amount * series.rounds,
  }
}

async function fire({ url, method, headers = {}, amount, connections = 4, each, answered }: Series) {
  let next = 0
  const begun = performance.now()
  const latencies: number[] = []
  let last = begun
  const options: autocannon.Options = {
    url,
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    connections,
    amount,
    requests: [
      {
        setupRequest: (request) => {
          const made = each?.(next)
          next += 1
          return { ...request, ...made }
        },
        ...(answered && { onResponse: (_status: number, body: string) => answered(body) }),
      },
    ],
  }
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error: unknown, all) => (error ? reject(error) : resolve(all)))
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      latencies.push(milliseconds)
      last = performance.now()
    })
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${method} ${url}: ${result.non2xx} answers were no success, ${result.errors} requests failed`)
  }
  latencies.sort((one, other) => one - other)
  return {
    duration: (last - begun) / 1000,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
  }
}

/** Milliseconds of a clock tick in `/proc`: 100 a second on every Linux that Node runs on. */
const tickMs = 10

/** User and system time of a process so far, in milliseconds; of one with children, theirs too. */
export async function cpuOf(pid: number, isWithChildren = false): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name in brackets may hold blanks; its own times are the 14th and 15th field, then those of ended children.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = (index: number) => Number(fields[index]) * tickMs
  const own = ticks(11) + ticks(12)
  if (!isWithChildren) return own
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean)
  const theirs = await Promise.all(children.map((child) => cpuOf(Number(child))))
  return theirs.reduce((sum, each) => sum + each, own + ticks(13) + ticks(14))
}

/** Waits until a process has used no time between two looks. */
async function idle(cpu: () => Promise<number>): Promise<void> {
  let last = -1
  await until(
    async () => {
      const now = await cpu()
      const isIdle = now === last
      last = now
      return isIdle
    },
    { what: 'an idle server', everyMs: 60, deadlineMs: 120_000 },
  )
}
