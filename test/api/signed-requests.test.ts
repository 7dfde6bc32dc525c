import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openstack } from '../../src/api/profiles/openstack.ts'
import { otc } from '../../src/api/profiles/otc.ts'
import { systemClock } from '../../src/main/world.ts'
import { aGround, seedRequest, TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'
import { aKey, keysPath, type Sealed, SignedClient, send } from '../support/signed-client.ts'
import { sdkDate, signPlain, signScoped } from '../support/signing.ts'

/** Requests that are signed with an access key instead of carrying a token (`clients.md` §8). */

let cloud: TestCloud
/** How far the server's clock is from ours, in milliseconds. */
let ahead = 0
beforeEach(async () => {
  ahead = 0
  const clock = { now: () => systemClock.now() + ahead, sleep: systemClock.sleep }
  cloud = await TestCloud.open({ clock })
})
afterEach(() => cloud.close())

const policies = '/v2.0/vpn/ikepolicies'
const message = (answer: { readonly body: { readonly error: { readonly message: string } } }) =>
  answer.body.error.message

describe.each([
  { profile: otc, sign: signScoped, form: 'scoped' },
  { profile: openstack, sign: signScoped, form: 'scoped' },
  { profile: otc, sign: signPlain, form: 'plain' },
])('a client of $profile.name that signs in the $form form', ({ profile, sign }) => {
  it('does all that one with a token does', async () => {
    const client = await SignedClient.open(cloud, { sign })
    const catalog = await client.get('/identity/v3/auth/catalog')
    expect([catalog.status, catalog.body.catalog.length]).toEqual([200, 2])
    expect((await client.get('/identity/v3/projects?name=admin')).body.projects).toMatchObject([{ name: 'admin' }])

    const v2 = `${profile.prefix}/v2.0`
    const connections = `${v2}/vpn/ipsec-site-connections`
    const request = { ...seedRequest(await aGround(client, { v2 })), name: 'to branch / 1' }
    const made = await client.make(connections, 'ipsec_site_connection', request)
    expect(await client.get(`${connections}/${made.id}`)).toMatchObject({ status: 200 })

    const listed = await client.get(
      `${connections}?fields=id&fields=name&name=to%20branch%20%2F%201&sort_key=name&sort_dir=asc`,
    )
    expect(listed.body.ipsec_site_connections).toEqual([{ id: made.id, name: request.name }])
    expect((await client.get(`${connections}?name=another`)).body.ipsec_site_connections).toEqual([])
    // The same place, written in other ways.
    expect((await client.get(`${v2}/v2.0/vpn/ipsec_site_connections.json?name=none`)).status).toBe(200)

    const { id } = await client.make(`${v2}/vpn/ikepolicies`, 'ikepolicy', { name: 'usual' })
    const changed = await client.put(`${v2}/vpn/ikepolicies/${id}`, { ikepolicy: { name: 'grüße' } })
    expect(changed.body.ikepolicy.name).toBe('grüße')
    if (profile.features.includes('tags')) {
      const tags = `${v2}/${made.tenant_id}/ipsec-site-connections/${made.id}/tags`
      const tag = { key: 'env', value: 'prod' }
      const more = { 'x-language': 'en-us' }
      expect((await client.request('POST', `${tags}/action`, { action: 'create', tags: [tag] }, more)).status).toBe(204)
      expect((await client.get(tags)).body).toEqual({ tags: [tag] })
    }
    expect((await client.delete(`${connections}/${made.id}`)).status).toBe(204)
    expect(cloud.failures).toEqual([])
  })
})

describe('a signed request', () => {
  it('is refused when any byte of it is another, before anything is done', async () => {
    const client = await SignedClient.open(cloud)
    const before = (await cloud.get(policies)).body.ikepolicies
    const sealed = client.seal('POST', `${policies}?fields=id`, { ikepolicy: { name: 'p1' } })
    for (const changed of [...changedBytes(sealed), { ...sealed, method: 'PUT' }]) {
      const { status, body, headers } = await send(cloud, changed)
      expect([changed, status, body.error.code]).toEqual([changed, 401, 401])
      expect(headers['www-authenticate']).toMatch(/^Keystone uri="/)
    }
    expect((await cloud.get(policies)).body.ikepolicies).toEqual(before)
    expect((await send(cloud, sealed)).status).toBe(201)
  })

  it('that writes is carried out once, and not again a second later or in another server process', async () => {
    const client = await SignedClient.open(cloud)
    const sealed = client.seal('POST', policies, { ikepolicy: { name: 'once' } })
    expect((await send(cloud, sealed)).status).toBe(201)
    for (const later of [0, 1_000, 600_000]) {
      ahead = later
      const again = await send(cloud, sealed)
      expect([again.status, message(again)]).toEqual([401, expect.stringContaining('came before; sign it anew')])
    }
    expect((await cloud.get(`${policies}?name=once`)).body.ikepolicies).toHaveLength(1)
    const signatures = await cloud.store.db.selectFrom('used_signature').selectAll().execute()
    expect(signatures).toHaveLength(1)
    // When its date is too old anyway it need not be remembered.
    ahead = 1_000_000
    const late = new SignedClient(cloud, await aKey(cloud), { now: () => Date.now() + ahead })
    await late.post(policies, { ikepolicy: { name: 'next' } })
    expect(await cloud.store.db.selectFrom('used_signature').selectAll().execute()).toHaveLength(1)
  })

  it('that came at the same time as its double is carried out once', async () => {
    const sealed = (await SignedClient.open(cloud)).seal('POST', policies, { ikepolicy: { name: 'double' } })
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => send(cloud, sealed)))).map(
      (each) => each.status,
    )
    expect(statuses.sort()).toEqual([201, ...Array.from({ length: 7 }, () => 401)])
  })

  it('that reads may come again for ten seconds, as it was', async () => {
    const client = await SignedClient.open(cloud, { now: () => Date.now() + ahead })
    const sealed = client.seal('GET', `${policies}?fields=id&fields=name`)
    expect((await send(cloud, sealed)).status).toBe(200)
    expect((await send(cloud, { ...sealed, target: `${policies}?fields=id&fields=pfs` })).status).toBe(401)
    ahead = 9_000
    expect((await send(cloud, sealed)).status).toBe(200)
    ahead = 11_000
    expect((await send(cloud, sealed)).status).toBe(401)
    expect((await client.get(`${policies}?fields=id`)).status).toBe(200)
  })

  it.each([-1, 1])('is told that the clocks differ when they do', async (direction) => {
    const client = await SignedClient.open(cloud)
    ahead = direction * 899_000
    expect((await client.get(policies)).status).toBe(200)
    ahead = direction * 902_000
    const refused = await client.get(policies)
    expect(refused.status).toBe(401)
    expect(message(refused)).toMatch(
      /^The request you have made requires authentication\. Its signature was not accepted: its time \S+ is more than 15/,
    )
  })

  it('is asked who it is before anything is said about the request', async () => {
    const good = await SignedClient.open(cloud)
    const bad = new SignedClient(cloud, { access: 'NOBODYSKEY', secret: 'x'.repeat(40) })
    const wrong = new SignedClient(cloud, { ...(await aKey(cloud)), secret: 'x'.repeat(40) })
    const requests = [
      { method: 'GET', path: '/v2.0/nothing', status: 404 },
      { method: 'GET', path: '/identity/v3/nothing', status: 404 },
      { method: 'POST', path: policies, body: '{', status: 400 },
      { method: 'POST', path: policies, body: '{"ikepolicy":{"colour":"red"}}', status: 400 },
      { method: 'PATCH', path: policies, body: '{}', status: 405 },
      { method: 'DELETE', path: `${policies}/${crypto.randomUUID()}`, body: '{}', status: 400 },
    ]
    for (const { method, path, body, status } of requests) {
      expect([path, (await bad.request(method, path, body)).status]).toEqual([path, 401])
      expect([path, (await wrong.request(method, path, body)).status]).toEqual([path, 401])
      expect([path, (await good.request(method, path, body)).status]).toEqual([path, status])
    }
    const large = JSON.stringify({ ikepolicy: { name: 'x'.repeat(1024 * 1024) } })
    expect((await bad.post(policies, large)).status).toBe(401)
    expect((await good.post(policies, large)).status).toBe(413)
  })

  it('is not believed with a body where none is read, nor with a part that is not signed', async () => {
    const client = await SignedClient.open(cloud)
    const reading = await send(cloud, { ...client.seal('GET', policies), body: '{}' })
    expect([reading.status, message(reading)]).toEqual([401, expect.stringContaining('only reads has no body')])
    const repeated = await client.request('DELETE', `${policies}/1?a=1&a=2`)
    expect([repeated.status, message(repeated)]).toEqual([401, expect.stringContaining('repeats a key of its query')])
    const temporary = await send(cloud, withHeader(client.seal('GET', policies), 'x-security-token', 'gQ'))
    expect(message(temporary)).toContain('temporary access keys (X-Security-Token) are not supported')
  })

  it('may say whatever it likes: it is nobody’s, and nothing breaks', async () => {
    const { access } = await aKey(cloud)
    const part = fc.oneof(
      fc.constantFrom('', access, 'host;x-sdk-date', 'sdk_request', '///', '0'.repeat(64)),
      fc.string(),
    )
    const credential = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/'))
    const said = fc
      .tuple(
        fc.constantFrom('Credential', 'Access', ''),
        credential,
        part,
        part,
        fc.oneof(part, fc.constant(sdkDate(Date.now()))),
      )
      .map(([word, who, names, signature, date]) => ({
        host: 'vpn.example.org',
        'x-sdk-date': date,
        authorization: `SDK-HMAC-SHA256 ${word}=${who}, SignedHeaders=${names}, Signature=${signature}`,
      }))
    await fc.assert(
      fc.asyncProperty(said, async (headers) => {
        const { status } = await send(cloud, { method: 'GET', target: policies, headers })
        expect(status).toBe(401)
      }),
      { numRuns: 300 },
    )
    expect(cloud.failures).toEqual([])
  }, 30_000)

  it('may carry a token of the same user beside it, and both have to be good', async () => {
    const member = await aMember(cloud)
    const client = await SignedClient.open(cloud)
    const token = await tokenOfAdmin()
    const signed = { 'x-auth-token': token }
    expect((await client.request('GET', policies, undefined, signed)).status).toBe(200)
    expect((await client.request('GET', policies, undefined, { 'x-auth-token': 'nonsense' })).status).toBe(401)
    const unsigned = await send(cloud, withHeader(client.seal('GET', policies), 'x-auth-token', token))
    expect(message(unsigned)).toContain('the header x-auth-token has to be signed')
    const others = await SignedClient.open(cloud, { user: await userOf(member.project) })
    const mixed = await others.request('GET', `${policies}?name=x`, undefined, signed)
    expect(message(mixed)).toContain('signed by another user than its token is for')
    const broken = await send(cloud, { ...client.seal('GET', policies, undefined, signed), target: '/v2.0/networks' })
    expect(broken.status).toBe(401)
  })
})

