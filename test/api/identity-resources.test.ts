import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aGround, TestCloud } from '../support/cloud.ts'
import { byPassword, Identity, type Json } from '../support/identity.ts'

/** What an administrator manages, as clients of Keystone expect it. */

let cloud: TestCloud
let identity: Identity
beforeEach(async () => {
  cloud = await TestCloud.open()
  identity = new Identity(cloud)
})
afterEach(() => cloud.close())

const names = (list: readonly Json[]) => list.map(({ name }) => name).sort()
const refusal = (code: number, title: string, message: string) => [code, { error: { code, title, message } }]
const answer = async (asked: Promise<{ status: number; body: unknown }>) => {
  const { status, body } = await asked
  return [status, body]
}

describe('a project', () => {
  it('is made, shown, changed and deleted, with Keystone’s attributes and statuses', async () => {
    const given = { name: 'hamburg', description: 'Office', tags: ['north'], colour: 'ignored', parent_id: 'default' }
    const made = await identity.call('POST', '/projects', { body: { project: given } })
    const { id } = made.body.project
    expect(made.status).toBe(201)
    expect(made.body.project).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'hamburg',
      description: 'Office',
      domain_id: 'default',
      parent_id: 'default',
      enabled: true,
      is_domain: false,
      tags: ['north'],
      options: {},
      links: { self: expect.stringMatching(new RegExp(`^http://.*/identity/v3/projects/${id}$`)) },
    })
    expect((await identity.get(`/projects/${id}`)).body).toEqual(made.body)
    const changed = await identity.change(`/projects/${id}`, 'project', { name: 'bremen', domain_id: 'default' })
    expect([changed.status, changed.body.project]).toEqual([200, { ...made.body.project, name: 'bremen' }])
    const gone = await identity.call('DELETE', `/projects/${id}`)
    expect([gone.status, gone.body]).toEqual([204, undefined])
    expect(await answer(identity.get(`/projects/${id}`))).toEqual(
      refusal(404, 'Not Found', `Could not find project: ${id}.`),
    )
  })

  it('is found by its name after a look for it as an id', async () => {
    await identity.make('/projects', 'project', { name: 'hamburg' })
    expect((await identity.get('/projects/hamburg')).status).toBe(404)
    const { body } = await identity.get('/projects?name=hamburg')
    expect(names(body.projects)).toEqual(['hamburg'])
    expect(body.links).toEqual({ next: null, previous: null, self: expect.stringMatching(/projects\?name=hamburg$/) })
  })

  it.each([
    ['name=one', ['one']],
    ['name=one&name=two', ['one', 'two']],
    ['enabled=False', ['two']],
    ['domain_id=default&enabled=true', ['admin', 'one']],
    ['parent_id=elsewhere', []],
    ['parent_id=default', ['admin', 'one', 'two']],
    ['is_domain=true', []],
    ['colour=red', ['admin', 'one', 'two']],
    ['limit=1', ['admin', 'one', 'two']],
  ])('is listed by %s', async (query, expected) => {
    await identity.make('/projects', 'project', { name: 'one' })
    await identity.make('/projects', 'project', { name: 'two', enabled: false })
    expect(names((await identity.get(`/projects?${query}`)).body.projects)).toEqual(expected)
  })

  it('has a name of its own in its domain', async () => {
    const domain = await identity.make('/domains', 'domain', { name: 'other' })
    await identity.make('/projects', 'project', { name: 'hamburg' })
    expect(await answer(identity.call('POST', '/projects', { body: { project: { name: 'hamburg' } } }))).toEqual(
      refusal(
        409,
        'Conflict',
        'Conflict occurred attempting to store project - Duplicate entry found with name hamburg at domain ID default.',
      ),
    )
    await identity.make('/projects', 'project', { name: 'hamburg', domain_id: domain.id })
  })

  it.each([
    [{}, "Failed to parse request. Required attribute 'name' not specified"],
    [{ name: '' }, "Invalid input for name. Reason: '' is shorter than the minimum length of 1."],
    [{ name: 'x'.repeat(65) }, `Invalid input for name. Reason: '${'x'.repeat(65)}' exceeds maximum length of 64.`],
    [{ name: 7 }, "Invalid input for name. Reason: '7' is not a valid string."],
    [{ name: 'x', is_domain: true }, 'Invalid input for is_domain. Reason: True is not in valid_values.'],
    [
      { name: 'x', parent_id: 'above' },
      "Projects are not inside one another here: parent_id can be the project's domain default only, and not above.",
    ],
  ])('is not made of %j', async (project, message) => {
    expect(await answer(identity.call('POST', '/projects', { body: { project } }))).toEqual(
      refusal(400, 'Bad Request', message),
    )
  })

  it('stays in its domain', async () => {
    const { id } = await identity.make('/projects', 'project', { name: 'hamburg' })
    const { body } = await identity.change(`/projects/${id}`, 'project', { domain_id: 'other' })
    expect(body.error.message).toBe(`Attribute domain_id of project ${id} cannot be changed.`)
  })

  it('that owns anything is not deleted, and says what is left', async () => {
    await identity.make('/projects', 'project', { name: 'hamburg' })
    await aGround(cloud)
    const [admin] = (await identity.get('/projects?name=admin')).body.projects
    const { status, body } = await identity.call('DELETE', `/projects/${admin.id}`)
    expect([status, body.error.message]).toEqual([
      409,
      `Project ${admin.id} still has 1 VPN services, 2 endpoint groups, 1 IKE policies, 1 IPsec policies, 1 routers, ` +
        '2 ports, 2 subnets, 2 networks. Delete them first.',
    ])
  })
})

