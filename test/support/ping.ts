import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { CommandError, run } from '../../src/linux/run.ts'

export interface PingResult {
  readonly sent: number
  readonly received: number
}

export interface PingOptions {
  /** Network namespace to send from. */
  readonly from: string
  readonly to: string
  /** Address of the sender to use. */
  readonly source?: string
  /** Whole length of the IPv4 packets, which then may not be taken apart on the way. */
  readonly packetBytes?: number
  /** 3 unless told; `startPing` goes on unless told. */
  readonly count?: number
  /** 100 unless told. */
  readonly intervalMs?: number
}

/** Sends some echo requests and counts the answers; none at all is a result, not an error. */
export async function ping({
  from,
  to,
  source,
  packetBytes,
  count = 3,
  intervalMs = 100,
}: PingOptions): Promise<PingResult> {
  const waitSeconds = '1'
  const args = [
    '-q',
    '-n',
    '-c',
    String(count),
    '-i',
    String(intervalMs / 1000),
    '-W',
    waitSeconds,
    ...sourceArguments(source),
    ...sizeArguments(packetBytes),
    to,
  ]
  const timeoutMs = count * intervalMs + 15_000
  try {
    return pingResult(await run('ip', ['netns', 'exec', from, 'ping', ...args], { timeoutMs }))
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 1) return pingResult(error.stdout)
    throw error
  }
}

export interface Pinging {
  /** Whether all were sent that were asked for. */
  readonly hasEnded: boolean
  /** Ends it right after an answer, or after a second without one: none that is answered is then still on its way. */
  stop(): Promise<PingResult>
}

const lastAnswerMs = 1_000

/** Goes on until it is stopped, or has sent `count`. */
export function startPing({ from, to, source, count, intervalMs = 20 }: PingOptions): Pinging {
  const countArguments = count === undefined ? [] : ['-c', String(count)]
  const args = ['-n', '-i', String(intervalMs / 1000), ...countArguments, ...sourceArguments(source), to]
  const child = spawn('ip', ['netns', 'exec', from, 'ping', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  let answers = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (text.includes('bytes from')) answers += 1
  })
  const ended = once(child, 'close')
  const anotherAnswer = async () => {
    const before = answers
    const deadline = performance.now() + lastAnswerMs
    while (answers === before && child.exitCode === null && performance.now() < deadline) await setTimeout(1)
  }
  return {
    get hasEnded() {
      return child.exitCode !== null
    },
    stop: async () => {
      await anotherAnswer()
      child.kill('SIGINT')
      await ended
      return pingResult(output)
    },
  }
}

function sizeArguments(packetBytes: number | undefined): string[] {
  const headerBytes = 28
  return packetBytes === undefined ? [] : ['-M', 'do', '-s', String(packetBytes - headerBytes)]
}

function sourceArguments(source: string | undefined): string[] {
  return source === undefined ? [] : ['-I', source]
}

function pingResult(output: string): PingResult {
  const counts = /(\d+) packets transmitted, (\d+) received/.exec(output)
  if (counts === null) throw new Error(`ping said: ${output}`)
  return { sent: Number(counts[1]), received: Number(counts[2]) }
}