describe('a signed request asks', () => {
  it('in the user’s default project, or the one it names, if the user has a role there', async () => {
    const member = await aMember(cloud)
    const key = await aKey(cloud, await userOf(member.project))
    const { tenant_id: own } = await new SignedClient(cloud, key).make(policies, 'ikepolicy', { name: 'mine' })
    expect(own).toBe(member.project)
    const inProject = (id: string) => new SignedClient(cloud, key, { unsigned: { 'X-Project-Id': id } })
    expect((await inProject(member.project).get(policies)).body.ikepolicies).toHaveLength(1)
    const { tenant_id: foreign } = (await cloud.get('/v2.0/networks?router:external=true')).body.networks[0]
    for (const project of [foreign, 'nowhere']) {
      const refused = await inProject(project).get(policies)
      expect([refused.status, message(refused)]).toEqual([401, expect.stringContaining('has no role where')])
    }
    // An empty one is as none.
    expect((await inProject('').get(policies)).status).toBe(200)
  })

  it('in its domain, where identity answers and networks do not', async () => {
    const signer = await aKey(cloud)
    const inDomain = (id: string) => new SignedClient(cloud, signer, { unsigned: { 'X-Domain-Id': id } })
    expect((await inDomain('default').get('/identity/v3/auth/catalog')).status).toBe(200)
    expect((await inDomain('default').get(policies)).status).toBe(401)
    const domains = await inDomain('default').get('/identity/v3/auth/domains?name=Default')
    expect(domains.body.domains).toMatchObject([{ id: 'default' }])
    expect((await inDomain('elsewhere').get('/identity/v3/auth/catalog')).status).toBe(401)
  })

  it('no more once its key is inactive or deleted', async () => {
    const signer = await aKey(cloud)
    const status = async (path: string) => (await new SignedClient(cloud, signer).get(path)).status
    expect(await status(`${policies}?name=1`)).toBe(200)
    await cloud.put(`${keysPath}/${signer.access}`, { credential: { status: 'inactive' } })
    expect(await status(`${policies}?name=2`)).toBe(401)
    await cloud.put(`${keysPath}/${signer.access}`, { credential: { status: 'active' } })
    expect(await status(`${policies}?name=3`)).toBe(200)
    expect((await cloud.delete(`${keysPath}/${signer.access}`)).status).toBe(204)
    expect(await status(`${policies}?name=4`)).toBe(401)
  })

  it.each(['user', 'project', 'role_assignment'] as const)('no more once its %s is gone or disabled', async (table) => {
    const member = await aMember(cloud)
    const client = await SignedClient.open(cloud, { user: await userOf(member.project) })
    expect((await client.get(`${policies}?name=1`)).status).toBe(200)
    const { db } = cloud.store
    if (table === 'role_assignment') {
      await db.deleteFrom(table).where('project_id', '=', member.project).execute()
    } else {
      const id = table === 'user' ? await userOf(member.project) : member.project
      await db.updateTable(table).set({ enabled: 0 }).where('id', '=', id).execute()
    }
    expect((await client.get(`${policies}?name=2`)).status).toBe(401)
  })

  it('as somebody, whom the audit names', async () => {
    const client = await SignedClient.open(cloud)
    const { id } = await client.make(policies, 'ikepolicy', { name: 'watched' })
    await client.put(`${policies}/${id}`, { ikepolicy: { colour: 'red' } })
    await cloud.server.refusals.flush()
    const { audit_events: events } = (await cloud.get(`/v2.0/audit-events?resource_id=${id}`)).body
    const told = events.map(({ action, outcome, user_name }: Record<string, string>) => [action, outcome, user_name])
    expect(told).toEqual([
      ['update_ikepolicy', 'refused', 'admin'],
      ['create_ikepolicy', 'success', 'admin'],
    ])
  })
})

