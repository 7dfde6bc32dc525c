import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeystone, type Keystone } from '../../src/keystone/keystone.ts'
import { Secret } from '../../src/model/secret.ts'
import { type Answer, TestCloud } from '../support/cloud.ts'
import { account, type Mood, ScriptedKeystone } from '../support/scripted-keystone.ts'
import { until } from '../support/until.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** An existing Keystone in place of the built-in identity: whom it is asked about, how seldom, and what comes of its absence. */

const policies = '/v2.0/vpn/ikepolicies'
/** Long enough for a busy machine that answers. */
const timeoutMs = 1_000

let clock: VirtualClock
let scripted: ScriptedKeystone
let keystone: Keystone
let cloud: TestCloud

/** @param timeoutMs how long it waits for an answer */
function aKeystone(timeoutMs: number): Keystone {
  return createKeystone({
    url: scripted.url,
    account: {
      username: account.name,
      password: new Secret(account.password),
      userDomain: 'Default',
      project: 'service',
      projectDomain: 'Default',
    },
    cacheMs: 60_000,
    timeoutMs,
    ca: undefined,
    clock,
    onTrouble: () => undefined,
    onHealed: () => undefined,
  })
}

beforeEach(async () => {
  clock = new VirtualClock(Date.parse('2026-01-31T10:00:00Z'))
  scripted = await ScriptedKeystone.open(() => clock.now())
  keystone = aKeystone(timeoutMs)
  scripted.issue('admin', { user: 'root', roles: ['admin', 'member', 'reader'], project: 'aa00' })
  cloud = await TestCloud.open({ keystone: { ...keystone, token: 'admin' } })
  await until(
    async () => {
      await clock.advance(2_000)
      return keystone.reason === undefined
    },
    { what: 'the first look at Keystone' },
  )
})
afterEach(async () => {
  await cloud.close()
  await keystone.close()
  await scripted.go()
})

/** A request with a token of its own. */
function ask(token: string, path = policies, method = 'GET', body?: object): Promise<Answer> {
  return cloud.request(method, path, body, { 'x-auth-token': token })
}

const statusFor = async (token: string) => (await ask(token)).status
const timesAsked = (token: string) => scripted.validations.filter((each) => each === token).length

describe('a token of Keystone', () => {
  it('speaks for its project and its roles there', async () => {
    scripted.issue('ann', { project: 'ab12' })
    scripted.issue('bob', { user: 'bob', project: 'cd34' })
    scripted.issue('eve', { user: 'eve', project: 'ab12', roles: ['reader'] })
    const made = await ask('ann', policies, 'POST', { ikepolicy: { name: 'of ann' } })
    expect([made.status, made.body.ikepolicy.tenant_id]).toEqual([201, 'ab12'])
    const path = `${policies}/${made.body.ikepolicy.id}`
    expect((await ask('bob', path)).status).toBe(404)
    expect((await ask('bob')).body).toEqual({ ikepolicies: [] })
    expect((await ask('eve', policies, 'POST', { ikepolicy: {} })).status).toBe(403)
    expect((await ask('admin', path)).body.ikepolicy.name).toBe('of ann')
  })

  it.each(['none', 'domain', 'system'] as const)(
    'whose scope is %s has no project, and is not enough',
    async (scope) => {
      scripted.issue('ann', { scope, roles: ['member'] })
      expect(await statusFor('ann')).toBe(401)
    },
  )

  it('of an administrator of everything sees everything, and makes what he names the project of', async () => {
    scripted.issue('ann', { project: 'ab12' })
    scripted.issue('chief', { scope: 'system', roles: ['admin', 'member', 'reader'] })
    await ask('ann', policies, 'POST', { ikepolicy: { name: 'of ann' } })
    const [seen] = (await ask('chief')).body.ikepolicies
    expect(seen.name).toBe('of ann')
    expect((await ask('chief', `${policies}/${seen.id}`, 'PUT', { ikepolicy: { name: 'renamed' } })).status).toBe(200)
    const without = await ask('chief', '/openstack/v2.0/networks', 'POST', { network: {} })
    expect([without.status, without.body.NeutronError.message]).toEqual([
      400,
      "Failed to parse request. Required attribute 'tenant_id' not specified",
    ])
    const network = { network: { name: 'for ann', project_id: 'ab12' } }
    expect((await ask('chief', '/openstack/v2.0/networks', 'POST', network)).status).toBe(201)
    expect((await ask('ann', '/openstack/v2.0/networks?name=for+ann')).body.networks).toHaveLength(1)
  })

  it('of an administrator counts for its own project only, where Keystone has another one for administration', async () => {
    scripted.issue('ann', { project: 'ab12' })
    scripted.issue('bob', { user: 'bob', project: 'cd34', roles: ['admin', 'member'], isAdminProject: false })
    await ask('ann', policies, 'POST', { ikepolicy: {} })
    expect((await ask('bob')).body).toEqual({ ikepolicies: [] })
    expect((await ask('bob', policies, 'POST', { ikepolicy: {} })).status).toBe(201)
  })

  it('may be for a project that is called by a UUID with dashes', async () => {
    scripted.issue('ann', { project: '3F2504E0-4F89-11D3-9A0C-0305E82C3301' })
    await ask('ann', policies, 'POST', { ikepolicy: {} })
    const [own] = (await ask('ann')).body.ikepolicies
    expect(own.tenant_id).toBe('3f2504e04f8911d39a0c0305e82c3301')
  })

  it('lets an administrator make things, and set quotas, for projects that were never seen here', async () => {
    const given = { ikepolicy: { name: 'given', tenant_id: 'ef56' } }
    expect((await ask('admin', policies, 'POST', given)).status).toBe(201)
    expect((await ask('admin', '/v2.0/quotas/ef56', 'PUT', { quota: { ikepolicy: 1 } })).status).toBe(200)
    scripted.issue('new', { project: 'ef56' })
    expect((await ask('new')).body.ikepolicies[0].name).toBe('given')
    expect((await ask('new', policies, 'POST', { ikepolicy: {} })).body.NeutronError.type).toBe('OverQuota')
  })

  it('lets everybody see the external network, which is of no project', async () => {
    scripted.issue('ann')
    const [network] = (await ask('ann', '/v2.0/networks')).body.networks
    expect(network).toMatchObject({ name: 'public', tenant_id: '', 'router:external': true })
    const router = { router: { external_gateway_info: { network_id: network.id } } }
    expect((await ask('ann', '/v2.0/routers', 'POST', router)).status).toBe(201)
  })
})

