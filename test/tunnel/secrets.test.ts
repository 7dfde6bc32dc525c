import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aTwoSites, type TwoSites } from '../support/two-sites.ts'

/** The pre-shared key is in the API's answer and sealed in the database, and nowhere else. */

const psk = 'Zq7-needle-in-the-hay'
let sites: TwoSites
let id: string

beforeAll(async () => {
  sites = await aTwoSites({ name: 'secret', env: { SALLYPORT_LOG_LEVEL: 'debug' } })
  const { client, peer, peerConnection } = sites
  await peer.changePsk(peerConnection.name, psk)
  const connection = { ...sites.connection, psk }
  const made = await client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', connection)
  id = made.id
  await client.untilStatus(id, 'ACTIVE')
  // Everything that might write it down somewhere: refusals, a wrong key at the peer, a change, a restart.
  const path = `/vpn/ipsec-site-connections/${id}`
  const refused = { ipsec_site_connection: { psk: `${psk}?`, mtu: 9 } }
  expect((await client.request('PUT', path, refused)).status).toBe(400)
  await client.put(path, { ipsec_site_connection: { name: 'again', psk } })
  await client.untilStatus(id, 'ACTIVE')
  await sites.service.stop()
  await sites.service.start()
})
afterAll(() => sites?.close())

describe('where the pre-shared key is', () => {
  it('in the answer of the API', async () => {
    const client = await sites.service.client()
    const { ipsec_site_connection } = await client.get(`/vpn/ipsec-site-connections/${id}`)
    expect(ipsec_site_connection.psk).toBe(psk)
  })

  it('not in any file of the state directory, the database among them', async () => {
    const files = await allFiles(sites.service.stateDir)
    expect(files.some((file) => file.endsWith('sallyport.db'))).toBe(true)
    expect(files.some((file) => file.endsWith('charon.log'))).toBe(true)
    for (const file of files) expect([file, forms(await readFile(file))]).toEqual([file, []])
  })

  it('not in the log of the service, nor in what it prints', () => {
    expect(sites.service.log.length).toBeGreaterThan(500)
    expect(forms(Buffer.from(sites.service.log + sites.service.output))).toEqual([])
  })

  it('not in the arguments or the environment of any process', async () => {
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    for (const name of processes) {
      for (const part of ['cmdline', 'environ']) {
        const text = await readFile(join('/proc', name, part)).catch(() => Buffer.alloc(0))
        expect([name, part, forms(text)]).toEqual([name, part, []])
      }
    }
  })
})

/** In which forms the key stands in these bytes. */
function forms(bytes: Buffer): string[] {
  const needles = {
    plain: psk,
    base64: Buffer.from(psk).toString('base64').replace(/=+$/, ''),
    hex: Buffer.from(psk).toString('hex'),
  }
  return Object.entries(needles).flatMap(([form, needle]) => (bytes.includes(needle) ? [form] : []))
}

async function allFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
