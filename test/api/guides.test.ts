import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalRequests, sha256 } from '../../src/api/identity/canonical-request.ts'
import { claimOf, isSignedWith } from '../../src/api/identity/request-signature.ts'
import { identityOf } from '../../src/config/identity.ts'
import { loadSettings } from '../../src/config/load.ts'
import { environmentName, Settings } from '../../src/config/schema.ts'
import { addCredentialCommands } from '../../src/main/credential-command.ts'
import { Secret } from '../../src/model/secret.ts'
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

describe('the guide to identity', () => {
  it('shows requests that do what they say, one after another', async () => {
    const line = /^(?:(\w+)=\$\()?identity (\w+) (?:'(.*?)'|"(.*?)"|(\S+?))(?: '(.*?)')?(?: \| jq -r \.(\S+)\))?$/gm
    const known = new Map<string, string>()
    const statuses: number[] = []
    for (const [, variable, method = '', quoted, expanded, bare, body, member] of (await guide('identity')).matchAll(
      line,
    )) {
      const path = quoted ?? bare ?? expanded?.replace(/\$(\w+)/g, (_, name: string) => known.get(name) ?? '') ?? ''
      const answer = await cloud.request(method, `/identity/v3${path}`, body)
      statuses.push(answer.status)
      const [list = '', , id = ''] = member?.split(/[[\].]+/) ?? []
      if (variable) known.set(variable, answer.body[list][0][id])
    }
    expect(statuses).toEqual([201, 200, 201, 200, 200, 204, 200, 200, 200, 204, 204])
  })
})

describe('the guide to Keystone', () => {
  it('shows settings that are taken', async () => {
    const [, text = ''] = /```yaml\n(.*?)```/s.exec(await guide('keystone')) ?? []
    expect(identityOf(loadSettings({}, { path: 'guide', text }))).toMatchObject({
      url: 'https://keystone.example.org:5000/v3',
      password: { file: '/etc/sallyport/keystone-password' },
    })
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

describe('the guide to the settings', () => {
  it('has every setting with its variable and its default, and no other', async () => {
    const text = await guide('settings')
    const rows = [...text.matchAll(/^\| `([a-z_0-9]+)` \| `(\w+)` \| (.*?) \|/gm)]
    expect(rows.map(([, key]) => key).sort()).toEqual(Object.keys(Settings.properties).sort())
    const defaults = new Map(Object.entries(loadSettings({})))
    for (const [, key = '', variable, fallback] of rows) {
      expect([key, variable]).toEqual([key, environmentName(key)])
      const value = defaults.get(key)
      // An empty map is said to be none.
      if (value !== undefined && typeof value !== 'object') expect([key, fallback]).toEqual([key, `\`${value}\``])
    }
  })
})

describe('the guide to TLS and limits', () => {
  it('names settings that there are', async () => {
    const text = await guide('tls-and-limits')
    const named = [...text.matchAll(/SALLYPORT_[A-Z_]+/g)].map(([name]) => name)
    expect(named.length).toBeGreaterThan(5)
    const known = Object.keys(Settings.properties).map(environmentName)
    for (const name of named) expect(known).toContain(name)
  })

  it('shows the headers that answers have', async () => {
    const text = await guide('tls-and-limits')
    const limited = await TestCloud.open({ rateLimit: { perMinute: 6_000, burst: 6_000 } })
    const { headers } = await limited.get('/v2.0/vpn/vpnservices')
    await limited.close()
    const shown = [...text.matchAll(/^(RateLimit-\w+): (.+)$/gm)]
    expect(shown).toHaveLength(4)
    for (const [, name = '', value] of shown) {
      const had = headers[name.toLowerCase()]
      if (name === 'RateLimit-Remaining') expect(Number(had)).toBeGreaterThan(5_900)
      else expect([name, had]).toEqual([name, value])
    }
  })
})

describe('the guide to request signing', () => {
  it('signs its example as the server does', async () => {
    const text = await guide('request-signing')
    const [access, secret] = [...text.matchAll(/`((?:AK|SK)\w{10,})`/g)].map(([, word = '']) => word)
    const block = (kind: string) => new RegExp(`^( *)\`\`\`${kind}\\n([^]*?)\\n *\`\`\`$`, 'm').exec(text) ?? []
    const [, , http = ''] = block('http')
    const [head = '', body = ''] = http.split('\n\n')
    const [first = '', ...lines] = head.split('\n')
    const [method = '', target = ''] = first.split(' ')
    const headers = lines.flatMap((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
    const request = { method, target, headers, body: Buffer.from(body) }
    const claim = claimOf(request)
    expect(claim.access).toBe(access)
    expect(isSignedWith(request, claim, new Secret(secret ?? ''))).toBe(true)
    const [, indent = '', shown = ''] = block('text')
    const canonical = canonicalRequests(request, claim.form, claim.signedHeaders)
    expect(canonical).toEqual([shown.replaceAll(`\n${indent}`, '\n').replace(indent, '')])
    expect(text).toContain(sha256(canonical[0] ?? ''))
  })

  it('names commands that there are', async () => {
    const used = [...(await guide('request-signing')).matchAll(/^sallyport credential (\w+)/gm)].map(([, word]) => word)
    const program = new Command()
    addCredentialCommands(program, () => undefined)
    const known = program.commands.flatMap(({ commands }) => commands.map((command) => command.name()))
    expect(used.sort()).toEqual([...known].sort())
  })
})
