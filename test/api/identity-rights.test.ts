import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityOperations } from '../../src/model/identity/operations.ts'
import { TestCloud } from '../support/cloud.ts'
import { byPassword, Identity, type Json, type Person } from '../support/identity.ts'

/** Who may what: members, administrators of one domain, administrators of all. */

let cloud: TestCloud
let identity: Identity
let branch: Json
/** A member in the default domain. */
let maria: Person
let mariasToken: string
/** A member in the branch's domain. */
let paul: Person
/** The administrator of the branch's domain, logged in to it. */
let chief: Person
let chiefsToken: string

beforeAll(async () => {
  cloud = await TestCloud.open()
  identity = new Identity(cloud)
  branch = await identity.make('/domains', 'domain', { name: 'branch' })
  maria = await identity.person('maria')
  paul = await identity.person('paul', 'member', branch.id)
  chief = await identity.person('chief', 'reader', branch.id)
  await identity.give(chief.user.id, 'admin', `/domains/${branch.id}`)
  mariasToken = await identity.token(byPassword(maria))
  chiefsToken = await identity.token(byPassword(chief, { domain: { id: branch.id } }))
})
afterAll(() => cloud.close())

const names = (list: readonly Json[]) => list.map(({ name }) => name).sort()

/** Every path with ids that there are, or that could be. */
function pathOf(path: string): string {
  return path
    .replace('/identity/v3', '')
    .replace(/:(project_id|domain_id|user_id|role_id|id)/g, (_, part: string) => part.replace('_', '-'))
}

describe('somebody who is no administrator', () => {
  const reserved = Object.entries(identityOperations).filter(
    ([, { who, method }]) => method !== 'GET' && (who === 'administrator' || who === 'domain_administrator'),
  )

  it.each(reserved)('is refused %s in Keystone’s words', async (_, { method, path, permission }) => {
    const { status, body } = await identity.call(method, pathOf(path), { as: mariasToken, body: {} })
    expect([status, body.error]).toEqual([
      403,
      {
        code: 403,
        title: 'Forbidden',
        message: `You are not authorized to perform the requested action: ${permission}.`,
      },
    ])
  })

  it.each([
    ['/projects', 'identity:list_projects'],
    ['/users', 'identity:list_users'],
    ['/domains', 'identity:list_domains'],
    ['/groups', 'identity:list_groups'],
    ['/role_assignments', 'identity:list_role_assignments'],
  ])('may not list %s', async (path, permission) => {
    const { status, body } = await identity.get(path, mariasToken)
    expect([status, body.error.message]).toEqual([
      403,
      `You are not authorized to perform the requested action: ${permission}.`,
    ])
  })

  it('finds what is theirs, and is not told of anything else', async () => {
    const found = async (path: string) => {
      const { status, body } = await identity.get(path, mariasToken)
      const list: unknown = Object.values(body)[0]
      return status === 200 && Array.isArray(list) ? names(list) : status
    }
    expect(await found('/projects?name=marias')).toEqual(['marias'])
    expect(await found('/projects?name=admin')).toEqual([])
    expect(await found('/users?name=maria')).toEqual(['maria'])
    expect(await found('/users?name=admin')).toEqual([])
    expect(await found('/domains?name=Default')).toEqual(['Default'])
    expect(await found('/domains?name=branch')).toEqual([])
    expect((await identity.get(`/projects/${maria.project.id}`, mariasToken)).status).toBe(200)
    expect((await identity.get(`/users/${maria.user.id}`, mariasToken)).status).toBe(200)
    expect((await identity.get('/domains/default', mariasToken)).status).toBe(200)
    for (const path of [`/projects/${paul.project.id}`, `/users/${paul.user.id}`, `/domains/${branch.id}`]) {
      const known = await identity.get(path, mariasToken)
      const unknown = await identity.get(path.replace(/[0-9a-f]{32}/, 'nothing'), mariasToken)
      expect([known.status, unknown.status]).toEqual([404, 404])
    }
    const assignments = await identity.get(`/role_assignments?user.id=${maria.user.id}`, mariasToken)
    expect(assignments.body.role_assignments).toHaveLength(1)
  })

  it('reads roles, regions, services and endpoints', async () => {
    for (const path of ['/roles', '/regions', '/services', '/endpoints']) {
      expect([path, (await identity.get(path, mariasToken)).status]).toEqual([path, 200])
    }
  })

  it('changes nobody else’s password, knowing it or not', async () => {
    const body = { user: { original_password: paul.password, password: 'x' } }
    const path = `/users/${paul.user.id}/password`
    expect((await identity.call('POST', path, { as: mariasToken, body })).status).toBe(403)
  })
})

