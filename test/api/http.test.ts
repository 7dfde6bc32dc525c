import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'

/** What HTTP itself has to do right: who may ask, paths, methods, bodies, and the form of refusals. */

let cloud: TestCloud
beforeEach(async () => {
  cloud = await TestCloud.open()
})
afterEach(() => cloud.close())

const policies = '/v2.0/vpn/ikepolicies'

describe('who asks', () => {
  it.each(['', 'nonsense'])('refuses the token "%s" with Keystone’s words and where to log in', async (token) => {
    const { status, body, headers } = await cloud.request('GET', policies, undefined, { 'x-auth-token': token })
    expect(status).toBe(401)
    expect(body).toEqual({
      error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
    })
    expect(headers['www-authenticate']).toMatch(/^Keystone uri="http:\/\/.*\/identity\/v3"$/)
  })

  it('asks who it is before it says whether a path exists', async () => {
    expect((await cloud.request('GET', '/v2.0/nothing', undefined, { 'x-auth-token': '' })).status).toBe(401)
    expect((await cloud.get('/v2.0/nothing')).status).toBe(404)
  })

  it('gives a request id with every answer', async () => {
    const id = /^req-[0-9a-f-]{36}$/
    expect((await cloud.get(policies)).headers['x-openstack-request-id']).toMatch(id)
    expect((await cloud.get('/nothing')).headers['x-openstack-request-id']).toMatch(id)
  })
})

describe('log-in', () => {
  const tokens = '/identity/v3/auth/tokens'
  const domain = { id: 'default' }
  const by = (password: string, name = 'admin') => ({
    methods: ['password'],
    password: { user: { name, password, domain } },
  })
  const scope = { project: { name: 'admin', domain } }
  const logIn = (auth: object) => cloud.request('POST', tokens, { auth }, { 'x-auth-token': '' })

  it('by password gives a token with its project, roles and catalog', async () => {
    const { status, body, headers } = await logIn({ identity: by('admin-password'), scope })
    expect(status).toBe(201)
    expect(headers['x-subject-token']).toMatch(/^\S{40,}$/)
    expect(body.token).toMatchObject({
      methods: ['password'],
      user: { name: 'admin', domain: { id: 'default', name: 'Default' } },
      project: { name: 'admin', domain: { id: 'default', name: 'Default' } },
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
    expect(body.token.roles.map((role: { name: string }) => role.name)).toContain('admin')
    const network = body.token.catalog.find((service: { type: string }) => service.type === 'network')
    const urls = network.endpoints
      .filter((endpoint: { interface: string }) => endpoint.interface === 'public')
      .map(({ region, url }: { region: string; url: string }) => [region, url])
    expect(urls).toEqual([
      ['eu-de', expect.stringMatching(/^http:\/\/[^/]+\/otc$/)],
      ['RegionOne', expect.stringMatching(/^http:\/\/[^/]+\/openstack$/)],
    ])
  })

  it('without a scope takes the user’s own project', async () => {
    expect((await logIn({ identity: by('admin-password') })).body.token.project.name).toBe('admin')
  })

  it('never says what was wrong', async () => {
    const wrong = [
      { identity: by('wrong'), scope },
      { identity: by('admin-password', 'nobody'), scope },
      { identity: by('admin-password'), scope: { project: { name: 'nothing', domain } } },
    ]
    for (const auth of wrong) {
      const { status, body } = await logIn(auth)
      expect([status, body.error.message]).toEqual([401, 'The request you have made requires authentication.'])
    }
  })

  it('a token can be looked at, used to get another, and revoked', async () => {
    const token = String((await logIn({ identity: by('admin-password'), scope })).headers['x-subject-token'])
    const own = { 'x-auth-token': token, 'x-subject-token': token }
    const shown = await cloud.request('GET', tokens, undefined, own)
    expect([shown.status, shown.headers['x-subject-token']]).toEqual([200, token])
    const second = await logIn({ identity: { methods: ['token'], token: { id: token } }, scope })
    expect(second.status).toBe(201)
    expect((await cloud.request('DELETE', tokens, undefined, own)).status).toBe(204)
    expect((await cloud.request('GET', policies, undefined, own)).status).toBe(401)
  })
})

describe('documents', () => {
  it.each([
    ['/', '/v2.0/'],
    ['/otc', '/otc/v2.0/'],
    ['/openstack/', '/openstack/v2.0/'],
  ])('%s says the version without a log-in', async (path, self) => {
    const { status, body } = await cloud.request('GET', path, undefined, {
      'x-auth-token': '',
      host: 'vpn.example.org',
    })
    expect(status).toBe(200)
    expect(body.versions).toEqual([
      { id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `http://vpn.example.org${self}` }] },
    ])
  })

  it('announces the vpnaas extension', async () => {
    expect((await cloud.get('/v2.0/extensions/vpnaas')).body.extension.alias).toBe('vpnaas')
    expect((await cloud.get('/v2.0/extensions/nothing')).status).toBe(404)
  })

  it('says how it is, and when it makes no tunnels', async () => {
    const { status, body } = await cloud.request('GET', '/healthz', undefined, { 'x-auth-token': '' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'ok', driver: 'simulated' })
  })
})

