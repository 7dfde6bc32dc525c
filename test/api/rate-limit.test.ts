import { afterEach, describe, expect, it } from 'vitest'
import type { RateLimit } from '../../src/domain/rate-limit.ts'
import { type Answer, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** How often a project may ask, and an address that shows no good token. */

let cloud: TestCloud
let clock: VirtualClock
afterEach(() => cloud.close())

async function start(rateLimit: RateLimit, options: object = {}): Promise<void> {
  clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'))
  cloud = await TestCloud.open({ clock, rateLimit, ...options })
}

const services = '/v2.0/vpn/vpnservices'

function headersOf({ headers }: Answer) {
  const of = (name: string) => headers[`ratelimit-${name}`]
  return { limit: of('limit'), remaining: of('remaining'), reset: of('reset'), policy: of('policy') }
}

describe('a project', () => {
  it('is told with each answer how much is left', async () => {
    await start({ perMinute: 60, burst: 5 })
    const policy = '60;w=60;burst=5'
    expect(headersOf(await cloud.get(services))).toEqual({ limit: '5', remaining: '4', reset: '1', policy })
    expect(headersOf(await cloud.get(`${services}/none`))).toEqual({ limit: '5', remaining: '3', reset: '2', policy })
    await clock.advance(2_000)
    expect(headersOf(await cloud.get(services))).toEqual({ limit: '5', remaining: '4', reset: '1', policy })
  })

  it('that asks too often is told when to come back, and is answered then', async () => {
    await start({ perMinute: 20, burst: 2 })
    await cloud.get(services)
    await cloud.get(services)
    const refused = await cloud.get(services)
    expect(refused.status).toBe(429)
    expect(refused.headers['retry-after']).toBe('3')
    expect(headersOf(refused)).toMatchObject({ limit: '2', remaining: '0', reset: '6' })
    await clock.advance(2_900)
    expect((await cloud.get(services)).status).toBe(429)
    await clock.advance(100)
    expect((await cloud.get(services)).status).toBe(200)
    expect((await cloud.get(services)).status).toBe(429)
  })

  it('slows no other project', async () => {
    await start({ perMinute: 60, burst: 5 })
    const other = await aMember(cloud)
    for (let request = 0; request < 20; request += 1) await cloud.get(services)
    expect((await cloud.get(services)).status).toBe(429)
    const answer = await other.get(services)
    expect([answer.status, headersOf(answer).remaining]).toEqual([200, '4'])
  })

  it('is refused before its body is looked at, in the words of the flavour', async () => {
    await start({ perMinute: 60, burst: 1 })
    await cloud.get(services)
    const message = 'Too many requests. Retry after 1 s.'
    const NeutronError = { type: 'HTTPTooManyRequests', message, detail: '' }
    const otc = await cloud.post('/otc/v2.0/vpn/vpnservices', 'no JSON')
    expect([otc.status, otc.body]).toEqual([429, { NeutronError, code: 'VPN.0429', message }])
    const openstack = await cloud.post('/openstack/v2.0/vpn/vpnservices', 'no JSON')
    expect([openstack.status, openstack.body]).toEqual([429, { NeutronError }])
    const identity = await cloud.get('/identity/v3/auth/catalog')
    expect([identity.status, identity.body]).toEqual([
      429,
      { error: { code: 429, title: 'Too Many Requests', message } },
    ])
  })

  it('leaves no audit events by asking too often', async () => {
    await start({ perMinute: 6_000, burst: 3 })
    const made = await cloud.post('/v2.0/vpn/ikepolicies', { ikepolicy: { name: 'one' } })
    await cloud.post('/v2.0/vpn/ikepolicies', {})
    for (let request = 0; request < 10; request += 1) await cloud.post('/v2.0/vpn/ikepolicies', {})
    expect((await cloud.post('/v2.0/vpn/ikepolicies', {})).status).toBe(429)
    await cloud.server.refusals.flush()
    await clock.advance(60_000)
    const { body } = await cloud.get('/v2.0/audit-events?resource_type=ikepolicy')
    const statuses = body.audit_events.map(({ status }: { status: number }) => status)
    expect([made.status, statuses.sort()]).toEqual([201, [201, 400, 400]])
  })
})

describe('an address without a good token', () => {
  const ask = (url: string, headers: Record<string, string> = {}, remoteAddress = '203.0.113.7') =>
    cloud.server.api.inject({ url, headers, remoteAddress })
  const statusOf = async (...request: Parameters<typeof ask>) => (await ask(...request)).statusCode

  it('is refused like a project, and nobody else with it', async () => {
    await start({ perMinute: 60, burst: 3 })
    const wrong = { 'x-auth-token': 'wrong' }
    expect([await statusOf(services), await statusOf(services, wrong), await statusOf('/identity/v3/')]).toEqual([
      401, 401, 200,
    ])
    const refused = await ask(services, wrong)
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1'])
    expect(await statusOf(services, wrong, '203.0.113.8')).toBe(401)
    expect((await cloud.get(services)).status).toBe(200)
    await clock.advance(1_000)
    expect(await statusOf(services, wrong)).toBe(401)
  })

  it('of IPv6 is the network that a single host may use any address of', async () => {
    await start({ perMinute: 60, burst: 1 })
    expect(await statusOf(services, {}, '2001:db8:1:2::1')).toBe(401)
    expect(await statusOf(services, {}, '2001:db8:1:2::ffff')).toBe(429)
    expect(await statusOf(services, {}, '2001:db8:1:3::1')).toBe(401)
  })

  it('is what a trusted proxy says it is, and nobody else', async () => {
    await start({ perMinute: 60, burst: 1 }, { isTrustedProxy: (address: string) => address === '10.0.0.5' })
    const by = (proxy: string, forwardedFor: string) => statusOf(services, { 'x-forwarded-for': forwardedFor }, proxy)
    expect(await by('10.0.0.5', '203.0.113.1')).toBe(401)
    expect(await by('10.0.0.5', '203.0.113.1')).toBe(429)
    expect(await by('10.0.0.5', '203.0.113.2')).toBe(401)
    // Whatever stands before what the proxy wrote is the client's invention.
    expect(await by('10.0.0.5', '203.0.113.3, 203.0.113.2')).toBe(429)
    expect(await by('198.51.100.1', '203.0.113.4')).toBe(401)
    expect(await by('198.51.100.1', '203.0.113.5')).toBe(429)
  })

  it('may ask for the health of the service as often as it likes', async () => {
    await start({ perMinute: 1, burst: 1 })
    for (const url of ['/healthz', '/readyz', '/healthz', '/readyz']) {
      const answer = await ask(url)
      expect([answer.statusCode, answer.headers['ratelimit-limit']]).toEqual([200, undefined])
    }
  })
})

describe('links', () => {
  const linkFor = async (remoteAddress: string) => {
    const headers = { host: 'inside:9696', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'vpn.example.org' }
    return JSON.parse((await cloud.server.api.inject({ url: '/identity/v3/', headers, remoteAddress })).payload).version
      .links[0].href
  }

  it('are made of what a trusted proxy says, and of nobody else’s word', async () => {
    await start({ perMinute: 60, burst: 60 })
    expect(await linkFor('127.0.0.1')).toBe('https://vpn.example.org/identity/v3/')
    expect(await linkFor('203.0.113.7')).toBe('http://inside:9696/identity/v3/')
  })
})
