import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aDatabase, environmentOf, type TestDatabase } from '../support/databases.ts'
import { Service } from '../support/service.ts'
import { type Signer, signScoped, type Unsigned } from '../support/signing.ts'

/** `sallyport credential`, beside a running service, and what is signed with what it makes. */

let database: TestDatabase
let service: Service
beforeAll(async () => {
  database = await aDatabase()
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', ...environmentOf(database) } })
}, 60_000)
afterAll(async () => {
  await service?.close()
  await database?.remove()
})

/** Sends the request to the service as it is now, wherever it listens. @returns the status */
async function send({ method, target, body }: Unsigned, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(service.url + target, { method, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function made(...options: readonly string[]): Promise<Signer> {
  const { code, said } = await service.command('credential', 'create', ...options)
  expect([code, said]).toEqual([0, expect.stringContaining(`export OS_AUTH_URL='${service.url}/identity/v3'`)])
  const value = (name: string) => new RegExp(`^export ${name}='(.+)'$`, 'm').exec(said)?.[1] ?? ''
  return { access: value('OS_ACCESS_KEY'), secret: value('OS_SECRET_KEY') }
}

it('makes, lists and deletes a key, which signs requests meanwhile', async () => {
  const key = await made('--description', 'of the command')
  const listed = await service.command('credential', 'list')
  expect(listed.said).toMatch(new RegExp(`^${key.access}  active    \\S+  of the command$`, 'm'))
  expect(listed.said).not.toContain(key.secret)
  const get = { method: 'GET', target: '/v2.0/vpn/vpnservices?fields=id&name=a%20b' }
  expect(await send(get, signScoped(key, get, Date.now()))).toBe(200)
  expect(await service.command('credential', 'delete', key.access)).toEqual({
    code: 0,
    said: `deleted ${key.access}\n`,
  })
  expect(await send(get, signScoped(key, get, Date.now()))).toBe(401)
  const again = await service.command('credential', 'delete', key.access)
  expect([again.code, again.said]).toEqual([1, expect.stringContaining('Could not find credential')])
  expect(service.log + service.output).not.toContain(key.secret)
}, 60_000)

it('what was signed before the service was killed is not carried out again after it', async () => {
  const key = await made()
  const body = '{"ikepolicy":{"name":"once"}}'
  const post = {
    method: 'POST',
    target: '/v2.0/vpn/ikepolicies',
    body,
    headers: { 'content-type': 'application/json' },
  }
  const headers = signScoped(key, post, Date.now())
  expect(await send(post, headers)).toBe(201)
  await service.kill()
  await service.start()
  expect(await send(post, headers)).toBe(401)
  const { ikepolicies } = await (await service.client()).get('/vpn/ikepolicies?name=once')
  expect(ikepolicies).toHaveLength(1)
  const two = [await service.command('credential', 'create', '--json'), await service.command('credential', 'create')]
  expect(two.map(({ code }) => code)).toEqual([0, 1])
  expect(JSON.parse(two[0]?.said ?? '')).toMatchObject({ status: 'active' })
  expect(two[1]?.said).toMatch(/^sallyport: akSkNumExceed/)
}, 60_000)

it('says so when the service does not run', async () => {
  await service.kill()
  const { code, said } = await service.command('credential', 'list')
  expect([code, said]).toEqual([
    1,
    expect.stringMatching(/^sallyport: the service does not answer at http:\S+: start it first/),
  ])
})
