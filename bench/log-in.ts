import { Agent, request } from 'node:http'
import { memoryOf } from '../test/support/process.ts'
import { Service } from '../test/support/service.ts'
import { type Spread, spread } from './statistics.ts'

/**
 * What a thousand log-ins with wrong passwords do to everybody else. They come from twenty addresses, fifty at a time, half
 * of them at an account that exists; beside them another client reads, as it does alone before and after.
 */
export interface LogInFigures {
  readonly alone: Reading
  readonly attacked: Reading
  /** Attacked as a multiple of alone. */
  readonly times: { readonly median: number; readonly p99: number; readonly per_second: number }
  readonly attack: {
    readonly log_ins: number
    readonly refused_after_verification: number
    readonly refused_at_once: number
    readonly seconds: number
    /** Most resident memory of the server beyond what it had before. */
    readonly memory_mib: number
  }
  /** From sending a wrong password to its refusal, one at a time on an idle server. */
  readonly refusal: { readonly of_a_user: Spread; readonly of_nobody: Spread }
}

export interface Reading {
  readonly median_ms: number
  readonly p99_ms: number
  readonly per_second: number
  readonly requests: number
}

const attempts = 1_000
const addresses = 20
const atOnce = 50
const readers = 4
/** Before and after the attack: machines are shared, and not as busy now as they were a minute ago. */
const aloneMs = 5_000
const timed = 30

export async function benchLogIn(): Promise<LogInFigures> {
  const service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', SALLYPORT_LOG_LEVEL: 'error' } })
  try {
    const client = await service.client('/openstack/v2.0')
    const { id } = await client.make('/vpn/ikepolicies', 'ikepolicy', { name: 'read' })
    const url = `${service.url}/openstack/v2.0/vpn/ikepolicies/${id}`
    const read = (until: Promise<unknown>) => readUntil(url, client.token, until)
    await read(pause(2_000))
    const refusal = await timeRefusals(service.url)
    const before = await read(pause(aloneMs))
    const memory = new PeakMemory(service.pid)
    const running = attack(service.url)
    const attacked = readingOf([await read(running)])
    const { statuses, seconds } = await running
    const memory_mib = (await memory.end()) / 2 ** 20
    const alone = readingOf([before, await read(pause(aloneMs))])
    const count = (wanted: number) => statuses.filter((status) => status === wanted).length
    if (count(401) + count(429) !== attempts) throw new Error('a log-in was answered with neither 401 nor 429')
    return {
      alone,
      attacked,
      times: {
        median: attacked.median_ms / alone.median_ms,
        p99: attacked.p99_ms / alone.p99_ms,
        per_second: attacked.per_second / alone.per_second,
      },
      attack: {
        log_ins: attempts,
        refused_after_verification: count(401),
        refused_at_once: count(429),
        seconds,
        memory_mib,
      },
      refusal,
    }
  } finally {
    await service.close()
  }
}

interface Round {
  /** Milliseconds of each request. */
  readonly latencies: readonly number[]
  readonly seconds: number
}

/** Reads over a few connections, one request after the other on each. */
async function readUntil(url: string, token: string, end: Promise<unknown>): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: readers })
  const latencies: number[] = []
  let isOver = false
  const over = end.finally(() => {
    isOver = true
  })
  const begun = performance.now()
  const reader = async () => {
    while (!isOver) {
      const sent = performance.now()
      const status = await send(url, { agent, headers: { 'x-auth-token': token } })
      if (status !== 200) throw new Error(`GET ${url} answered ${status}`)
      latencies.push(performance.now() - sent)
    }
  }
  await Promise.all([over, ...Array.from({ length: readers }, reader)])
  agent.destroy()
  return { latencies, seconds: (performance.now() - begun) / 1_000 }
}

function readingOf(rounds: readonly Round[]): Reading {
  const latencies = rounds.flatMap((round) => round.latencies).sort((one, other) => one - other)
  const seconds = rounds.reduce((sum, round) => sum + round.seconds, 0)
  const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? Number.NaN
  return {
    median_ms: at(0.5),
    p99_ms: at(0.99),
    per_second: latencies.length / seconds,
    requests: latencies.length,
  }
}

async function attack(url: string): Promise<{ readonly statuses: readonly number[]; readonly seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const statuses: number[] = []
  let next = 0
  const begun = performance.now()
  const attacker = async () => {
    while (next < attempts) {
      const index = next++
      const name = index % 2 === 0 ? 'admin' : `nobody-${index}`
      statuses.push(await logIn(url, name, agent, `127.0.0.${2 + (index % addresses)}`))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, attacker))
  agent.destroy()
  return { statuses, seconds: (performance.now() - begun) / 1_000 }
}

/** Each from an address of its own, so that none is held up for the one before. */
async function timeRefusals(url: string): Promise<LogInFigures['refusal']> {
  const agent = new Agent({ keepAlive: true })
  const times: Record<'admin' | 'nobody', number[]> = { admin: [], nobody: [] }
  for (let round = 0; round < timed; round += 1) {
    for (const name of ['admin', 'nobody'] as const) {
      const begun = performance.now()
      const status = await logIn(url, name, agent, `127.0.1.${1 + round}`)
      if (status !== 401) throw new Error(`a wrong password was answered with ${status}`)
      times[name].push(performance.now() - begun)
    }
  }
  agent.destroy()
  return { of_a_user: spread(times.admin), of_nobody: spread(times.nobody) }
}

function logIn(url: string, name: string, agent: Agent, localAddress: string): Promise<number> {
  const user = { name, password: 'wrong', domain: { id: 'default' } }
  const body = JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } })
  return send(`${url}/identity/v3/auth/tokens`, { method: 'POST', agent, localAddress }, body)
}

/** @returns the status */
function send(url: string, options: object, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { timeout: 60_000, ...options }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.on('timeout', () => sent.destroy(new Error(`${url} took too long`)))
    sent.on('error', reject)
    sent.end(body)
  })
}

class PeakMemory {
  readonly #pid: number
  readonly #timer: NodeJS.Timeout
  readonly #before: Promise<number>
  #most = 0

  constructor(pid: number) {
    this.#pid = pid
    this.#before = memoryOf(pid)
    this.#timer = setInterval(() => {
      void this.#look()
    }, 100)
  }

  async end(): Promise<number> {
    clearInterval(this.#timer)
    await this.#look()
    return this.#most - (await this.#before)
  }

  async #look(): Promise<void> {
    this.#most = Math.max(this.#most, await memoryOf(this.#pid))
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
