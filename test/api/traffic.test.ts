import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { thinTraffic } from '../../src/domain/traffic-keeper.ts'
import type { ConnectionId, GatewayId } from '../../src/model/ids.ts'
import type { SaReading } from '../../src/model/traffic.ts'
import { TestAgent } from '../support/agent.ts'
import { aGround, type Ground, logIn, seedRequest, TestCloud } from '../support/cloud.ts'
import { HandClock } from '../support/hand-clock.ts'
import { aMember } from '../support/member.ts'
import { until } from '../support/until.ts'

/** What went through a connection, as its project is told. */

const noon = Date.parse('2026-11-20T12:00:00Z')
const forever = new AbortController().signal

describe.each([
  { flavour: 'otc', v2: '/otc/v2.0' },
  { flavour: 'openstack', v2: '/openstack/v2.0' },
])('$flavour flavour: the traffic of a connection', ({ v2 }) => {
  const clock = new HandClock(noon)
  let cloud: TestCloud
  let ground: Ground
  let id: string
  beforeEach(async () => {
    clock.at = noon
    cloud = await TestCloud.open({ clock })
    ground = await aGround(cloud, { v2 })
    id = (await cloud.make(`${v2}/vpn/ipsec-site-connections`, 'ipsec_site_connection', seedRequest(ground))).id
  })
  afterEach(() => cloud.close())

  const path = (query = '') => `${v2}/vpn/ipsec-site-connections/${id}/traffic${query}`
  const traffic = async (query = '') => (await cloud.get(path(query))).body.traffic
  const reading = (sa: string, bytesIn: number): SaReading => ({
    connection: id as ConnectionId,
    sa,
    localCidrs: ['10.1.0.0/24'],
    peerCidrs: ['10.2.0.0/24'],
    counted: { bytesIn, bytesOut: 2 * bytesIn, packetsIn: bytesIn / 100, packetsOut: bytesIn / 50 },
    isOver: false,
  })
  const count = (...readings: SaReading[]) =>
    cloud.server.controlPlane.count({ gateway: ground.router as GatewayId, readings })

  it('is nothing before anything went through', async () => {
    expect(await traffic()).toMatchObject({
      connection_id: id,
      since: null,
      counted_at: null,
      total: { bytes_in: 0, bytes_out: 0, packets_in: 0, packets_out: 0 },
      pairs: [],
      from: '2026-11-20 11:00:00.000000',
      to: '2026-11-20 12:00:00.000000',
      resolution: 10,
    })
  })

  it('adds up over SAs that follow each other, and by pairs of networks', async () => {
    await count(reading('first', 10_000))
    clock.at += 10_000
    await count(reading('first', 15_000), reading('second', 1_000))
    const total = { bytes_in: 16_000, bytes_out: 32_000, packets_in: 160, packets_out: 320 }
    expect(await traffic()).toMatchObject({
      since: '2026-11-20 12:00:00.000000',
      counted_at: '2026-11-20 12:00:10.000000',
      total,
      pairs: [{ local_cidrs: ['10.1.0.0/24'], peer_cidrs: ['10.2.0.0/24'], ...total }],
    })
  })

  it('stays the same when a report comes again, or late', async () => {
    await count(reading('first', 10_000))
    await count(reading('first', 15_000))
    const before = await traffic()
    await count(reading('first', 15_000))
    await count(reading('first', 10_000))
    expect((await traffic()).total).toEqual(before.total)
  })

  it('comes as a series whose points add up, with rates', async () => {
    await count(reading('first', 1_000))
    clock.at += 30_000
    await count(reading('first', 6_000))
    clock.at += 20_000
    const { series, resolution } = await traffic('?from=2026-11-20T12:00:00Z&to=2026-11-20T12:00:50Z')
    expect(resolution).toBe(10)
    expect(series.map((point: { bytes_in: number }) => point.bytes_in)).toEqual([1_000, 0, 0, 5_000, 0])
    expect(series[3]).toEqual({
      time: '2026-11-20 12:00:30.000000',
      bytes_in: 5_000,
      bytes_out: 10_000,
      packets_in: 50,
      packets_out: 100,
      bits_in_per_second: 4_000,
      bits_out_per_second: 8_000,
    })
  })

  it('loses detail with age, and no bytes', async () => {
    let bytes = 0
    for (let minute = 0; minute < 90; minute++) {
      for (const second of [0, 10, 50]) {
        clock.at = noon + minute * 60_000 + second * 1000
        bytes += 100
        await count(reading('first', bytes))
      }
    }
    clock.at = noon + 90 * 60_000
    const rows = async () =>
      (await cloud.store.db.selectFrom('traffic_sample').select(['at', 'resolution']).orderBy('at').execute()).length
    expect(await rows()).toBe(270)
    await thinTraffic({ store: cloud.store, clock }, forever)
    // Half an hour by the minute, and an hour as it was.
    expect(await rows()).toBe(30 + 180)
    const old = await traffic('?from=2026-11-20T12:00:00Z&to=2026-11-20T12:30:00Z&resolution=10')
    expect(old.resolution).toBe(60)
    expect(old.series.map((point: { bytes_in: number }) => point.bytes_in)).toEqual(Array(30).fill(300))
    const all = await traffic('?from=2026-11-20T12:00:00Z&resolution=60')
    expect(all.series.reduce((sum: number, { bytes_in }: { bytes_in: number }) => sum + bytes_in, 0)).toBe(bytes)

    clock.at = noon + 800 * 24 * 3_600_000
    await thinTraffic({ store: cloud.store, clock }, forever)
    // What is left says where the next one is counted from.
    expect(await rows()).toBe(1)
    const token = await logIn(cloud.server, 'admin', 'admin-password')
    const now = async () => (await cloud.request('GET', path(), undefined, { 'x-auth-token': token })).body.traffic
    expect((await now()).total.bytes_in).toBe(bytes)
    await count(reading('second', 700))
    clock.at += 10_000
    expect(await now()).toMatchObject({ total: { bytes_in: bytes + 700 } })
    expect((await now()).series.slice(-1)).toMatchObject([{ bytes_in: 700 }])
  })

  it.each([
    ['?from=yesterday', "'yesterday' is no time for from: it is written as 2026-11-20 09:31:07, in UTC"],
    ['?to=2026-13-01', "'2026-13-01' is no time for to: it is written as 2026-11-20 09:31:07, in UTC"],
    ['?resolution=7', "'7' is no resolution; possible are 10, 60, 600, 3600, 86400 seconds"],
    [
      '?from=2026-11-20&to=2026-11-19',
      'The time from 2026-11-20 00:00:00.000000 to 2026-11-19 00:00:00.000000 does not run forwards',
    ],
    [
      '?from=2026-11-18&resolution=60&to=2026-11-20',
      undefined, // Two days ago only ten minutes are kept.
    ],
    [
      '?from=2020-01-01&resolution=10',
      '60372 points are too many, 2000 are possible; ask for a shorter time or a coarser resolution',
    ],
  ])('%s is answered or refused in words', async (query, words) => {
    const { status, body } = await cloud.get(path(query))
    if (words === undefined) expect([status, body.traffic.resolution]).toEqual([200, 600])
    else expect([status, body.NeutronError.message]).toEqual([400, words])
  })

  it('is nobody else’s to see', async () => {
    const stranger = await aMember(cloud)
    expect(await stranger.get(path())).toMatchObject({
      status: 404,
      body: { NeutronError: { type: 'IPsecSiteConnectionNotFound' } },
    })
  })

  it('goes with the connection', async () => {
    await count(reading('first', 1_000))
    await cloud.delete(`${v2}/vpn/ipsec-site-connections/${id}`)
    const { revision } = await cloud.server.controlPlane.desired(ground.router as GatewayId)
    await cloud.server.controlPlane.report({ gateway: ground.router as GatewayId, revision, connections: [] })
    expect((await cloud.get(path())).status).toBe(404)
    await count(reading('first', 2_000))
    expect(await cloud.store.db.selectFrom('traffic_total').selectAll().execute()).toEqual([])
    expect(await cloud.store.db.selectFrom('traffic_sample').selectAll().execute()).toEqual([])
  })
})

it('an agent tells what each tunnel carried until its end', async () => {
  const cloud = await TestCloud.open()
  const agent = new TestAgent(cloud)
  const ground = await aGround(cloud)
  const connections = '/v2.0/vpn/ipsec-site-connections'
  const { id } = await cloud.make(connections, 'ipsec_site_connection', seedRequest(ground))
  const shown = async () => (await cloud.get(`${connections}/${id}`)).body.ipsec_site_connection.status
  const total = async () => (await cloud.get(`${connections}/${id}/traffic`)).body.traffic.total
  const peer = agent.driver.peer('172.24.4.233')
  const each = { bytesIn: 1_500, bytesOut: 3_000, packetsIn: 1, packetsOut: 2 }
  for (const times of [1, 2, 3]) {
    await until(async () => (await shown()) === 'ACTIVE', { what: 'ACTIVE', deadlineMs: 10_000 })
    peer.exchange(each)
    peer.hangUp()
    await until(async () => (await total()).bytes_in === 1_500 * times, { what: `the traffic of ${times} tunnels` })
  }
  expect(await total()).toEqual({ bytes_in: 4_500, bytes_out: 9_000, packets_in: 3, packets_out: 6 })
  await agent.close()
  await cloud.close()
})
