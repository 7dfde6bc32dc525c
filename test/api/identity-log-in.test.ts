import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudOptions, TestCloud } from '../support/cloud.ts'
import { byPassword, Identity, inProject, type Json, type Person } from '../support/identity.ts'

/** Ways to log in, and what a token says. */

let cloud: TestCloud
let identity: Identity
let maria: Person
async function open(options: CloudOptions = {}) {
  cloud = await TestCloud.open(options)
  identity = new Identity(cloud)
  maria = await identity.person('maria')
}
beforeEach(() => open())
afterEach(() => cloud.close())

const unauthorized = {
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
}
const names = (list: readonly Json[]) => list.map(({ name }) => name)

describe('a token for a project', () => {
  it('says who, where, with which roles and those that follow from them', async () => {
    const { status, body } = await identity.logIn(byPassword(maria, inProject(maria.project)))
    expect(status).toBe(201)
    expect(Object.keys(body.token).sort()).toEqual(
      'audit_ids catalog expires_at is_domain issued_at methods project roles user'.split(' '),
    )
    expect(body.token).toMatchObject({
      methods: ['password'],
      user: { id: maria.user.id, name: 'maria', domain: { id: 'default', name: 'Default' }, password_expires_at: null },
      project: { id: maria.project.id, name: 'marias', domain: { id: 'default', name: 'Default' } },
      is_domain: false,
    })
    expect(names(body.token.roles)).toEqual(['member', 'reader'])
  })

  it('leaves the catalog out when asked to', async () => {
    const scope = inProject(maria.project)
    expect((await identity.logIn(byPassword(maria, scope), '?nocatalog')).body.token.catalog).toBeUndefined()
    expect((await identity.logIn(byPassword(maria, scope))).body.token.catalog).toHaveLength(2)
  })

  it('says the same to HEAD and GET of whoever holds it', async () => {
    const token = await identity.token(byPassword(maria))
    const own = { 'x-auth-token': token, 'x-subject-token': token }
    const head = await cloud.request('HEAD', '/identity/v3/auth/tokens', undefined, own)
    expect([head.status, head.headers['x-subject-token'], head.body]).toEqual([200, token, undefined])
    const { body } = await cloud.request('GET', '/identity/v3/auth/tokens', undefined, own)
    expect(body.token.project.id).toBe(maria.project.id)
  })
})

describe('a token for a domain', () => {
  it('is given to whoever has a role on it, with that role', async () => {
    await identity.give(maria.user.id, 'admin', '/domains/default')
    const { status, body } = await identity.logIn(byPassword(maria, { domain: { name: 'Default' } }))
    expect(status).toBe(201)
    expect(body.token.domain).toEqual({ id: 'default', name: 'Default' })
    expect(names(body.token.roles)).toEqual(['admin', 'member', 'reader'])
    expect(body.token.project).toBeUndefined()
    expect(body.token.catalog).toHaveLength(2)
  })

  it('is given to whoever is at home there, as the vendor’s Terraform provider asks at each start, and is good for nothing else', async () => {
    const { status, body, headers } = await identity.logIn(byPassword(maria, { domain: { id: 'default' } }))
    expect([status, body.token.roles]).toEqual([201, []])
    const as = String(headers['x-subject-token'])
    expect((await identity.get('/auth/domains?name=Default', as)).body.domains).toMatchObject([{ id: 'default' }])
    expect((await identity.get('/users', as)).status).toBe(403)
    expect((await cloud.request('GET', '/v2.0/networks', undefined, { 'x-auth-token': as })).status).toBe(401)
  })

  it('is not given for a domain where one has nothing', async () => {
    const other = await identity.make('/domains', 'domain', { name: 'other' })
    expect((await identity.logIn(byPassword(maria, { domain: { id: other.id } }))).body).toEqual(unauthorized)
    const homeless = await identity.make('/users', 'user', { name: 'homeless', password: 'p' })
    const auth = byPassword({ user: homeless, password: 'p' }, { domain: { id: 'default' } })
    expect((await identity.logIn(auth)).status).toBe(401)
  })
})

