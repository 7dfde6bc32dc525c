import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openstack } from '../../src/api/profiles/openstack.ts'
import { Living, type Planned, requestsOf } from '../support/arbitrary-request.ts'
import { TestCloud } from '../support/cloud.ts'
import { memoryOf } from '../support/process.ts'
import { sendRaw, speak, type Target } from '../support/raw-http.ts'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'

/** The compiled program on a real socket, and clients that break HTTP itself: it goes on answering the others. */

let service: Service
let target: Target
let token: string
beforeAll(async () => {
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', SALLYPORT_LOG_LEVEL: 'error' } })
  target = targetOf(service.url)
  token = (await service.client()).token
}, 60_000)
afterAll(() => service.close())

function targetOf(url: string): Target {
  const { hostname: host, port } = new URL(url)
  return { host, port: Number(port) }
}

const path = '/openstack/v2.0/vpn/ikepolicies'
const head = (line: string, ...headers: string[]) =>
  [line, 'Host: localhost', `X-Auth-Token: ${token}`, ...headers, '', ''].join('\r\n')

/** Whether the service answers somebody else. */
async function answersOthers(): Promise<void> {
  const answer = await fetch(`${service.url}/healthz`, { signal: AbortSignal.timeout(5_000) })
  expect(answer.status).toBe(200)
}

describe('bytes that are no HTTP', () => {
  it.each<[what: string, bytes: () => string | Buffer, statuses: number[]]>([
    ['nothing that is a request', () => 'hello\r\n\r\n', [400]],
    ['a TLS greeting', () => Buffer.from([22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]), [400]],
    ['zeros', () => Buffer.alloc(10_000), [400]],
    ['a length that is no number', () => head(`POST ${path} HTTP/1.1`, 'Content-Length: many'), [400]],
    ['a negative length', () => head(`POST ${path} HTTP/1.1`, 'Content-Length: -1'), [400]],
    ['two lengths', () => `${head(`POST ${path} HTTP/1.1`, 'Content-Length: 2', 'Content-Length: 5')}{}`, [400]],
    [
      'a length and chunks',
      () => `${head(`POST ${path} HTTP/1.1`, 'Content-Length: 2', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      [400],
    ],
    ['chunks that are none', () => `${head(`POST ${path} HTTP/1.1`, 'Transfer-Encoding: chunked')}zz\r\n{}\r\n`, [400]],
    ['a header of 100 kB', () => head(`GET ${path} HTTP/1.1`, `X-Long: ${'x'.repeat(100_000)}`), [431]],
    ['a path of 100 kB', () => head(`GET ${path}?name=${'x'.repeat(100_000)} HTTP/1.1`), [431]],
    [
      'three thousand headers',
      () => head(`GET ${path} HTTP/1.1`, ...Array.from({ length: 3_000 }, (_, n) => `X-${n}: 1`)),
      [431, 200],
    ],
    ['a header with a line feed alone', () => `GET ${path} HTTP/1.1\nHost: x\n\n`, [400, 401]],
    ['HTTP of another time', () => `GET ${path} HTTP/9.9\r\n\r\n`, [400]],
    ['no host', () => `GET ${path} HTTP/1.1\r\n\r\n`, [400]],
    [
      'a promise of a body that is too large',
      () => head(`POST ${path} HTTP/1.1`, 'Content-Length: 99999999999'),
      [413],
    ],
    ['a body past the limit in chunks', () => chunkedBody(2 ** 20 + 1), [413]],
    ['ten requests at once', () => head(`GET ${path} HTTP/1.1`).repeat(10), [200]],
  ])('%s', async (_, bytes, statuses) => {
    const heard = await speak(target, (socket) => void socket.write(bytes()))
    expect(heard.wasReset || heard.statuses.length > 0).toBe(true)
    for (const status of heard.statuses) expect(statuses).toContain(status)
    await answersOthers()
  })

  const chunkedBody = (size: number) =>
    `${head(`POST ${path} HTTP/1.1`, 'Transfer-Encoding: chunked')}${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`

  it('clients that leave in the middle', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, cut) =>
        speak(target, (socket) => {
          const whole = `${head(`POST ${path} HTTP/1.1`, 'Content-Length: 40')}{"ikepolicy":{}}`
          socket.write(whole.slice(0, (whole.length * cut) / 50), () => socket.destroy())
        }),
      ),
    )
    await answersOthers()
    const client = await service.client('/openstack/v2.0')
    expect((await client.get('/vpn/ikepolicies')).ikepolicies).toEqual([])
  })
})

it('a thousand fuzzed requests on the wire: none is a 500, and memory stays flat', async () => {
  const living = new Living()
  const statuses = new Map<number | undefined, number>()
  let sent = 0
  let halfWay = 0
  const one = async ({ operation, send }: Planned) => {
    const request = send(living)
    const { status, body } = await sendRaw(target, request, token)
    if (operation?.does === 'create' && status === 201) {
      const { singular } = operation.resource
      living.born(singular, JSON.parse(body)[singular].id)
    }
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    expect(status ?? 400, `${request.method} ${request.path}`).toBeLessThan(500)
    sent += 1
    if (sent === 500) halfWay = await memoryOf(service.pid)
  }
  await fc.assert(fc.asyncProperty(requestsOf(openstack), one), { numRuns: 1_000, endOnFailure: true })
  const growthMiB = ((await memoryOf(service.pid)) - halfWay) / 2 ** 20
  console.log(
    `1000 requests on the wire; resident memory grew by ${growthMiB.toFixed(1)} MiB over the second half`,
    statuses,
  )
  // Bodies of a megabyte come and go in between, and the collector takes its time; a leak of them would be 100 MiB.
  expect(growthMiB).toBeLessThan(64)
  await answersOthers()
  expect(service.log).not.toContain('request failed')
}, 120_000)

describe('clients that are slow', () => {
  let cloud: TestCloud
  let slow: Target
  beforeAll(async () => {
    cloud = await TestCloud.open({ patience: { headersMs: 200, requestMs: 400, checkEveryMs: 50 } })
    slow = targetOf(await cloud.server.api.listen({ host: '127.0.0.1', port: 0 }))
  })
  afterAll(() => cloud.close())

  it.each([
    ['with their headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\n', 'X-More: 1\r\n'],
    ['with their body', 'POST /v2.0/vpn/ikepolicies HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n', ' '],
  ])('%s are cut off, and hold up nobody', async (_, beginning, more) => {
    const dribble = speak(
      slow,
      async (socket) => {
        socket.write(beginning)
        await until(
          async () => {
            if (!socket.destroyed) socket.write(more)
            return socket.destroyed
          },
          { what: 'the end of the connection', everyMs: 20 },
        )
      },
      { untilClosedMs: 5_000 },
    )
    const others = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`http://${slow.host}:${slow.port}/healthz`).then(({ status }) => status)),
    )
    expect(others).toEqual(Array.from({ length: 20 }, () => 200))
    for (const status of (await dribble).statuses) expect([401, 408]).toContain(status)
  })
})