describe('whoever has no good token', () => {
  it('is told where to log in', async () => {
    const { status, headers } = await ask('nobody')
    expect([status, headers['www-authenticate']]).toEqual([401, `Keystone uri="${scripted.url}"`])
  })

  it.each(['/identity', '/identity/v3', '/identity/v3/auth/tokens'])('finds at %s who has the users', async (path) => {
    const { status, body } = await ask('', path, path.endsWith('tokens') ? 'POST' : 'GET')
    expect([status, body.error.message]).toEqual([
      404,
      `Users and tokens are not kept here; log in at ${scripted.url}.`,
    ])
  })

  it('does not make Keystone work each time', async () => {
    for (let time = 0; time < 5; time++) expect(await statusFor('rubbish')).toBe(401)
    expect(timesAsked('rubbish')).toBe(1)
    await clock.advance(5_000)
    expect(await statusFor('rubbish')).toBe(401)
    expect(timesAsked('rubbish')).toBe(2)
  })

  it.each(['', 'two words', 'Schlüssel', 'x'.repeat(8_193)])(
    'does not make Keystone work for what is no token',
    async (text) => {
      expect(await statusFor(text)).toBe(401)
      expect(scripted.validations).toEqual([])
    },
  )
})

describe('Keystone is asked about a token', () => {
  it('once for many requests at once', async () => {
    scripted.issue('ann')
    let open: (() => void) | undefined
    scripted.gate = new Promise((resolve) => {
      open = resolve
    })
    const requests = Promise.all(Array.from({ length: 40 }, () => statusFor('ann')))
    await until(() => timesAsked('ann') > 0, { what: 'the question' })
    open?.()
    expect(new Set(await requests)).toEqual(new Set([200]))
    expect(timesAsked('ann')).toBe(1)
  })

  it('again after a minute, so that a revocation is noticed by then', async () => {
    scripted.issue('ann')
    expect(await statusFor('ann')).toBe(200)
    scripted.revoke('ann')
    await clock.advance(59_999)
    expect(await statusFor('ann')).toBe(200)
    await clock.advance(1)
    expect(await statusFor('ann')).toBe(401)
  })

  it('each time, where its clock says that the token is over long ago', async () => {
    scripted.behindMs = 7_200_000
    scripted.revokeServiceTokens()
    scripted.issue('ann')
    for (let time = 0; time < 3; time++) expect(await statusFor('ann')).toBe(200)
    expect([timesAsked('ann'), scripted.logIns]).toEqual([4, 2])
  })

  it('over a new connection, where it ended the kept ones just then', async () => {
    scripted.issue('ann')
    scripted.issue('bob', { user: 'bob' })
    const both = ['ann', 'bob'].map((token) => statusFor(token))
    expect(await Promise.all(both)).toEqual([200, 200])
    scripted.issue('new')
    scripted.keepsNothing = true
    expect(await statusFor('new')).toBe(200)
  })

  it('when not too many others wait for its answers', async () => {
    const patient = aKeystone(60_000)
    let open: (() => void) | undefined
    scripted.gate = new Promise((resolve) => {
      open = resolve
    })
    const waiting = Array.from({ length: 500 }, (_, number) => patient.factsOf(new Secret(`token-${number}`)))
    await expect(patient.factsOf(new Secret('one-more'))).rejects.toMatchObject({ status: 503 })
    open?.()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([undefined]))
    expect(await patient.factsOf(new Secret('one-more'))).toBeUndefined()
    expect(timesAsked('one-more')).toBe(1)
    await patient.close()
  })

  it('again when its life is over', async () => {
    scripted.issue('ann', { expiresAt: clock.now() + 10_000 })
    expect(await statusFor('ann')).toBe(200)
    await clock.advance(9_999)
    expect(await statusFor('ann')).toBe(200)
    await clock.advance(1)
    expect(await statusFor('ann')).toBe(401)
  })
})

