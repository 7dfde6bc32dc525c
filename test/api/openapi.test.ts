import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'

/** The documents and their pages, as somebody without a log-in finds them. */

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open({ flavour: 'openstack' })
})
afterAll(() => cloud.close())

async function visit(url: string, headers: Record<string, string> = {}) {
  const { statusCode, payload, headers: answered } = await cloud.server.api.inject({ url, headers })
  return { status: statusCode, text: payload, type: String(answered['content-type']), headers: answered }
}

describe('the document', () => {
  it.each([
    ['/openapi.json', '', 'OpenStack'],
    ['/otc/openapi.json', '/otc', 'Open Telekom Cloud'],
    ['/openstack/openapi.json', '/openstack', 'OpenStack'],
  ])('%s is of its flavour, with the addresses the client came by', async (url, prefix, flavour) => {
    const { status, type, text } = await visit(url, { host: 'vpn.example.org', 'x-forwarded-proto': 'https' })
    expect({ status, type }).toEqual({ status: 200, type: 'application/json; charset=utf-8' })
    const document = JSON.parse(text)
    expect(document.info.title).toContain(flavour)
    expect(document.servers).toEqual([{ url: `https://vpn.example.org${prefix}` }])
    expect(document.paths['/identity/v3/auth/tokens'].servers).toEqual([{ url: 'https://vpn.example.org' }])
  })

  it('names each client its own address', async () => {
    const at = async (host: string) => JSON.parse((await visit('/openapi.json', { host })).text).servers[0].url
    expect(await at('one.example.org')).toBe('http://one.example.org')
    expect(await at('two.example.org:9696')).toBe('http://two.example.org:9696')
  })
})

describe('the pages', () => {
  it.each(['/docs', '/docs/', '/otc/docs', '/openstack/docs/'])('%s take everything from this server', async (url) => {
    const { status, type, text, headers } = await visit(url)
    expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' })
    const named = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(3)
    for (const name of named) {
      const { pathname, host } = new URL(name, `http://here${url}`)
      expect(host).toBe('here')
      expect({ pathname, status: (await visit(pathname)).status }).toEqual({ pathname, status: 200 })
    }
    expect(headers['content-security-policy']).toContain("default-src 'self'")
  })

  it('show the document of their flavour', async () => {
    const { text } = await visit('/otc/docs/json', { host: 'vpn.example.org' })
    expect(text).toBe((await visit('/otc/openapi.json', { host: 'vpn.example.org' })).text)
  })

  it('are missing where there are none, in the words of the flavour', async () => {
    const { status, text } = await visit('/otc/docs/nowhere')
    expect(status).toBe(404)
    expect(JSON.parse(text)).toMatchObject({ code: 'VPC.1001', NeutronError: { type: 'HTTPNotFound' } })
  })

  it('do not lead out of their folder', async () => {
    for (const url of ['/docs/static/../index.js', '/docs/static/%2e%2e/package.json', '/docs/static/..%2findex.js']) {
      expect((await visit(url)).status).toBeGreaterThanOrEqual(400)
    }
  })
})
