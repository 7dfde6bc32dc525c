import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../src/linux/run.ts'

export interface WireCounts {
  readonly ike: number
  /** Raw or in UDP. */
  readonly esp: number
  /** In UDP, as where a translator of addresses is between. */
  readonly espInUdp: number
  readonly ah: number
  /** With an address of the private networks outside of any tunnel. */
  readonly plain: number
}

export interface Wire {
  /** What was seen so far; the capture goes on. */
  counts(): Promise<WireCounts>
  stop(): Promise<WireCounts>
}

// Behind the UDP header stand four zero bytes before IKE, and the SPI before ESP (RFC 3948). `udp[8:4]` knows IPv4 only.
const marked = (test: string) => `(udp port 4500 and ((ip and udp[8:4] ${test}) or (ip6 and ip6[48:4] ${test})))`
const ikeFilter = `udp port 500 or ${marked('= 0')}`
const espInUdpFilter = marked('!= 0')
const espFilter = `ip proto 50 or ip6 proto 50 or ${espInUdpFilter}`
const ahFilter = 'ip proto 51 or ip6 proto 51'

/**
 * Watches a device of this namespace (a bridge: everything on it) and counts what it sees. Resolves once it watches.
 *
 * @param sender hardware address; packets in the clear that others send are not counted
 */
export async function captureWire(device: string, privateNetworks: readonly string[], sender?: string): Promise<Wire> {
  const directory = await mkdtemp(join(tmpdir(), 'sallyport-wire-'))
  const file = join(directory, 'wire.pcap')
  const child = spawn('tcpdump', ['-i', device, '-nn', '-U', '--immediate-mode', '-Z', 'root', '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const closed = once(child, 'close')
  // A test that failed may never come to stop it.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('listening on')) resolve()
    })
    closed.then(() => reject(new Error(`tcpdump ended: ${said}`)), reject)
  })
  // In brackets: to pcap `and` and `or` bind alike, and without them all but the last network would be lost.
  const ofNetworks = privateNetworks.map((network) => `((ip or ip6) and net ${network})`).join(' or ')
  const plainFilter = sender === undefined ? ofNetworks : `ether src ${sender} and (${ofNetworks})`
  const counts = async (): Promise<WireCounts> => {
    const filters = [ikeFilter, espFilter, espInUdpFilter, ahFilter, plainFilter]
    const [ike = 0, esp = 0, espInUdp = 0, ah = 0, plain = 0] = await Promise.all(
      filters.map((filter) => count(file, filter)),
    )
    return { ike, esp, espInUdp, ah, plain }
  }
  return {
    counts,
    stop: async () => {
      child.kill('SIGINT')
      await closed
      process.off('exit', end)
      try {
        return await counts()
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}

async function count(file: string, filter: string): Promise<number> {
  const lines = await run('tcpdump', ['-nn', '-r', file, filter])
  return lines.split('\n').filter(Boolean).length
}
