import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { aCertificate, place, type TestCertificate } from '../support/certificate.ts'
import { failedStart } from '../support/failed-start.ts'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'

/** The listener with a certificate. */

let directory: string
let files: { readonly certificate: string; readonly key: string }
let service: Service | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sallyport-'))
  files = { certificate: join(directory, 'fullchain.pem'), key: join(directory, 'privkey.pem') }
})
afterEach(async () => {
  await service?.close()
  service = undefined
  await rm(directory, { recursive: true, force: true })
})

const settings = () => ({
  SALLYPORT_DRIVER: 'simulated',
  SALLYPORT_TLS_CERTIFICATE_FILE: files.certificate,
  SALLYPORT_TLS_KEY_FILE: files.key,
})

async function start(made: TestCertificate, env: Readonly<Record<string, string>> = {}): Promise<Service> {
  await place(made, files)
  service = await Service.open({ stateDir: join(directory, 'state'), env: { ...settings(), ...env } })
  return service
}

interface Heard {
  readonly status: number | undefined
  // biome-ignore lint/suspicious/noExplicitAny: answers are what a client sees, untyped JSON
  readonly body: any
}

/** As a client that trusts this certificate and nothing else. */
async function ask(ca: string, url: string, sent: { method?: string; body?: string } = {}): Promise<Heard> {
  const { status, text } = await exchange(ca, url, sent)
  return { status, body: JSON.parse(text) }
}

async function readText(ca: string, url: string): Promise<string> {
  return (await exchange(ca, url)).text
}

function exchange(
  ca: string,
  url: string,
  { method = 'GET', body = '' } = {},
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, ca, agent: false, timeout: 10_000 }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A connection of its own. */
function connected(url: string, options: object = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url)
    const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false, ...options }, () =>
      resolve(socket),
    )
    socket.once('error', reject)
  })
}

async function servedSerial(url: string): Promise<string> {
  const socket = await connected(url)
  const certificate: PeerCertificate = socket.getPeerCertificate()
  socket.destroy()
  return certificate.serialNumber
}

const untilServed = ({ serial }: TestCertificate, { url }: Service) =>
  until(async () => (await servedSerial(url)) === serial, { what: 'the new certificate', deadlineMs: 15_000 })

describe('a service with a certificate', () => {
  it('speaks HTTPS, and says so in everything that clients follow', async () => {
    const made = aCertificate()
    const { url, output, stateDir } = await start(made)
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(output).toContain(`API        ${url}/v2.0/vpn/`)
    expect((await ask(made.certificate, `${url}/healthz`)).status).toBe(200)
    const clouds = parse(await readFile(join(stateDir, 'clouds.yaml'), 'utf8')).clouds.sallyport
    expect([clouds.auth.auth_url, clouds.cacert]).toEqual([`${url}/identity/v3`, files.certificate])
    const openrc = await readFile(join(stateDir, 'openrc'), 'utf8')
    expect(openrc).toContain(`export OS_AUTH_URL='${url}/identity/v3'\n`)
    expect(openrc).toContain(`export OS_CACERT='${files.certificate}'\n`)
    const user = { name: 'admin', password: clouds.auth.password, domain: { id: 'default' } }
    const body = JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } })
    const logIn = await ask(made.certificate, `${url}/identity/v3/auth/tokens`, { method: 'POST', body })
    const urls = logIn.body.token.catalog.flatMap(({ endpoints }: { endpoints: { url: string }[] }) =>
      endpoints.map((endpoint) => endpoint.url.startsWith(`${url}/`)),
    )
    expect(new Set(urls)).toEqual(new Set([true]))
  })

  it('answers nothing that is not TLS, and goes on', async () => {
    const made = aCertificate()
    const { url } = await start(made)
    await expect(fetch(`${url.replace('https:', 'http:')}/healthz`)).rejects.toThrow()
    expect((await ask(made.certificate, `${url}/healthz`)).status).toBe(200)
  })

  it('speaks no older version than was asked for', async () => {
    const { url } = await start(aCertificate(), { SALLYPORT_TLS_MIN_VERSION: 'TLSv1.3' })
    await expect(connected(url, { maxVersion: 'TLSv1.2' })).rejects.toThrow()
    const socket = await connected(url)
    expect(socket.getProtocol()).toBe('TLSv1.3')
    socket.destroy()
  })

  it('names another authority to clients when it is told one', async () => {
    const { stateDir } = await start(aCertificate(), { SALLYPORT_TLS_CA_FILE: '/etc/ssl/company.pem' })
    expect(await readFile(join(stateDir, 'openrc'), 'utf8')).toContain("export OS_CACERT='/etc/ssl/company.pem'\n")
  })

  it('that has expired serves it, and warns', async () => {
    const { url, log } = await start(aCertificate(-2))
    expect(await servedSerial(url)).toMatch(/^[0-9A-F]+$/)
    expect(log).toContain('the certificate has expired on ')
  })
}, 60_000)

