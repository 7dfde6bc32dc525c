import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { byPassword, Identity, inProject, type Person, v3 } from '../support/identity.ts'
import { until } from '../support/until.ts'

/** When a token stops being good: with the change that ends it, whoever made that. */

let cloud: TestCloud
let identity: Identity
let maria: Person
beforeEach(async () => {
  cloud = await TestCloud.open()
  identity = new Identity(cloud)
  maria = await identity.person('maria')
})
afterEach(() => cloud.close())

const path = (person: Person) => `/users/${person.user.id}`
const grant = async (person: Person, role: string) =>
  `/projects/${person.project.id}${path(person)}/roles/${await identity.role(role)}`

/** What ends a token, and what would make it good again if it were only asleep. */
const ends: Readonly<Record<string, { readonly end: () => Promise<unknown>; readonly undo?: () => Promise<unknown> }>> =
  {
    'its user is disabled': {
      end: () => identity.change(path(maria), 'user', { enabled: false }),
      undo: () => identity.change(path(maria), 'user', { enabled: true }),
    },
    'its user is deleted': { end: () => identity.call('DELETE', path(maria)) },
    'its user gets another password': { end: () => identity.change(path(maria), 'user', { password: 'another' }) },
    'its project is disabled': {
      end: () => identity.change(`/projects/${maria.project.id}`, 'project', { enabled: false }),
      undo: () => identity.change(`/projects/${maria.project.id}`, 'project', { enabled: true }),
    },
    'its project is deleted': { end: () => identity.call('DELETE', `/projects/${maria.project.id}`) },
    'a role there is taken from its user': {
      end: async () => identity.call('DELETE', await grant(maria, 'member')),
      undo: async () => identity.call('PUT', await grant(maria, 'member')),
    },
  }

describe('a token that has been used ends at once when', () => {
  it.each(Object.keys(ends))('%s, and does not come back', async (name) => {
    const token = await identity.token(byPassword(maria, inProject(maria.project)))
    expect(await identity.isGood(token)).toBe(true)
    await ends[name]?.end()
    expect(await identity.isGood(token)).toBe(false)
    await ends[name]?.undo?.()
    expect(await identity.isGood(token)).toBe(false)
  })

  it('its user’s domain is disabled', async () => {
    const domain = await identity.make('/domains', 'domain', { name: 'branch' })
    const paul = await identity.person('paul', 'member', domain.id)
    const token = await identity.token(byPassword(paul))
    expect(await identity.isGood(token)).toBe(true)
    await identity.change(`/domains/${domain.id}`, 'domain', { enabled: false })
    expect(await identity.isGood(token)).toBe(false)
    expect((await identity.logIn(byPassword(paul))).status).toBe(401)
  })

  it('its user changes the own password, with all others of the user, and only if the old one is right', async () => {
    const [one, other] = [await identity.token(byPassword(maria)), await identity.token(byPassword(maria))]
    const change = (original_password: string) =>
      identity.call('POST', `${path(maria)}/password`, {
        as: one,
        body: { user: { original_password, password: 'new' } },
      })
    expect((await change('wrong')).status).toBe(401)
    expect(await identity.isGood(one)).toBe(true)
    expect((await change(maria.password)).status).toBe(204)
    expect([await identity.isGood(one), await identity.isGood(other)]).toEqual([false, false])
    expect((await identity.logIn(byPassword(maria))).status).toBe(401)
    expect((await identity.logIn(byPassword({ ...maria, password: 'new' }))).status).toBe(201)
  })

  it('and leaves those of others alone', async () => {
    const paul = await identity.person('paul')
    const token = await identity.token(byPassword(paul))
    await identity.change(path(maria), 'user', { enabled: false })
    expect(await identity.isGood(token)).toBe(true)
  })
})

describe('a role that was given', () => {
  it('is in a token that there was before, from then on', async () => {
    const token = await identity.token(byPassword(maria))
    const projects = () => identity.get('/projects', token)
    expect((await projects()).status).toBe(403)
    await identity.give(maria.user.id, 'admin', `/projects/${maria.project.id}`)
    expect((await projects()).status).toBe(200)
  })
})

describe('another server on the same database', () => {
  it('finds out about a change within its second, though it remembers the token', async () => {
    const other = cloud.another()
    const token = await identity.token(byPassword(maria))
    const ask = async () => {
      const headers = { 'x-auth-token': token }
      return (await other.api.inject({ url: `${v3}/auth/catalog`, headers })).statusCode
    }
    expect(await ask()).toBe(200)
    await identity.change(path(maria), 'user', { enabled: false })
    await until(async () => (await ask()) === 401, { what: 'the end of the token', deadlineMs: 2_000 })
    await other.api.close()
  })
})