describe('a user', () => {
  it('is made, shown, changed and deleted, and its password is in no answer', async () => {
    const given = { name: 'maria', password: 'secret-word', email: 'maria@example.org', description: 'Engineer' }
    const made = await identity.call('POST', '/users', { body: { user: given } })
    const { id } = made.body.user
    expect([made.status, made.body.user]).toEqual([
      201,
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        name: 'maria',
        domain_id: 'default',
        default_project_id: null,
        description: 'Engineer',
        email: 'maria@example.org',
        enabled: true,
        password_expires_at: null,
        options: {},
        links: { self: expect.stringContaining(`/identity/v3/users/${id}`) },
      },
    ])
    const changed = await identity.change(`/users/${id}`, 'user', { password: 'other-word', email: null })
    expect([changed.status, changed.body.user.email]).toEqual([200, null])
    const shown = await identity.get(`/users/${id}`)
    const listed = await identity.get('/users?enabled=true')
    for (const { body } of [made, changed, shown, listed]) expect(JSON.stringify(body)).not.toMatch(/-word|plain/)
    expect((await identity.logIn(byPassword({ user: { id }, password: 'other-word' }))).status).toBe(201)
    expect((await identity.call('DELETE', `/users/${id}`)).status).toBe(204)
    expect((await identity.get(`/users/${id}`)).body.error.message).toBe(`Could not find user: ${id}.`)
  })

  it('takes its tokens, roles and application credentials with it', async () => {
    const maria = await identity.person('maria')
    const as = await identity.token(byPassword(maria))
    const credentials = `/users/${maria.user.id}/application_credentials`
    await identity.make(credentials, 'application_credential', { name: 'monitoring' }, as)
    expect((await identity.call('DELETE', `/users/${maria.user.id}`)).status).toBe(204)
    expect(await identity.isGood(as)).toBe(false)
    const { body } = await identity.get(`/role_assignments?scope.project.id=${maria.project.id}`)
    expect(body.role_assignments).toEqual([])
    expect((await identity.call('DELETE', `/projects/${maria.project.id}`)).status).toBe(204)
  })

  it('is found by default_project_id, and belongs to a project that there is', async () => {
    const maria = await identity.person('maria')
    const { body } = await identity.get(`/users?default_project_id=${maria.project.id}`)
    expect(names(body.users)).toEqual(['maria'])
    const user = { name: 'paul', default_project_id: 'nothing' }
    expect((await identity.call('POST', '/users', { body: { user } })).status).toBe(404)
  })

  it('has projects, and no groups, because there are none', async () => {
    const maria = await identity.person('maria')
    const as = await identity.token(byPassword(maria))
    const path = `/users/${maria.user.id}`
    expect(names((await identity.get(`${path}/projects`, as)).body.projects)).toEqual(['marias'])
    expect((await identity.get(`${path}/groups`, as)).body.groups).toEqual([])
    expect((await identity.get('/groups')).body.groups).toEqual([])
  })
})