describe('a renewed certificate', () => {
  it('is taken up when its files change, and open connections live on', async () => {
    const [first, second] = [aCertificate(), aCertificate()]
    const running = await start(first)
    const open = await connected(running.url)
    await place(second, files)
    await untilServed(second, running)
    expect((await ask(second.certificate, `${running.url}/healthz`)).status).toBe(200)
    open.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const [answer] = await new Promise<[Buffer]>((resolve) => open.once('data', (data: Buffer) => resolve([data])))
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK/)
    open.destroy()
  })

  it('tells in the metrics when it ends, also after it was renewed', async () => {
    const [first, second] = [aCertificate(20), aCertificate(200)]
    const running = await start(first)
    const daysLeft = async ({ certificate }: TestCertificate) => {
      const text = await readText(certificate, `${running.url}/metrics`)
      const seconds = Number(/^sallyport_certificate_expiry_timestamp_seconds (\d+)$/m.exec(text)?.[1])
      return Math.round((seconds - Date.now() / 1000) / 86_400)
    }
    expect(await daysLeft(first)).toBe(20)
    await place(second, files)
    await untilServed(second, running)
    await until(async () => (await daysLeft(second)) === 200, { what: 'the end of the new certificate' })
  })

  it('is read at SIGHUP, whether or not its files changed', async () => {
    const first = aCertificate()
    const running = await start(first)
    process.kill(running.pid, 'SIGHUP')
    await until(() => running.log.includes('certificate taken up'), { what: 'the certificate', deadlineMs: 15_000 })
    expect((await ask(first.certificate, `${running.url}/healthz`)).status).toBe(200)
  })

  it('that does not fit its key is not taken up: the old one stays, one line says why, and the next good one is', async () => {
    const [first, second, third] = [aCertificate(), aCertificate(), aCertificate()]
    const running = await start(first)
    await writeFile(files.certificate, second.certificate)
    const complaint = 'the new certificate is not taken up; the old one stays'
    await until(() => running.log.includes(complaint), { what: 'a complaint', deadlineMs: 15_000 })
    expect(running.log).toContain(`the key in ${files.key} is not that of the certificate in ${files.certificate}`)
    expect(await servedSerial(running.url)).toBe(first.serial)
    await place(third, files)
    await untilServed(third, running)
    expect(running.log.split(complaint)).toHaveLength(2)
  })
}, 60_000)

describe('a start', () => {
  const refused = async (env: Readonly<Record<string, string>> = {}) => {
    const { code, said } = await failedStart(join(directory, 'state'), { ...settings(), ...env })
    return [code, said]
  }

  it('with files that are missing, or not what they should be, is refused in one sentence', async () => {
    expect(await refused()).toEqual([2, `sallyport: ${files.certificate} cannot be read: there is no such file\n`])
    const [one, other] = [aCertificate(), aCertificate()]
    await place({ ...one, key: other.key }, files)
    const words = `the key in ${files.key} is not that of the certificate in ${files.certificate}`
    expect(await refused()).toEqual([2, `sallyport: ${words}\n`])
    await place(one, files)
    await chmod(files.key, 0o644)
    expect(await refused()).toEqual([2, `sallyport: ${files.key} can be read by others (mode 644); chmod 600 it\n`])
    await place({ ...one, certificate: 'nothing' }, files)
    expect(await refused()).toEqual([2, `sallyport: ${files.certificate} is no certificate in PEM\n`])
    await place({ ...one, key: 'nothing' }, files)
    expect(await refused()).toEqual([2, `sallyport: ${files.key} is no key in PEM without a passphrase\n`])
  })

  it('with half of the settings, or an address that is not of HTTPS, is refused', async () => {
    await place(aCertificate(), files)
    expect(await refused({ SALLYPORT_TLS_KEY_FILE: '' })).toEqual([
      2,
      'sallyport: tls_key_file (SALLYPORT_TLS_KEY_FILE) is missing: TLS needs a certificate and its key\n',
    ])
    expect(await refused({ SALLYPORT_PUBLIC_URL: 'http://vpn.example.org' })).toEqual([
      2,
      "sallyport: public_url (SALLYPORT_PUBLIC_URL) is 'http://vpn.example.org'; it has to be https://…, as the " +
        'listener has a certificate\n',
    ])
  })

  it('beyond loopback needs nothing else', async () => {
    const { output } = await start(aCertificate(), { SALLYPORT_LISTEN: '0.0.0.0:0' })
    expect(output).not.toContain('WARNING')
  })
}, 60_000)
