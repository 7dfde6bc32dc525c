import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '../support/client.ts'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'
import { KeystoneServer } from './support/keystone-server.ts'
import { TlsFront } from './support/tls-front.ts'

/** The distribution's Keystone has the users: what its operator types, and what its users then may do. */

const run = promisify(execFile)
const password = 'of Sallyport’s own user'
const policies = '/openstack/v2.0/vpn/ikepolicies'
let keystone: KeystoneServer
let service: Service

beforeAll(async () => {
  keystone = await KeystoneServer.open()
  service = await Service.open({ env: settings(keystone.url) })
  const variables = { ...keystone.environment(), SALLYPORT: service.url, PASSWORD: password }
  await run('sh', ['-ec', await guideCommands()], { env: variables, timeout: 180_000 })
  await untilReady()
  await keystone.makeUser('ann', 'secret of ann', 'member', 'blue')
  await keystone.makeUser('bob', 'secret of bob', 'member', 'red')
  await keystone.makeUser('eve', 'secret of eve', 'reader', 'blue')
}, 240_000)
afterAll(async () => {
  await service?.close()
  await keystone?.close()
})

function settings(url: string): Readonly<Record<string, string>> {
  return {
    SALLYPORT_DRIVER: 'simulated',
    SALLYPORT_IDENTITY_MODE: 'keystone',
    SALLYPORT_IDENTITY_URL: url,
    SALLYPORT_IDENTITY_USERNAME: 'sallyport',
    SALLYPORT_IDENTITY_PASSWORD: password,
    SALLYPORT_IDENTITY_CACHE_SECONDS: '1',
    // It answers one request after the other, and the machine may be busy.
    SALLYPORT_IDENTITY_TIMEOUT_SECONDS: '30',
  }
}

/** What the guide tells the operator of the Keystone to type. */
async function guideCommands(): Promise<string> {
  const guide = await readFile(fileURLToPath(new URL('../../docs/guide/keystone.md', import.meta.url)), 'utf8')
  const [, commands] = /<!-- run by test\/interop\/keystone.test.ts -->\n```sh\n(.*?)```/s.exec(guide) ?? []
  if (commands === undefined) throw new Error('the guide has no commands')
  return commands
}

async function readiness(): Promise<{ readonly ready: boolean; readonly reason?: string }> {
  return service.health()
}

const untilReady = () => until(async () => (await readiness()).ready, { what: 'readiness', deadlineMs: 20_000 })

async function ask(
  token: string,
  path: string,
  method = 'GET',
  body?: object,
): Promise<{ status: number; body: Json }> {
  const answer = await fetch(service.url + path, {
    method,
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}

const logIn = (name: string, project: string) => keystone.logIn(name, `secret of ${name}`, { project })
const statusFor = async (token: string) => (await ask(token, policies)).status

/** The answer of the `openstack` command to a user of the project `blue`. */
async function openstack(region: string, ...args: readonly string[]): Promise<Json> {
  const env = { ...keystone.environment('ann', 'blue', 'secret of ann'), OS_REGION_NAME: region }
  return JSON.parse((await run('openstack', [...args, '-f', 'json'], { env, timeout: 50_000 })).stdout)
}

describe('users of Keystone', { timeout: 120_000 }, () => {
  it.each(['RegionOne', 'eu-de'])('find Sallyport in the catalog of %s and work with it', async (region) => {
    expect(await openstack(region, 'network', 'list')).toMatchObject([{ Name: 'public' }])
    const made = await openstack(region, 'vpn', 'ike', 'policy', 'create', `from ${region}`)
    expect(made.Name).toBe(`from ${region}`)
  })

  it('have what is their project’s, as their role allows', async () => {
    const [ann, bob, eve] = [await logIn('ann', 'blue'), await logIn('bob', 'red'), await logIn('eve', 'blue')]
    const made = await ask(ann, policies, 'POST', { ikepolicy: { name: 'of ann' } })
    const [{ id: blue }] = (await keystone.request('GET', '/projects?name=blue')).projects
    expect([made.status, made.body.ikepolicy.project_id]).toEqual([201, blue])
    expect((await ask(bob, `${policies}/${made.body.ikepolicy.id}`)).status).toBe(404)
    expect((await ask(eve, policies)).body).toEqual({ ikepolicies: [] })
    expect((await ask(eve, policies, 'POST', { ikepolicy: {} })).status).toBe(403)
  })

  it('administer everything with the role admin, of a project or of the system', async () => {
    await ask(await logIn('ann', 'blue'), policies, 'POST', { ikepolicy: { name: 'to be seen' } })
    for (const scope of [{ project: 'admin' }, 'system'] as const) {
      const token = await keystone.logIn('admin', 'admin of Keystone', scope)
      const names = (await ask(token, policies)).body.ikepolicies.map(({ name }: { name: string }) => name)
      expect(names).toContain('to be seen')
    }
  })

  it('need a project', async () => {
    expect(await statusFor(await keystone.logIn('ann', 'secret of ann', 'none'))).toBe(401)
    expect(await statusFor('gAAAAABnotatoken')).toBe(401)
  })
})

describe('soon refused is', () => {
  it('a token that was revoked', async () => {
    const token = await logIn('ann', 'blue')
    expect(await statusFor(token)).toBe(200)
    await keystone.revoke(token)
    await until(async () => (await statusFor(token)) === 401, { what: 'the refusal', deadlineMs: 5_000 })
  })

  it('a user who was disabled', async () => {
    const id = await keystone.makeUser('tom', 'secret of tom', 'member', 'blue')
    const token = await logIn('tom', 'blue')
    expect(await statusFor(token)).toBe(200)
    await keystone.request('PATCH', `/users/${id}`, { user: { enabled: false } })
    await until(async () => (await statusFor(token)) === 401, { what: 'the refusal', deadlineMs: 5_000 })
  })
})

describe('a Keystone behind TLS', () => {
  it('is believed when its certificate is of an authority that was named, and not otherwise', async () => {
    const front = await TlsFront.open(Number(new URL(keystone.url).port))
    const env = settings(`https://127.0.0.1:${front.port}`)
    const doubting = await Service.open({ env })
    const reasonOf = async () => (await doubting.health()).reason
    await until(async () => (await reasonOf())?.includes('self-signed certificate'), { what: 'the doubt' })
    await doubting.close()
    const trusting = await Service.open({ env: { ...env, SALLYPORT_IDENTITY_CA_FILE: front.certificateFile } })
    await until(async () => (await trusting.health()).ready, { what: 'readiness', deadlineMs: 20_000 })
    await trusting.close()
    await front.close()
  })
})

describe('a Keystone that was killed', () => {
  it('makes 503 of new tokens and nothing else, and all is well when it is back', async () => {
    const tokens = [await logIn('ann', 'blue'), await logIn('bob', 'red')] as const
    await keystone.kill()
    try {
      expect(await statusFor(tokens[0])).toBe(503)
      expect(await statusFor('gAAAAABnotatokeneither')).toBe(503)
      await until(async () => (await readiness()).reason?.includes('cannot be asked'), { what: 'the reason' })
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    } finally {
      await keystone.start()
    }
    expect(await statusFor(tokens[0])).toBe(200)
    expect(await statusFor(tokens[1])).toBe(200)
    await untilReady()
  })
})