describe('an administrator of a domain, logged in to it', () => {
  const as = () => chiefsToken

  it('sees its users, projects and role assignments, and no others', async () => {
    expect(names((await identity.get('/users', as())).body.users)).toEqual(['chief', 'paul'])
    expect(names((await identity.get('/projects', as())).body.projects)).toEqual(['chiefs', 'pauls'])
    expect(names((await identity.get('/domains', as())).body.domains)).toEqual(['branch'])
    expect((await identity.get(`/users/${maria.user.id}`, as())).status).toBe(404)
    const { role_assignments } = (await identity.get('/role_assignments?include_names=1', as())).body
    const scopes = role_assignments.map(({ scope }: Json) => scope.project?.name ?? scope.domain.name)
    expect(scopes.sort()).toEqual(['branch', 'chiefs', 'pauls'])
  })

  it('makes and changes users and projects in it, in no other, and gives its users roles there', async () => {
    const project = await identity.make('/projects', 'project', { name: 'depot' }, as())
    const user = await identity.make('/users', 'user', { name: 'ina', password: 'p' }, as())
    expect([project.domain_id, user.domain_id]).toEqual([branch.id, branch.id])
    const roles = `/projects/${project.id}/users/${user.id}/roles`
    const give = async (role: string) =>
      (await identity.call('PUT', `${roles}/${await identity.role(role)}`, { as: as() })).status
    expect(await give('member')).toBe(204)
    expect((await identity.logIn(byPassword({ user, password: 'p' }))).status).toBe(201)
    expect(await give('admin')).toBe(403)
    expect((await identity.change(`/users/${user.id}`, 'user', { description: 'new' }, as())).status).toBe(200)
    for (const [path, singular] of [
      ['/projects', 'project'],
      ['/users', 'user'],
    ] as const) {
      const body = { [singular]: { name: 'elsewhere', domain_id: 'default' } }
      expect((await identity.call('POST', path, { as: as(), body })).status).toBe(403)
    }
    expect((await identity.change(`/users/${maria.user.id}`, 'user', { enabled: false }, as())).status).toBe(403)
    const others = `/projects/${maria.project.id}/users/${maria.user.id}/roles/${await identity.role('reader')}`
    expect((await identity.call('PUT', others, { as: as() })).status).toBe(403)
    const theirs = `/projects/${project.id}/users/${maria.user.id}/roles/${await identity.role('reader')}`
    expect((await identity.call('PUT', theirs, { as: as() })).status).toBe(403)
  })

  it('manages neither domains nor roles nor the catalog, and nothing below /v2.0', async () => {
    expect((await identity.change(`/domains/${branch.id}`, 'domain', { name: 'x' }, as())).status).toBe(403)
    expect((await identity.call('POST', '/roles', { as: as(), body: { role: { name: 'x' } } })).status).toBe(403)
    expect((await identity.call('POST', '/regions', { as: as(), body: { region: {} } })).status).toBe(403)
    expect((await cloud.request('GET', '/v2.0/networks', undefined, { 'x-auth-token': as() })).status).toBe(401)
  })

  it('does not become an administrator of all by one who is at home in its domain', async () => {
    const boss = await identity.person('boss', 'admin', branch.id)
    const message = (what: string, id: string) =>
      `${what} ${id} is an administrator’s: only an administrator of the whole installation may change it.`
    const password = await identity.change(`/users/${boss.user.id}`, 'user', { password: 'mine' }, as())
    expect([password.status, password.body.error.message]).toEqual([403, message('User', boss.user.id)])
    expect((await identity.call('DELETE', `/users/${boss.user.id}`, { as: as() })).status).toBe(403)
    const project = await identity.change(`/projects/${boss.project.id}`, 'project', { enabled: false }, as())
    expect([project.status, project.body.error.message]).toEqual([403, message('Project', boss.project.id)])
    const grant = `/projects/${boss.project.id}/users/${paul.user.id}/roles/${await identity.role('member')}`
    expect((await identity.call('PUT', grant, { as: as() })).status).toBe(403)
  })

  it('is none with a token for a project', async () => {
    const token = await identity.token(byPassword(chief))
    expect((await identity.get('/users', token)).status).toBe(403)
  })
})
