import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { until } from './until.ts'

const port = 7_007
const everyMs = 5
/** IPv4 and UDP headers before the payload. */
const headerBytes = 28

/** What a generator of datagrams knows: all IP packets that it sent, and all that came back. */
export interface Generated {
  readonly packetsSent: number
  readonly bytesSent: number
  readonly packetsBack: number
  readonly bytesBack: number
}

export interface EchoTraffic {
  /** Sends so much from now on. */
  rate(packetsPerSecond: number): void
  /** How many were sent so far. */
  sent(): Promise<number>
  /** Stops sending. @returns the counts when everything that comes back has come. */
  pause(): Promise<Generated>
  close(): Promise<void>
}

const echo = `
const socket = require('node:dgram').createSocket('udp4')
socket.on('message', (message, { address, port }) => socket.send(message, port, address))
socket.bind(${port}, () => {
  socket.setRecvBufferSize(4194304)
  console.log('listening')
})
`

/** Sends in small bursts, so that no buffer on the way is too small, and prints its counts when it is asked. */
const sender = `
const [to, size, everyMs] = process.argv.slice(1)
const socket = require('node:dgram').createSocket('udp4')
const payload = Buffer.alloc(Number(size))
let sent = 0, back = 0, rate = 0, due = 0
socket.on('message', () => { back += 1 })
socket.bind(0, () => {
  socket.setRecvBufferSize(4194304)
  console.log(JSON.stringify({ sent, back }))
  setInterval(() => {
    due += (rate * Number(everyMs)) / 1000
    for (; due >= 1; due--) socket.send(payload, ${port}, to, (error) => { if (!error) sent += 1 })
  }, Number(everyMs))
})
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, value] = line.split(' ')
  if (command === 'rate') rate = Number(value)
  else console.log(JSON.stringify({ sent, back }))
})
`

/**
 * UDP datagrams of one size from one host to another, which sends each back. Both ends are processes in their hosts'
 * namespaces; every packet is counted where it was made.
 */
export async function anEchoTraffic(options: {
  readonly from: string
  readonly at: string
  readonly address: string
  readonly payloadBytes: number
}): Promise<EchoTraffic> {
  const { from, at, address, payloadBytes } = options
  const answering = inNamespace(at, echo)
  const sending = inNamespace(from, sender, address, String(payloadBytes), String(everyMs))
  const said = { echo: lines(answering), sender: lines(sending) }
  const close = async () => {
    for (const child of [sending, answering]) {
      if (child.exitCode !== null) continue
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
  }
  try {
    await until(() => said.echo.length > 0 && said.sender.length > 0, { what: 'both ends of the traffic' })
  } catch (error) {
    await close()
    throw error
  }

  async function counts(): Promise<{ sent: number; back: number }> {
    const before = said.sender.length
    sending.stdin?.write('count\n')
    await until(() => said.sender.length > before, { what: 'the counts of the sender' })
    return JSON.parse(said.sender.at(-1) ?? '')
  }

  return {
    rate: (packetsPerSecond) => void sending.stdin?.write(`rate ${packetsPerSecond}\n`),
    sent: async () => (await counts()).sent,
    async pause() {
      sending.stdin?.write('rate 0\n')
      let last = await counts()
      // Nothing is on its way any more when nothing comes back for a while, however much was lost.
      await until(
        async () => {
          const now = await counts()
          const rests = now.sent === last.sent && now.back === last.back
          last = now
          return rests
        },
        { what: 'the end of the traffic', everyMs: 200 },
      )
      const bytes = payloadBytes + headerBytes
      const { sent, back } = last
      return { packetsSent: sent, bytesSent: sent * bytes, packetsBack: back, bytesBack: back * bytes }
    },
    close,
  }
}

function inNamespace(namespace: string, program: string, ...args: readonly string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', program, '--', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

function lines(child: ChildProcess): string[] {
  const said: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => said.push(...text.trim().split('\n')))
  return said
}
