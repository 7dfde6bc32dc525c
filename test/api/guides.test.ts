import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verdictCodes } from '../../src/model/verdict.ts'
import { aGround, seedRequest, TestCloud } from '../support/cloud.ts'

/** The requests of the guides, as they stand there. */

const guide = async (name: string) =>
  readFile(fileURLToPath(new URL(`../../docs/guide/${name}.md`, import.meta.url)), 'utf8')

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

describe('the guide to the audit', () => {
  it('shows requests that are answered with what they say', async () => {
    const made = await cloud.make('/v2.0/vpn/ikepolicies', 'ikepolicy', { name: 'watched' })
    await cloud.delete(`/v2.0/vpn/ikepolicies/${made.id}`)
    const requests = [...(await guide('audit')).matchAll(/^api GET (['"])(.*?)\1/gm)].map(([, , path = '']) => path)
    expect(requests.length).toBeGreaterThan(3)
    for (const path of requests) {
      const { status, body } = await cloud.get(`/v2.0${path.replace('$CONNECTION', made.id)}`)
      expect([path, status]).toEqual([path, 200])
      if (path.includes('$CONNECTION')) {
        const actions = body.audit_events.map(({ action }: { action: string }) => action)
        expect(actions).toEqual(['delete_ikepolicy', 'create_ikepolicy'])
      }
    }
  })
})

describe('the guide to the diagnosis', () => {
  it('shows requests that are answered, and names every cause', async () => {
    const text = await guide('diagnosis')
    const { id } = await cloud.make(
      '/v2.0/vpn/ipsec-site-connections',
      'ipsec_site_connection',
      seedRequest(await aGround(cloud)),
    )
    const requests = [...text.matchAll(/^api GET "?(\/\S+?)"?$/gm)].map(([, path = '']) => path)
    expect(requests).toHaveLength(3)
    for (const path of requests) {
      expect((await cloud.get(`/v2.0${path.replace('$CONNECTION', id)}`)).status).toBe(200)
    }
    const missing = verdictCodes.filter((code) => !text.includes(`\`${code}\``))
    expect(missing).toEqual([])
  })
})

describe('the guide to PostgreSQL', () => {
  it('gives addresses that the settings take', async () => {
    const text = await guide('postgresql')
    const addresses = [...text.matchAll(/postgres:\/\/[^\s`]+/g)].map(([address]) => address)
    expect(addresses.length).toBeGreaterThan(1)
    const { isPostgresUrl } = await import('../../src/store/engine.ts')
    for (const address of addresses) expect(isPostgresUrl(address)).toBe(true)
  })
})
