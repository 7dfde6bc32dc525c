import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayId } from '../../src/model/ids.ts'
import { Secret } from '../../src/model/secret.ts'
import { aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'

/** What whoever watches the service is told, and who that may be. */

const connections = '/v2.0/vpn/ipsec-site-connections'
const scrape = async ({ server }: TestCloud, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  server.api.inject({ url: '/metrics', headers, remoteAddress })

describe('who may read the metrics', () => {
  it('is this host, directly and not through a proxy', async () => {
    const cloud = await TestCloud.open()
    expect((await scrape(cloud)).statusCode).toBe(200)
    expect((await scrape(cloud, {}, '::1')).statusCode).toBe(200)
    expect((await scrape(cloud, {}, '203.0.113.7')).statusCode).toBe(403)
    for (const name of ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via']) {
      expect((await scrape(cloud, { [name]: '127.0.0.1' })).statusCode, name).toBe(403)
    }
    await cloud.close()
  })

  it('is whoever shows the token, where there is one, and nobody else', async () => {
    const cloud = await TestCloud.open({ metricsToken: new Secret('a-token-of-metrics') })
    const { statusCode, headers } = await scrape(cloud)
    expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer'])
    expect((await scrape(cloud, { authorization: 'Bearer another-token' })).statusCode).toBe(401)
    const shown = { authorization: 'Bearer a-token-of-metrics', 'x-forwarded-for': '203.0.113.7' }
    expect((await scrape(cloud, shown, '203.0.113.7')).statusCode).toBe(200)
    await cloud.close()
  })
})

describe('metrics', () => {
  let cloud: TestCloud
  let ground: Ground
  let id: string
  let gateway: GatewayId
  beforeEach(async () => {
    const children = [{ localCidrs: ['10.1.0.0/24'], peerCidrs: ['10.2.0.0/24'] }]
    cloud = await TestCloud.open({
      agentState: () => ({
        queued: 2,
        gateways: [
          {
            gateway,
            isReady: true,
            daemonRuns: true,
            daemonStarts: 1,
            children: children.map((child) => ({ ...child, connection: id as never, isUp: false })),
          },
        ],
      }),
    })
    ground = await aGround(cloud)
    gateway = ground.router as GatewayId
    id = (await cloud.make(connections, 'ipsec_site_connection', { ...seedRequest(ground), name: 'to "B"' })).id
  })
  afterEach(() => cloud.close())

  const report = async (connection: object) => {
    const { revision } = await cloud.server.controlPlane.desired(gateway)
    const reported = { connection: id as never, state: 'up' as const, ...connection }
    await cloud.server.controlPlane.report({ gateway, revision, connections: [reported] })
  }

  it('have a series for a connection and its child that never came up', async () => {
    const { payload, headers } = await scrape(cloud)
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    for (const line of [
      `sallyport_connection_up{connection="${id}"} 0`,
      `sallyport_connection_wanted{connection="${id}"} 1`,
      `sallyport_connection_state{connection="${id}",state="PENDING_CREATE"} 1`,
      `sallyport_connection_reason{connection="${id}",reason="pending"} 1`,
      `sallyport_connection_bytes_total{connection="${id}",direction="in"} 0`,
      `sallyport_child_up{connection="${id}",local="10.1.0.0/24",peer="10.2.0.0/24"} 0`,
      `sallyport_child_bytes_total{connection="${id}",local="10.1.0.0/24",peer="10.2.0.0/24",direction="out"} 0`,
      `sallyport_gateway_ready{gateway="${gateway}"} 1`,
      'sallyport_agent_queue_length 2',
      'sallyport_database_up 1',
    ]) {
      expect(payload.split('\n')).toContain(line)
    }
    expect(payload).toContain(`sallyport_connection_info{connection="${id}",name="to \\"B\\"",`)
    expect(payload).not.toContain('secret')
  })

  it('say what a connection is, why, and what it carried', async () => {
    await report({ state: 'up' })
    const counted = { bytesIn: 1_000, bytesOut: 9_007_199_254_740_000, packetsIn: 3, packetsOut: 4 }
    const reading = { sa: 'one', localCidrs: ['10.1.0.0/24'], peerCidrs: ['10.2.0.0/24'], isOver: false, counted }
    await cloud.server.controlPlane.count({ gateway, readings: [{ ...reading, connection: id as never }] })
    const lines = (await scrape(cloud)).payload.split('\n')
    for (const line of [
      `sallyport_connection_up{connection="${id}"} 1`,
      `sallyport_connection_state{connection="${id}",state="ACTIVE"} 1`,
      `sallyport_connection_reason{connection="${id}",reason="none"} 1`,
      `sallyport_connection_bytes_total{connection="${id}",direction="in"} 1000`,
      `sallyport_connection_bytes_total{connection="${id}",direction="out"} 9007199254740000`,
      `sallyport_child_packets_total{connection="${id}",local="10.1.0.0/24",peer="10.2.0.0/24",direction="in"} 3`,
    ]) {
      expect(lines).toContain(line)
    }
  })

  it.each([
    [{ state: 'failed' as const, problem: 'the kernel has no AH' }, 'refused'],
    [{ state: 'down' as const }, 'unknown'],
  ])('give a reason of a closed set: %o', async (connection, reason) => {
    await report(connection)
    expect((await scrape(cloud)).payload).toContain(`{connection="${id}",reason="${reason}"} 1`)
  })

  it('count requests by operation and kind of answer', async () => {
    await cloud.get(connections)
    await cloud.get(connections)
    await cloud.get(`${connections}/none`)
    await cloud.get('/nowhere')
    const { payload } = await scrape(cloud)
    expect(payload).toContain('sallyport_api_requests_total{operation="list_ipsec_site_connection",status="2xx"} 2')
    expect(payload).toContain('sallyport_api_requests_total{operation="show_ipsec_site_connection",status="4xx"} 1')
    expect(payload).toContain('sallyport_api_requests_total{operation="other",status="4xx"}')
    expect(payload).toMatch(/sallyport_api_request_duration_seconds_bucket\{kind="read",le="\+Inf"\} \d+/)
  })
})