describe('a domain', () => {
  it('is disabled and emptied before it is deleted', async () => {
    const { id } = await identity.make('/domains', 'domain', { name: 'branch', description: 'Branches' })
    await identity.person('paul', 'member', id)
    const remove = () => identity.call('DELETE', `/domains/${id}`)
    expect(await answer(remove())).toEqual(
      refusal(403, 'Forbidden', 'Cannot delete a domain that is enabled, please disable it first.'),
    )
    await identity.change(`/domains/${id}`, 'domain', { enabled: false })
    expect((await remove()).body.error.message).toBe(
      `Domain ${id} still has 1 projects and 1 users. Delete them first.`,
    )
    for (const kind of ['users', 'projects']) {
      const [left] = (await identity.get(`/${kind}?domain_id=${id}`)).body[kind]
      expect((await identity.call('DELETE', `/${kind}/${left.id}`)).status).toBe(204)
    }
    expect((await remove()).status).toBe(204)
  })

  it('that the installation began with stays', async () => {
    expect((await identity.call('DELETE', '/domains/default')).status).toBe(403)
    expect((await identity.change('/domains/default', 'domain', { enabled: false })).status).toBe(409)
  })
})

describe('the last administrator', () => {
  const last = 'That would leave nobody who is an administrator and can log in:'

  it('cannot be deleted or disabled, nor lose the role, nor the project that it has it in', async () => {
    const [user] = (await identity.get('/users?name=admin')).body.users
    const [project] = (await identity.get('/projects?name=admin')).body.projects
    const role = await identity.role('admin')
    const attempts = [
      () => identity.call('DELETE', `/users/${user.id}`),
      () => identity.change(`/users/${user.id}`, 'user', { enabled: false }),
      () => identity.call('DELETE', `/projects/${project.id}/users/${user.id}/roles/${role}`),
      () => identity.change(`/projects/${project.id}`, 'project', { enabled: false }),
    ]
    for (const attempt of attempts) {
      const { status, body } = await attempt()
      expect([status, body.error.message]).toEqual([409, expect.stringContaining(last)])
    }
    expect((await identity.get('/users')).status).toBe(200)
  })

  it('is no longer the last when there is another', async () => {
    await identity.person('second', 'admin')
    const [user] = (await identity.get('/users?name=admin')).body.users
    expect((await identity.change(`/users/${user.id}`, 'user', { enabled: false })).status).toBe(200)
  })
})

describe('a role', () => {
  it('can be made and means nothing; those that mean something stay as they are', async () => {
    const { id } = await identity.make('/roles', 'role', { name: 'on-call' })
    const maria = await identity.person('maria', 'on-call')
    const as = await identity.token(byPassword(maria))
    expect(
      names((await identity.get(`/projects/${maria.project.id}/users/${maria.user.id}/roles`, as)).body.roles),
    ).toEqual(['on-call'])
    const networks = await cloud.request('POST', '/v2.0/networks', { network: {} }, { 'x-auth-token': as })
    expect(networks.status).toBe(403)
    expect((await identity.call('DELETE', `/roles/${id}`)).status).toBe(204)
    expect(await identity.isGood(as)).toBe(false)
    for (const name of ['admin', 'member', 'reader']) {
      const path = `/roles/${await identity.role(name)}`
      const sentence = `Role ${name} means something to this service: it cannot be renamed or deleted.`
      expect(await answer(identity.call('DELETE', path))).toEqual(refusal(403, 'Forbidden', sentence))
      expect((await identity.change(path, 'role', { name: 'x' })).status).toBe(403)
      expect((await identity.change(path, 'role', { description: 'known' })).status).toBe(200)
    }
  })

  it('is given, asked for, listed and taken, in projects and on domains', async () => {
    const maria = await identity.person('maria')
    const role = await identity.role('reader')
    for (const target of [`/projects/${maria.project.id}`, '/domains/default']) {
      const path = `${target}/users/${maria.user.id}/roles`
      expect((await identity.call('HEAD', `${path}/${role}`)).status).toBe(404)
      for (const _ of ['once', 'again']) expect((await identity.call('PUT', `${path}/${role}`)).status).toBe(204)
      expect((await identity.call('HEAD', `${path}/${role}`)).status).toBe(204)
      expect((await identity.get(`${path}/${role}`)).status).toBe(204)
      expect(names((await identity.get(path)).body.roles)).toContain('reader')
      expect((await identity.call('DELETE', `${path}/${role}`)).status).toBe(204)
      const { status, body } = await identity.call('DELETE', `${path}/${role}`)
      expect([status, body.error.message]).toEqual([
        404,
        `Could not find role assignment with role: ${role}, user or group: ${maria.user.id}, ` +
          `project, domain, or system: ${target.split('/')[2]}.`,
      ])
    }
    expect((await identity.call('PUT', `/projects/nothing/users/${maria.user.id}/roles/${role}`)).status).toBe(404)
    expect((await identity.call('PUT', `/projects/${maria.project.id}/users/nobody/roles/${role}`)).status).toBe(404)
    expect((await identity.call('PUT', `/projects/${maria.project.id}/users/${maria.user.id}/roles/none`)).status).toBe(
      404,
    )
  })
})