describe('our own token for Keystone', () => {
  it('is renewed before its end', async () => {
    expect(scripted.logIns).toBe(1)
    await clock.advance(scripted.serviceLifeMs - 60_000)
    scripted.issue('ann')
    expect(await statusFor('ann')).toBe(200)
    expect(scripted.logIns).toBe(2)
  })

  it('is made anew when Keystone does not take it any more', async () => {
    scripted.revokeServiceTokens()
    scripted.issue('ann')
    expect(await statusFor('ann')).toBe(200)
    expect(scripted.logIns).toBe(2)
  })

  it('is not asked for again and again when its password is wrong', async () => {
    scripted.password = 'another'
    scripted.revokeServiceTokens()
    for (let time = 0; time < 10; time++) expect(await statusFor(`ann ${time}`.replace(' ', '-'))).toBe(503)
    expect(scripted.logIns).toBe(2)
    expect(keystone.reason).toBe('Keystone refuses the log-in of Sallyport’s own user')
    scripted.password = account.password
    await clock.advance(2_000)
    await until(() => keystone.reason === undefined, { what: 'the next log-in' })
  })

  it('has to be one that may validate others', async () => {
    scripted.mayValidate = false
    expect(await statusFor('ann')).toBe(503)
    await until(() => keystone.reason?.includes('give it the role service'), { what: 'the reason' })
  })
})

describe('while Keystone does not do its work', { timeout: 20_000 }, () => {
  const moods: readonly Mood[] = ['silent', 'failing', 'no JSON', 'no token', 'somebody else’s 404', 'cut off']

  beforeEach(async () => {
    scripted.issue('known')
    expect(await statusFor('known')).toBe(200)
    scripted.issue('new')
  })

  it.each(moods)('(%s) new tokens are answered 503, known ones as before, and it heals by itself', async (mood) => {
    scripted.mood = mood
    const { status, headers, body } = await ask('new')
    expect([status, headers['retry-after'], body.code]).toEqual([503, '1', 'VPC.1002'])
    const upstream = await ask('newer', '/openstack/v2.0/vpn/ikepolicies')
    expect([upstream.status, upstream.body.NeutronError.type]).toEqual([503, 'ServiceUnavailable'])
    expect(await statusFor('known')).toBe(200)
    await until(() => keystone.reason !== undefined, { what: 'the reason' })
    scripted.mood = 'well'
    await clock.advance(2_000)
    expect(await statusFor('new')).toBe(200)
    await until(() => keystone.reason === undefined, { what: 'the healing' })
  })

  it('because it is gone, the same holds, for as long as what is known of a token', async () => {
    await scripted.go()
    expect(await statusFor('new')).toBe(503)
    await clock.advance(59_000)
    expect(await statusFor('known')).toBe(200)
    await clock.advance(1_000)
    expect(await statusFor('known')).toBe(503)
    await scripted.come()
    expect(await statusFor('known')).toBe(200)
    expect(await statusFor('new')).toBe(200)
  })

  it('not everybody waits for it', async () => {
    scripted.mood = 'silent'
    expect(await statusFor('new')).toBe(503)
    scripted.mood = 'well'
    expect(await statusFor('newer')).toBe(503)
    expect(timesAsked('newer')).toBe(0)
    await clock.advance(1_000)
    expect(await statusFor('new')).toBe(200)
  })

  it('nothing that was asked for is done', async () => {
    scripted.mood = 'failing'
    expect((await ask('new', policies, 'POST', { ikepolicy: { name: 'lost' } })).status).toBe(503)
    expect((await ask('known')).body.ikepolicies).toEqual([])
  })
})
