import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { aMember, type Member } from '../support/member.ts'
import { keysPath, SignedClient } from '../support/signed-client.ts'

/** Keys that requests are signed with: who may have and see them, and where their secrets are not. */

let cloud: TestCloud
let member: Member
let memberId: string
let adminId: string
beforeEach(async () => {
  cloud = await TestCloud.open()
  member = await aMember(cloud)
  const made = await member.request('POST', keysPath, { credential: { description: 'of a member' } })
  expect(made.status).toBe(201)
  memberId = made.body.credential.user_id
  const own = await cloud.post(keysPath, { credential: {} })
  adminId = own.body.credential.user_id
})
afterEach(() => cloud.close())

const credentials = '/identity/v3/credentials'
const blob = (access: string, secret = 'a-secret-of-the-client') => JSON.stringify({ access, secret })
const wordsOf = ({ status, body }: { status: number; body: { error: object } }) => [
  status,
  Reflect.get(body.error, 'message'),
]

describe('an access key of the cloud', () => {
  it('is made with a secret that is shown once and kept sealed', async () => {
    const { body, headers } = await cloud.post(keysPath, { credential: { description: 'terraform' } })
    expect(headers['cache-control']).toBe('no-store')
    expect(body.credential).toEqual({
      access: expect.stringMatching(/^[A-Z2-7]{20}$/),
      secret: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      user_id: adminId,
      description: 'terraform',
      status: 'active',
      create_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
    const { access, secret } = body.credential
    for (const path of [`${keysPath}/${access}`, keysPath, credentials]) {
      const shown = JSON.stringify((await cloud.get(path)).body)
      expect([path, shown.includes(access), shown.includes(secret)]).toEqual([path, true, false])
    }
    const rows = await cloud.store.db.selectFrom('access_key').selectAll().execute()
    const events = await cloud.store.db.selectFrom('audit_event').selectAll().execute()
    expect(JSON.stringify([rows, events])).toContain(access)
    expect(JSON.stringify([rows, events])).not.toContain(secret)
    expect(cloud.failures).toEqual([])
  })

  it('is one of two that a user may have', async () => {
    expect((await member.request('POST', keysPath, { credential: {} })).status).toBe(201)
    const third = await member.request('POST', keysPath, { credential: {} })
    expect(wordsOf(third)).toEqual([400, expect.stringMatching(/^akSkNumExceed: .* has 2 access keys already/)])
    const [first] = (await member.get(keysPath)).body.credentials
    expect((await member.request('DELETE', `${keysPath}/${first.access}`)).status).toBe(204)
    expect((await member.request('POST', keysPath, { credential: {} })).status).toBe(201)
  })

  it('is seen, changed and deleted by its user and an administrator, and is not there for anybody else', async () => {
    const [own] = (await member.get(keysPath)).body.credentials
    const [foreign] = (await cloud.get(keysPath)).body.credentials
    expect([own.user_id, foreign.user_id]).toEqual([memberId, adminId])
    expect((await cloud.get(`${keysPath}?user_id=${memberId}`)).body.credentials).toEqual([own])
    expect((await member.get(`${keysPath}/${own.access}`)).body.credential).toEqual(own)
    for (const [method, body] of [['GET'], ['PUT', { credential: { status: 'inactive' } }], ['DELETE']] as const) {
      const answer = await member.request(method, `${keysPath}/${foreign.access}`, body)
      expect(wordsOf(answer)).toEqual([404, `Could not find credential: ${foreign.access}.`])
    }
    const refusal = 'You are not authorized to perform the requested action: identity:'
    const listed = await member.get(`${keysPath}?user_id=${adminId}`)
    expect(wordsOf(listed)).toEqual([403, `${refusal}list_credentials.`])
    const given = await member.request('POST', keysPath, { credential: { user_id: adminId } })
    expect(wordsOf(given)).toEqual([403, `${refusal}create_credential.`])
    const changed = await cloud.put(`${keysPath}/${own.access}`, { credential: { description: 'watched' } })
    expect(changed.body.credential).toEqual({ ...own, description: 'watched' })
  })

  it.each([
    [{}, 'credential is missing'],
    [{ credential: [] }, 'credential is missing'],
    [{ credential: { user_id: 7 } }, 'user_id is no id'],
    [{ credential: { description: 'x'.repeat(256) } }, 'description has to be a text of at most 255 characters'],
  ])('is not made of %j', async (body, reason) => {
    expect(wordsOf(await cloud.post(keysPath, body))).toEqual([400, `Invalid credential: ${reason}.`])
  })

  it('is made for somebody who exists', async () => {
    const { status, body } = await cloud.post(keysPath, { credential: { user_id: 'nobody' } })
    expect([status, body.error.message]).toEqual([404, 'Could not find user: nobody.'])
  })

  it.each([{ status: 'asleep' }, {}])('is not changed by %j', async (credential) => {
    const [own] = (await cloud.get(keysPath)).body.credentials
    expect((await cloud.put(`${keysPath}/${own.access}`, { credential })).status).toBe(400)
  })

  it('leaves its story in the audit', async () => {
    const [own] = (await cloud.get(keysPath)).body.credentials
    await cloud.put(`${keysPath}/${own.access}`, { credential: { status: 'inactive' } })
    await cloud.delete(`${keysPath}/${own.access}`)
    const { audit_events: events } = (await cloud.get(`/v2.0/audit-events?resource_id=${own.access}`)).body
    expect(events.map(({ action, changes }: Record<string, object>) => [action, changes])).toEqual([
      ['delete_access_key', { user_id: { from: adminId }, description: { from: '' } }],
      ['update_access_key', { status: { from: 'active', to: 'inactive' } }],
      ['create_access_key', expect.objectContaining({ user_id: { to: adminId }, status: { to: 'active' } })],
    ])
  })
})

describe('a credential of Keystone', () => {
  it('brings its own access key and secret, with which requests can be signed at once', async () => {
    const made = await cloud.post(credentials, {
      credential: { type: 'ec2', user_id: memberId, project_id: member.project, blob: blob('AKEXAMPLE0001') },
    })
    expect([made.status, JSON.parse(made.body.credential.blob).secret]).toEqual([201, 'a-secret-of-the-client'])
    const { id } = made.body.credential
    const client = new SignedClient(cloud, { access: 'AKEXAMPLE0001', secret: 'a-secret-of-the-client' })
    expect((await client.get('/v2.0/vpn/ikepolicies')).status).toBe(200)

    const shown = await member.get(`${credentials}/${id}`)
    expect([shown.status, shown.body.credential.blob]).toEqual([200, '{"access":"AKEXAMPLE0001"}'])
    const newSecret = { credential: { type: 'ec2', blob: blob('AKEXAMPLE0001', 'another-secret-of-the-client') } }
    expect((await member.request('PATCH', `${credentials}/${id}`, newSecret)).status).toBe(200)
    expect((await client.get('/v2.0/vpn/ikepolicies?name=x')).status).toBe(401)
    const changed = new SignedClient(cloud, { access: 'AKEXAMPLE0001', secret: 'another-secret-of-the-client' })
    expect((await changed.get('/v2.0/vpn/ikepolicies?name=x')).status).toBe(200)
    const otherAccess = { credential: { blob: blob('AKEXAMPLE0002') } }
    expect((await member.request('PATCH', `${credentials}/${id}`, otherAccess)).status).toBe(400)

    expect((await member.request('DELETE', `${credentials}/${id}`)).status).toBe(204)
    expect((await member.get(`${credentials}/${id}`)).status).toBe(404)
    expect((await changed.get('/v2.0/vpn/ikepolicies?name=y')).status).toBe(401)
    const rows = await cloud.store.db.selectFrom('audit_event').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/secret-of-the-client/)
  })

  it('is listed to its user, and everybody’s to an administrator', async () => {
    const users = async (get: Member['get'], query: string) =>
      (await get(credentials + query)).body.credentials.map(({ user_id }: { user_id: string }) => user_id)
    expect(await users(member.get, '')).toEqual([memberId])
    expect((await users(cloud.get, '')).sort()).toEqual([memberId, adminId].sort())
    expect(await users(cloud.get, `?user_id=${memberId}&type=ec2`)).toEqual([memberId])
    expect(await users(cloud.get, '?type=totp')).toEqual([])
    expect((await member.get(`${credentials}?user_id=${adminId}`)).status).toBe(403)
  })

  it('is refused when its access key is taken, and never with words of its own', async () => {
    const credential = { type: 'ec2', blob: blob('AKEXAMPLE0001') }
    expect((await cloud.post(credentials, { credential })).status).toBe(201)
    expect((await member.request('POST', credentials, { credential })).status).toBe(409)
    const secrets = ['short-one', 'has blanks in it and is long', 'unkeepable\u0000unkeepable']
    for (const wrong of [
      { credential: { type: 'cert', blob: blob('AKEXAMPLE0003') } },
      { credential: { type: 'ec2' } },
      { credential: { type: 'ec2', blob: 'secret-but-no-json' } },
      { credential: { type: 'ec2', blob: { access: 'AKEXAMPLE0003', secret: 'secret-in-an-object' } } },
      { credential: { type: 'ec2', blob: blob('AK/EXAMPLE/0003') } },
      ...secrets.map((secret) => ({ credential: { type: 'ec2', blob: blob('AKEXAMPLE0003', secret) } })),
    ]) {
      const { status, body } = await member.request('POST', credentials, wrong)
      expect([wrong, status]).toEqual([wrong, 400])
      expect(JSON.stringify(body)).not.toMatch(/secret-|short-one|has blanks|AKEXAMPLE|EXAMPLE/)
    }
  })
})

it('nobody manages keys without a log-in', async () => {
  const answer = await cloud.request('POST', keysPath, { credential: {} }, { 'x-auth-token': '' })
  expect(answer.status).toBe(401)
})

it('nobody makes a key with an application credential, which may have a part of its user’s roles', async () => {
  const path = `/identity/v3/users/${adminId}/application_credentials`
  const { body } = await cloud.post(path, { application_credential: { name: 'reads', roles: [{ name: 'reader' }] } })
  const { id, secret } = body.application_credential
  const identity = { methods: ['application_credential'], application_credential: { id, secret } }
  const logIn = await cloud.request('POST', '/identity/v3/auth/tokens', { auth: { identity } }, { 'x-auth-token': '' })
  const token = { 'x-auth-token': String(logIn.headers['x-subject-token']) }
  expect((await cloud.request('POST', keysPath, { credential: {} }, token)).status).toBe(403)
})
