import { memoryOf } from '../test/support/process.ts'
import { aTwoSites } from '../test/support/two-sites.ts'
import { until } from '../test/support/until.ts'
import { type Spread, spread } from './statistics.ts'

const runs = 25

export interface PostToActive extends Spread {
  readonly server_rss_bytes: number
}

/** From sending the POST of a connection, the peer being ready, to a GET that says ACTIVE, over HTTP on loopback. */
export async function benchPostToActive(): Promise<PostToActive> {
  const sites = await aTwoSites({ name: 'bench' })
  const { client, connection, peer, service } = sites
  const path = '/vpn/ipsec-site-connections'
  try {
    const times: number[] = []
    for (let run = 0; run <= runs; run += 1) {
      const begun = performance.now()
      const { id } = await client.make(path, 'ipsec_site_connection', connection)
      await client.untilStatus(id, 'ACTIVE')
      // The first one makes the gateway warm.
      if (run > 0) times.push(performance.now() - begun)
      await client.delete(`${path}/${id}`)
      await until(async () => (await client.request('GET', `${path}/${id}`)).status === 404)
      await until(async () => (await peer.sas()).length === 0, { what: 'the peer without an SA', deadlineMs: 30_000 })
    }
    return { ...spread(times), server_rss_bytes: await memoryOf(service.pid) }
  } finally {
    await sites.close()
  }
}