/** Every byte of method, target, signed header and body, one after the other, as another character. */
function changedBytes(sealed: Sealed): Sealed[] {
  const { method, target, headers, body = '' } = sealed
  const upper = (text: string, at: number) => text.slice(0, at) + (text[at] === 'X' ? 'Y' : 'X') + text.slice(at + 1)
  const inside = (text: string, from = 0) =>
    Array.from({ length: text.length - from }, (_, at) => upper(text, at + from))
  return [
    ...inside(target, 1).map((changed) => ({ ...sealed, target: changed })),
    ...inside(body).map((changed) => ({ ...sealed, body: changed })),
    ...Object.entries(headers).flatMap(([name, value]) =>
      // Another word for the algorithm is no signature, and so no log-in at all: 401 as well.
      inside(value).map((changed) => ({ method, target, body, headers: { ...headers, [name]: changed } })),
    ),
  ]
}

function withHeader(sealed: Sealed, name: string, value: string): Sealed {
  return { ...sealed, headers: { ...sealed.headers, [name]: value } }
}

async function userOf(project: string): Promise<string> {
  const { user_id } = await cloud.store.db
    .selectFrom('role_assignment')
    .select('user_id')
    .where('project_id', '=', project)
    .executeTakeFirstOrThrow()
  return user_id
}

async function tokenOfAdmin(): Promise<string> {
  const { headers } = await cloud.post('/identity/v3/auth/tokens', {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'admin', domain: { id: 'default' }, password: 'admin-password' } },
      },
    },
  })
  return String(headers['x-subject-token'])
}
