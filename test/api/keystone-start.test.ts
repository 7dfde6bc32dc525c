import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { account, ScriptedKeystone } from '../support/scripted-keystone.ts'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'

/** The program on a host whose users are those of a Keystone: what it says, writes down, and tells of its readiness. */

let stateDir: string
let scripted: ScriptedKeystone
let env: Readonly<Record<string, string>>
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'sallyport-'))
  scripted = await ScriptedKeystone.open()
  env = {
    SALLYPORT_DRIVER: 'simulated',
    SALLYPORT_IDENTITY_MODE: 'keystone',
    SALLYPORT_IDENTITY_URL: scripted.url,
    SALLYPORT_IDENTITY_USERNAME: account.name,
    SALLYPORT_IDENTITY_PASSWORD: account.password,
    SALLYPORT_IDENTITY_TIMEOUT_SECONDS: '2',
  }
})
afterEach(async () => {
  await scripted.go()
  await rm(stateDir, { recursive: true, force: true })
})

async function statusOf(
  url: string,
  token = '',
): Promise<{ status: number; body: Awaited<ReturnType<Service['health']>> }> {
  const answer = await fetch(url, { headers: { 'x-auth-token': token }, signal: AbortSignal.timeout(10_000) })
  return { status: answer.status, body: await answer.json() }
}

const untilReady = (service: Service) =>
  until(async () => (await statusOf(`${service.url}/readyz`)).status === 200, { what: 'readiness' })

describe('a start with a Keystone', { timeout: 60_000 }, () => {
  it('names it, and no user or password of its own', async () => {
    const service = await Service.open({ stateDir, env })
    expect(service.output).toContain(`Identity   ${scripted.url}\n`)
    expect(service.output).toContain('Users      those of this Keystone')
    expect(service.output).not.toMatch(/password|admin, of/i)
    const clouds = await readFile(join(stateDir, 'clouds.yaml'), 'utf8')
    expect(parse(clouds).clouds.sallyport).toEqual({
      auth: { auth_url: scripted.url },
      region_name: 'RegionOne',
      identity_api_version: 3,
      interface: 'public',
    })
    const openrc = await readFile(join(stateDir, 'openrc'), 'utf8')
    expect(openrc).toContain(`export OS_AUTH_URL='${scripted.url}'\n`)
    expect(openrc).not.toContain('OS_PASSWORD')
    await service.close()
    expect(service.log).not.toContain(account.password)
  })

  it('is ready when Keystone answers, and says why when it does not; it is healthy either way', async () => {
    scripted.issue('ann')
    await scripted.go()
    const service = await Service.open({ stateDir, env })
    const without = await statusOf(`${service.url}/readyz`)
    expect([without.status, without.body.identity]).toEqual([503, 'keystone'])
    await until(async () => (await statusOf(`${service.url}/readyz`)).body.reason?.includes('ECONNREFUSED'), {
      what: 'the reason',
    })
    expect(await statusOf(`${service.url}/healthz`)).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect((await statusOf(`${service.url}/v2.0/networks`, 'ann')).status).toBe(503)

    await scripted.come()
    await untilReady(service)
    expect((await statusOf(`${service.url}/v2.0/networks`, 'ann')).body.networks).toHaveLength(1)
    expect(service.log).toContain('Keystone validates tokens again')

    await scripted.go()
    await until(
      async () => {
        const { status } = await statusOf(`${service.url}/v2.0/networks`, `other-${Math.random()}`)
        return status === 503 && (await statusOf(`${service.url}/readyz`)).status === 503
      },
      { what: 'the outage to be known' },
    )
    expect((await statusOf(`${service.url}/v2.0/networks`, 'ann')).status).toBe(200)
    await service.close()
  })

  it('stops at once while Keystone keeps silent', async () => {
    scripted.mood = 'silent'
    const service = await Service.open({ stateDir, env: { ...env, SALLYPORT_IDENTITY_TIMEOUT_SECONDS: '60' } })
    const begun = performance.now()
    await service.stop()
    expect(performance.now() - begun).toBeLessThan(30_000)
    await service.close()
  })

  it('takes the password from a file that others may not read', async () => {
    const { SALLYPORT_IDENTITY_PASSWORD: _, ...others } = env
    const file = join(stateDir, 'password')
    const withFile = { ...others, SALLYPORT_IDENTITY_PASSWORD_FILE: file }
    await writeFile(file, `${account.password}\n`, { mode: 0o644 })
    await expect(Service.open({ stateDir, env: withFile })).rejects.toThrow('can be read by everybody; chmod 600 it')
    await rm(file)
    await expect(Service.open({ stateDir, env: withFile })).rejects.toThrow('cannot be read; name a file')
    await writeFile(file, `${account.password}\n`, { mode: 0o600 })
    const service = await Service.open({ stateDir, env: withFile })
    await untilReady(service)
    await service.close()
  })

  it('that lacks something is refused with the field and the remedy', async () => {
    const { SALLYPORT_IDENTITY_URL: _, ...others } = env
    await expect(Service.open({ stateDir, env: others })).rejects.toThrow(
      'sallyport: identity_url (SALLYPORT_IDENTITY_URL) is missing; identity_mode keystone needs where Keystone is',
    )
  })

  it('goes back to the built-in identity, with its own administrator and the same networks', async () => {
    const service = await Service.open({ stateDir, env })
    await service.close()
    const builtIn = await Service.open({ stateDir, env: { SALLYPORT_DRIVER: 'simulated' } })
    expect((await stat(join(stateDir, 'clouds.yaml'))).mode & 0o077).toBe(0)
    const networks = (await (await builtIn.client()).get('/networks')).networks
    expect(networks.map(({ name }: { name: string }) => name)).toEqual(['public'])
    await builtIn.close()
  })
})