describe('methods and bodies', () => {
  it('405 for a method that a path does not know', async () => {
    expect((await cloud.request('PATCH', policies)).status).toBe(405)
    expect((await cloud.request('POST', `${policies}/1`, {})).status).toBe(405)
    expect((await cloud.request('POST', '/', {}, { 'x-auth-token': '' })).status).toBe(405)
  })

  it.each([
    ['{"ikepolicy": {', 'MalformedRequestBody', 'Malformed request body: Cannot understand JSON.'],
    ['', 'HTTPBadRequest', 'Resource body required'],
    ['{}', 'HTTPBadRequest', 'Resource body required'],
    ['null', 'HTTPBadRequest', 'Resource body required'],
    ['"text"', 'HTTPBadRequest', 'Body contains invalid data'],
    ['{"wrong": {}}', 'HTTPBadRequest', "Unable to find 'ikepolicy' in request body"],
    ['{"ikepolicy": []}', 'HTTPBadRequest', "Object 'ikepolicy' contains invalid data"],
    ['{"ikepolicy": {"nonsense": 1}}', 'HTTPBadRequest', "Unrecognized attribute(s) 'nonsense'"],
    ['{"ikepolicy": {"__proto__": 1}}', 'HTTPBadRequest', "Unrecognized attribute(s) '__proto__'"],
    ['{"ikepolicy": {"constructor": 1}}', 'HTTPBadRequest', "Unrecognized attribute(s) 'constructor'"],
    ['{"ikepolicy": {"id": "x"}}', 'HTTPBadRequest', "Attribute 'id' not allowed in POST"],
    [
      '{"ikepolicy": {"name": {"a": [null, true]}}}',
      'HTTPBadRequest',
      "Invalid input for name. Reason: '{'a': [None, True]}' is not a valid string.",
    ],
  ])('POST %s', async (body, type, message) => {
    const answer = await cloud.request('POST', policies, body)
    expect(answer.status).toBe(400)
    expect(answer.body.NeutronError).toEqual({ type, message, detail: '' })
    expect((await cloud.get(policies)).body.ikepolicies).toEqual([])
  })

  it('takes any content type, and none', async () => {
    const answer = await cloud.request('POST', policies, '{"ikepolicy":{}}', { 'content-type': 'text/plain' })
    expect(answer.status).toBe(201)
  })

  it('refuses a body with DELETE and one that is too large', async () => {
    const { id } = await cloud.make(policies, 'ikepolicy', {})
    const deleted = await cloud.request('DELETE', `${policies}/${id}`, { a: 1 })
    expect([deleted.status, deleted.body.NeutronError.message]).toEqual([
      400,
      'Request body is not supported in DELETE.',
    ])
    expect((await cloud.request('POST', policies, 'x'.repeat(2 ** 20 + 1))).status).toBe(413)
  })

  it('a trailing slash changes nothing', async () => {
    expect((await cloud.get(`${policies}/`)).status).toBe(200)
  })
})