describe('a log-in that asks for no scope', () => {
  it('is for the default project', async () => {
    expect((await identity.logIn(byPassword(maria))).body.token.project.id).toBe(maria.project.id)
  })

  it('is for the only project there is, so that a command line without a project’s name finds a catalog', async () => {
    await identity.change(`/users/${maria.user.id}`, 'user', { default_project_id: null })
    expect((await identity.logIn(byPassword(maria))).body.token.project.id).toBe(maria.project.id)
  })

  it('is for nothing where that leaves a choice, or where nothing is wanted', async () => {
    const { token } = (await identity.logIn(byPassword(maria, 'unscoped'))).body
    expect([token.project, token.catalog, token.roles]).toEqual([undefined, undefined, undefined])
    const second = await identity.make('/projects', 'project', { name: 'second' })
    await identity.give(maria.user.id, 'reader', `/projects/${second.id}`)
    await identity.change(`/users/${maria.user.id}`, 'user', { default_project_id: null })
    expect((await identity.logIn(byPassword(maria))).body.token.project).toBeUndefined()
  })

  it('shows where one could go, and a token for nothing gets there', async () => {
    const as = await identity.token(byPassword(maria, 'unscoped'))
    expect(names((await identity.get('/auth/projects', as)).body.projects)).toEqual(['marias'])
    const auth = { identity: { methods: ['token'], token: { id: as } }, scope: inProject(maria.project) }
    const { status, body } = await identity.logIn(auth)
    expect([status, body.token.methods, body.token.project.name]).toEqual([201, ['token'], 'marias'])
  })
})

describe('several methods at once', () => {
  const both = (token: string, { user, password }: Person) => ({
    identity: {
      methods: ['token', 'password'],
      token: { id: token },
      password: { user: { id: user.id, password } },
    },
  })

  it('have to hold all, and of the same user', async () => {
    const token = await identity.token(byPassword(maria))
    const paul = await identity.person('paul')
    const good = await identity.logIn(both(token, maria))
    expect([good.status, good.body.token.methods]).toEqual([201, ['token', 'password']])
    expect((await identity.logIn(both(token, { ...maria, password: 'wrong' }))).status).toBe(401)
    expect((await identity.logIn(both('none', maria))).status).toBe(401)
    expect((await identity.logIn(both(token, paul))).status).toBe(401)
  })

  it.each([
    [['password', 'totp'], 'totp'],
    [['assume_role'], 'assume_role'],
  ])('%s is refused with a sentence, because %s is not offered', async (methods, which) => {
    const { status, body } = await identity.logIn({ ...byPassword(maria), identity: { methods } })
    expect([status, body.error.message]).toEqual([
      400,
      `Logging in by '${which}' is not offered here; what is: 'password', 'token', 'application_credential'.`,
    ])
  })
})

describe('a token made from a token', () => {
  it('lives no longer than that one', async () => {
    const first = await identity.logIn(byPassword(maria))
    const token = String(first.headers['x-subject-token'])
    const second = await identity.logIn({ identity: { methods: ['token'], token: { id: token } } })
    expect(second.body.token.expires_at).toBe(first.body.token.expires_at)
  })
})

describe('a log-in that is refused', () => {
  it('says the same whatever was wrong, after the same work', async () => {
    await cloud.close()
    const compared: string[] = []
    await open({
      passwords: {
        hash: async (password) => `kept:${password.reveal()}`,
        verify: async (hash, password) => {
          compared.push(password.reveal())
          return hash === `kept:${password.reveal()}`
        },
      },
    })
    const scope = inProject(maria.project)
    const other = await identity.make('/projects', 'project', { name: 'other' })
    const disabled = await identity.person('disabled')
    await identity.change(`/users/${disabled.user.id}`, 'user', { enabled: false })
    const without = await identity.make('/users', 'user', { name: 'without' })
    const wrong = [
      byPassword({ ...maria, password: 'wrong' }, scope),
      byPassword({ ...maria, user: { id: 'nobody' } }, scope),
      byPassword(maria, inProject({ id: 'nothing' })),
      byPassword(maria, inProject(other)),
      byPassword(disabled, inProject(disabled.project)),
      byPassword({ user: without, password: 'kept' }),
    ]
    const answers: unknown[] = []
    for (const auth of wrong) {
      compared.length = 0
      const { status, body } = await identity.logIn(auth)
      answers.push([status, body, compared.length])
    }
    expect(answers).toEqual(wrong.map(() => [401, unauthorized, 1]))
  })
})
