import { ping } from '../test/support/ping.ts'
import { memoryOf } from '../test/support/process.ts'
import { aTwoSites, type TwoSites } from '../test/support/two-sites.ts'
import { captureWire } from '../test/support/wire.ts'
import { untilInterrupted } from './until-interrupted.ts'

export interface DemonstrationOptions {
  /** End by itself. */
  readonly once: boolean
  /** One JSON object on standard output, and nothing else there. */
  readonly json: boolean
}

interface Measured {
  readonly post_to_active_ms: number
  readonly ping_sent: number
  readonly ping_received: number
  readonly backend: string
  readonly daemon: string
  readonly wire: { readonly ike: number; readonly esp: number; readonly plain: number }
  readonly server_rss_bytes: number
}

type Say = (line: string) => void

async function measure(sites: TwoSites, say: Say): Promise<Measured> {
  const { service, client, connection, internet, host, peer, networks } = sites
  const wire = await captureWire(internet, networks)
  const begun = performance.now()
  const { id } = await client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', connection)
  await client.untilStatus(id, 'ACTIVE')
  const postToActive = performance.now() - begun
  say(`ACTIVE after ${postToActive.toFixed(1)} ms: connection ${id}`)
  const pings = await ping({ from: host.namespace, to: peer.hostAddress, count: 20, intervalMs: 50 })
  say(`${pings.received} of ${pings.sent} pings from ${host.address} through the tunnel to ${peer.hostAddress}`)
  const seen = await wire.stop()
  say(
    `on the wire between the sites: ${seen.ike} IKE, ${seen.esp} ESP, ${seen.plain} packets of the sites' networks in the clear`,
  )
  const { backend, daemon } = await service.health()
  return {
    post_to_active_ms: Math.round(postToActive * 10) / 10,
    ping_sent: pings.sent,
    ping_received: pings.received,
    backend,
    daemon,
    wire: seen,
    server_rss_bytes: await memoryOf(service.pid),
  }
}

function explore({ service, host, peer }: TwoSites, say: Say): void {
  say('')
  say(`The service goes on at ${service.url}; log in with:  . ${service.stateDir}/openrc`)
  say(`Ping again with:  ip netns exec ${host.namespace} ping ${peer.hostAddress}`)
  say('Ctrl-C ends it and removes everything.')
}

/**
 * Two sites on this host: Sallyport on one side, a plain strongSwan on the other. Makes everything through the public
 * API, waits for ACTIVE, pings through the tunnel, and says what it measured.
 * @returns whether every ping was answered, and nothing passed in the clear
 */
export async function demonstrate({ once, json }: DemonstrationOptions): Promise<boolean> {
  const say = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`)
  say('Two sites on this host: Sallyport and a plain strongSwan, a bridge between them as the internet.')
  const sites = await aTwoSites({ name: 'spdemo' })
  try {
    const measured = await measure(sites, say)
    if (json) process.stdout.write(`${JSON.stringify(measured)}\n`)
    if (!once) {
      explore(sites, say)
      await untilInterrupted()
    }
    return measured.ping_received === measured.ping_sent && measured.wire.plain === 0
  } finally {
    say('removing everything')
    await sites.close()
  }
}
