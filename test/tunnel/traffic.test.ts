import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ApiClient } from '../support/client.ts'
import { anEchoTraffic, type EchoTraffic, type Generated } from '../support/echo-traffic.ts'
import { killDaemon, rekeyChild } from '../support/gateway-daemon.ts'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'

/**
 * Totals against a generator that counts what it sends. Compared are bytes of whole IP packets: what the generator's host
 * sent and got back, and what charon says went into and came out of its child SAs.
 */

const payloadBytes = 972
const rekeysInARound = 10

let sites: TwoSites
let generator: EchoTraffic
let id: string

beforeAll(async () => {
  sites = await aTwoSites({ name: 'traf' })
  // A group that is computed fast, as anybody who renews keys this often would choose.
  await sites.client.put(`/vpn/ipsecpolicies/${sites.made.ipsecpolicy.id}`, { ipsecpolicy: { pfs: 'group19' } })
  await sites.peer.configure({ ...sites.peerConnection, espProposals: ['aes256-sha256-ecp256'] })
  id = (await sites.client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', sites.connection)).id
  await sites.client.untilStatus(id, 'ACTIVE')
  generator = await anEchoTraffic({
    from: sites.host.namespace,
    at: sites.peer.host,
    address: sites.peer.hostAddress,
    payloadBytes,
  })
})
afterAll(async () => {
  await generator?.close()
  await sites?.close()
})

interface Total {
  readonly bytes_in: number
  readonly bytes_out: number
  readonly packets_in: number
  readonly packets_out: number
}

it('totals match the generator and never fall, over 50 rekeys, 3 kills of the daemon and 2 of the server', async () => {
  const watching = watchTotals()
  const rounds = ['server', 'daemon', 'daemon', 'server', 'daemon'] as const
  let rekeys = 0
  for (const [index, victim] of rounds.entries()) {
    for (let each = 0; each < rekeysInARound - 1; each++) {
      await generateBetweenRekeys()
      await rekeyChild(sites)
      rekeys += 1
      // The server's SAs go on without it: it is killed under load.
      if (victim === 'server' && each === 4) {
        await sites.service.kill()
        await sites.service.start()
        await until(async () => (await sites.service.health()).ready, { what: 'readiness', deadlineMs: 20_000 })
      }
    }
    const truth = await generator.pause()
    // An SA that ends is told at once: what is counted after it is all there was.
    await rekeyChild(sites)
    rekeys += 1
    await untilAsGenerated(truth)
    const total = await totals()
    console.log(`traffic, round ${index + 1} (${victim} killed): ${difference(total, truth)}`)
    if (victim === 'daemon') {
      // What a daemon had counted since it was last asked goes with it; nothing here.
      await killDaemon(sites)
      await until(async () => (await rekeyChild(sites).catch(() => undefined)) !== undefined, {
        what: 'a tunnel of the new daemon',
        deadlineMs: 20_000,
      })
    }
  }
  const truth = await generator.pause()
  await untilAsGenerated(truth)
  const { falls, looks } = await watching.stop()
  const total = await totals()
  console.log(
    `traffic: after ${rekeys} rekeys, 3 daemon kills and 2 server kills ${difference(total, truth)}; ` +
      `${looks} looks at the totals, ${falls} of them lower than one before`,
  )
  expect(looks).toBeGreaterThan(20)
  expect(falls).toBe(0)
  expect(Math.abs(total.bytes_out / truth.bytesSent - 1)).toBeLessThan(0.001)
  expect(Math.abs(total.bytes_in / truth.bytesBack - 1)).toBeLessThan(0.001)
  expect(Math.abs(total.packets_out / truth.packetsSent - 1)).toBeLessThan(0.001)
  expect(Math.abs(total.packets_in / truth.packetsBack - 1)).toBeLessThan(0.001)
})

/**
 * Most of the traffic goes between the rekeys, and a trickle while keys are renewed: charon forgets what an old outbound SA
 * carried since it was last asked, some milliseconds at most, which are nothing in an hour and much in half a second.
 */
async function generateBetweenRekeys(): Promise<void> {
  const before = await generator.sent()
  generator.rate(4_000)
  await until(async () => (await generator.sent()) - before >= 2_000, { what: 'the traffic between two rekeys' })
  generator.rate(100)
}

let client: ApiClient | undefined

/** A server that was started again listens elsewhere. */
async function totals(): Promise<Total> {
  try {
    client ??= await sites.service.client()
    return (await client.get(`/vpn/ipsec-site-connections/${id}/traffic`)).traffic.total
  } catch (error) {
    client = undefined
    throw error
  }
}

/** Regular readings come every ten seconds. */
async function untilAsGenerated(truth: Generated): Promise<void> {
  const { bytesSent, bytesBack } = truth
  let total: Total | undefined
  await until(
    async () => {
      total = await totals()
      return total.bytes_out >= bytesSent * 0.999 && total.bytes_in >= bytesBack * 0.999
    },
    { what: 'the counters of the generator', deadlineMs: 25_000, everyMs: 50 },
  ).catch((error: unknown) => {
    throw new Error(`the totals stay at ${total && difference(total, truth)}`, { cause: error })
  })
}

/** Asks for the totals again and again, and keeps on when there is nobody to ask. */
function watchTotals() {
  let falls = 0
  let looks = 0
  let running = true
  let before: Total = { bytes_in: 0, bytes_out: 0, packets_in: 0, packets_out: 0 }
  const watching = (async () => {
    while (running) {
      const now = await totals().catch(() => undefined)
      if (now !== undefined) {
        looks += 1
        if (Object.entries(now).some(([measure, value]) => value < before[measure as keyof Total])) falls += 1
        before = now
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  return {
    stop: async () => {
      running = false
      await watching
      return { falls, looks }
    },
  }
}

function difference(total: Total, truth: Generated): string {
  const share = (ours: number, theirs: number) => `${ours} of ${theirs} (${((100 * ours) / theirs).toFixed(3)} %)`
  return (
    `${share(total.bytes_out, truth.bytesSent)} bytes out, ${share(total.bytes_in, truth.bytesBack)} bytes in, ` +
    `packets ${total.packets_out}/${truth.packetsSent} out, ${total.packets_in}/${truth.packetsBack} in`
  )
}