describe('the list of role assignments', () => {
  it('has ids, and with include_names the names of everything it refers to', async () => {
    const maria = await identity.person('maria')
    await identity.give(maria.user.id, 'reader', '/domains/default')
    const query = `/role_assignments?user.id=${maria.user.id}`
    const role = async (name: string) => ({ id: await identity.role(name) })
    expect((await identity.get(query)).body.role_assignments).toEqual([
      {
        role: await role('member'),
        user: { id: maria.user.id },
        scope: { project: { id: maria.project.id } },
        links: { assignment: expect.stringContaining(`/projects/${maria.project.id}/users/${maria.user.id}/roles/`) },
      },
      {
        role: await role('reader'),
        user: { id: maria.user.id },
        scope: { domain: { id: 'default' } },
        links: { assignment: expect.stringContaining(`/domains/default/users/${maria.user.id}/roles/`) },
      },
    ])
    const domain = { id: 'default', name: 'Default' }
    expect((await identity.get(`${query}&include_names=True`)).body.role_assignments).toMatchObject([
      {
        role: { name: 'member' },
        user: { name: 'maria', domain },
        scope: { project: { name: 'marias', domain } },
      },
      { scope: { domain } },
    ])
  })

  it('is narrowed by user, role, project and domain, and widened by what follows', async () => {
    const maria = await identity.person('maria')
    const count = async (query: string) =>
      (await identity.get(`/role_assignments?${query}`)).body.role_assignments.length
    expect(await count('')).toBe(3)
    expect(await count(`scope.project.id=${maria.project.id}`)).toBe(1)
    expect(await count(`scope.project.id=${maria.project.id}&effective=True`)).toBe(2)
    expect(await count('scope.domain.id=default')).toBe(1)
    expect(await count(`role.id=${await identity.role('admin')}`)).toBe(2)
    expect(await count('group.id=any')).toBe(0)
    expect(await count('scope.system=all')).toBe(0)
  })
})

describe('a change', () => {
  it('is an audit event with what changed, and no secret', async () => {
    const maria = await identity.person('maria')
    await identity.change(`/users/${maria.user.id}`, 'user', { description: 'Engineer', password: 'new-word' })
    const as = await identity.token(byPassword({ ...maria, password: 'new-word' }))
    await identity.call('POST', `/users/${maria.user.id}/password`, {
      as,
      body: { user: { original_password: 'new-word', password: 'newer-word' } },
    })
    const { body } = await cloud.get(`/v2.0/audit-events?resource_id=${maria.user.id}`)
    expect(body.audit_events).toMatchObject([
      { action: 'change_password', user_name: 'maria' },
      {
        action: 'update_user',
        resource_type: 'user',
        user_name: 'admin',
        changes: {
          description: { from: '', to: 'Engineer' },
          password: { from: '[secret]', to: '[secret]' },
        },
      },
      { action: 'create_user', changes: { name: { to: 'maria' }, domain_id: { to: 'default' } } },
    ])
    expect(JSON.stringify(body)).not.toMatch(/-word|password of/)
    const grants = await cloud.get(`/v2.0/audit-events?action=add_project_role`)
    expect(grants.body.audit_events[0]).toMatchObject({
      resource_type: 'project',
      resource_id: maria.project.id,
      changes: { user_id: { to: maria.user.id }, role_id: { to: await identity.role('member') } },
    })
  })
})
