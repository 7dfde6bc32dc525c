import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { byPassword, Identity, inProject, type Json, type Person } from '../support/identity.ts'

/** Application credentials: what programs log in with in their user’s place. */

let cloud: TestCloud
let identity: Identity
let maria: Person
let token: string
let path: string
beforeEach(async () => {
  cloud = await TestCloud.open()
  identity = new Identity(cloud)
  maria = await identity.person('maria')
  token = await identity.token(byPassword(maria))
  path = `/users/${maria.user.id}/application_credentials`
})
afterEach(() => cloud.close())

const make = (attributes: object, as = token) => identity.make(path, 'application_credential', attributes, as)
const tryToMake = (attributes: object, as = token) =>
  identity.call('POST', path, { as, body: { application_credential: { name: 'any', ...attributes } } })
const by = (application_credential: object, scope?: object) => ({
  identity: { methods: ['application_credential'], application_credential },
  ...(scope && { scope }),
})
const names = (list: readonly Json[]) => list.map(({ name }) => name)

describe('an application credential', () => {
  it('is made with all that the token has, and its secret is shown this once', async () => {
    const made = await make({ name: 'monitoring', description: 'Reads' })
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'monitoring',
      description: 'Reads',
      project_id: maria.project.id,
      roles: [
        { id: await identity.role('member'), name: 'member', domain_id: null },
        { id: await identity.role('reader'), name: 'reader', domain_id: null },
      ],
      expires_at: null,
      unrestricted: false,
      secret: expect.stringMatching(/^\S{64}$/),
      links: { self: expect.stringContaining(`${path}/${made.id}`) },
    })
    const { secret: _, ...shown } = made
    expect((await identity.get(`${path}/${made.id}`, token)).body.application_credential).toEqual(shown)
    expect((await identity.get(`${path}?name=monitoring`, token)).body.application_credentials).toEqual([shown])
    const events = await cloud.get(`/v2.0/audit-events?resource_id=${made.id}`)
    expect(JSON.stringify(events.body)).not.toContain(made.secret)
    expect(events.body.audit_events[0]).toMatchObject({ action: 'create_application_credential' })
  })

  it('logs in by its id, or by its name and user, for its project', async () => {
    const { id, secret } = await make({ name: 'monitoring', roles: [{ name: 'reader' }] })
    const { status, body } = await identity.logIn(by({ id, secret }))
    expect(status).toBe(201)
    expect(body.token).toMatchObject({
      methods: ['application_credential'],
      user: { name: 'maria' },
      project: { name: 'marias' },
      application_credential: { id, name: 'monitoring', restricted: true },
      application_credential_restricted: true,
    })
    expect(names(body.token.roles)).toEqual(['reader'])
    const user = { name: 'maria', domain: { name: 'Default' } }
    expect((await identity.logIn(by({ name: 'monitoring', user, secret }))).status).toBe(201)
    expect((await identity.logIn(by({ id, secret }, inProject(maria.project)))).status).toBe(201)
  })

  it('with a secret of its own takes that', async () => {
    const { id, secret } = await make({ name: 'own', secret: 'chosen by hand' })
    expect(secret).toBe('chosen by hand')
    expect((await identity.logIn(by({ id, secret }))).status).toBe(201)
    expect((await identity.logIn(by({ id, secret: 'another' }))).status).toBe(401)
    expect((await identity.logIn(by({ id: 'nothing', secret }))).status).toBe(401)
  })

  it('is for nothing but its project, and its tokens make no others', async () => {
    await identity.give(maria.user.id, 'admin', '/domains/default')
    const { id, secret } = await make({ name: 'monitoring' })
    expect((await identity.logIn(by({ id, secret }, { domain: { id: 'default' } }))).status).toBe(401)
    const as = await identity.token(by({ id, secret }))
    expect((await identity.logIn({ identity: { methods: ['token'], token: { id: as } } })).status).toBe(401)
  })

  it('has what of its roles the user still has', async () => {
    await identity.give(maria.user.id, 'admin', `/projects/${maria.project.id}`)
    token = await identity.token(byPassword(maria))
    const { id, secret } = await make({ name: 'all', roles: [{ name: 'admin' }, { name: 'member' }] })
    const roles = async () => names((await identity.logIn(by({ id, secret }))).body.token?.roles ?? [])
    expect(await roles()).toEqual(['admin', 'member', 'reader'])
    const grants = `/projects/${maria.project.id}${path.replace('/application_credentials', '')}/roles`
    await identity.call('DELETE', `${grants}/${await identity.role('admin')}`)
    expect(await roles()).toEqual(['member', 'reader'])
    await identity.call('DELETE', `${grants}/${await identity.role('member')}`)
    expect((await identity.logIn(by({ id, secret }))).status).toBe(401)
  })

  it('ends when it is deleted, at once, and what was logged in with it', async () => {
    const { id, secret } = await make({ name: 'monitoring' })
    const as = await identity.token(by({ id, secret }))
    expect(await identity.isGood(as)).toBe(true)
    expect((await identity.call('DELETE', `${path}/${id}`, { as: token })).status).toBe(204)
    expect(await identity.isGood(as)).toBe(false)
    expect((await identity.logIn(by({ id, secret }))).status).toBe(401)
    expect((await identity.get(`${path}/${id}`, token)).status).toBe(404)
    expect(await identity.isGood(token)).toBe(true)
  })

  it('gives tokens that end with it', async () => {
    const expires_at = new Date(Date.now() + 3600 * 1000).toISOString().slice(0, 19)
    const made = await make({ name: 'short', expires_at })
    expect(made.expires_at).toBe(`${expires_at}.000000`)
    const { body } = await identity.logIn(by({ id: made.id, secret: made.secret }))
    expect(body.token.expires_at).toBe(`${expires_at}.000000Z`)
  })

  it.each([
    [
      { roles: [{ name: 'admin' }] },
      400,
      'Role admin is none that this token has, so it cannot be given to a credential.',
    ],
    [{ expires_at: '2020-01-01T00:00:00' }, 400, "Attribute 'expires_at' is in the past: 2020-01-01T00:00:00.000000Z."],
    [{ expires_at: 'soon' }, 400, 'Invalid input for expires_at. Reason: it is not a time like 2026-12-31T23:59:59.'],
    [{ access_rules: [{ path: '/' }] }, 400, 'Invalid input for access_rules. Reason: access rules are not offered.'],
  ])('is not made with %j', async (attributes, code, message) => {
    const { status, body } = await tryToMake(attributes)
    expect([status, body.error.message]).toEqual([code, message])
  })

  it('has a name of its own among those of its user', async () => {
    await make({ name: 'any' })
    expect((await tryToMake({})).status).toBe(409)
  })

  it('is not made with a token for no project', async () => {
    const as = await identity.token(byPassword(maria, 'unscoped'))
    expect((await tryToMake({}, as)).body.error.message).toMatch(/^An application credential is for the project/)
  })
})

describe('what is logged in with one that is not unrestricted', () => {
  it('neither makes nor deletes credentials; with an unrestricted one it does', async () => {
    const restricted = await make({ name: 'restricted' })
    const free = await make({ name: 'free', unrestricted: true })
    const as = await identity.token(by({ id: restricted.id, secret: restricted.secret }))
    const sentence =
      'An application credential that is not unrestricted cannot be used to make or delete application credentials.'
    for (const refused of [await tryToMake({}, as), await identity.call('DELETE', `${path}/${free.id}`, { as })]) {
      expect([refused.status, refused.body.error.message]).toEqual([403, sentence])
    }
    const freely = await identity.token(by({ id: free.id, secret: free.secret }))
    expect((await tryToMake({}, freely)).status).toBe(201)
  })
})

describe('those of others', () => {
  it('are seen and ended by an administrator, made by nobody, and nothing to anybody else', async () => {
    const { id } = await make({ name: 'monitoring' })
    const paul = await identity.person('paul')
    const pauls = await identity.token(byPassword(paul))
    expect((await identity.get(path, pauls)).status).toBe(403)
    expect((await tryToMake({}, pauls)).status).toBe(403)
    expect((await identity.call('POST', path, { body: { application_credential: { name: 'x' } } })).status).toBe(403)
    expect(names((await identity.get(path)).body.application_credentials)).toEqual(['monitoring'])
    expect((await identity.get(`/users/${paul.user.id}/application_credentials/${id}`, pauls)).status).toBe(404)
    expect((await identity.call('DELETE', `${path}/${id}`)).status).toBe(204)
  })
})
