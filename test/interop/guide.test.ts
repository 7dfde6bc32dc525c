import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../support/openstack-command.ts'
import { Service } from '../support/service.ts'

/** The guide to clients: what stands in it is run as it stands there, with this run's places put in. */

const guide = fileURLToPath(new URL('../../docs/guide/clients.md', import.meta.url))

let text: string
let service: Service
let home: string
beforeAll(async () => {
  text = await readFile(guide, 'utf8')
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated' } })
  home = await mkdtemp(join(tmpdir(), 'sallyport-home-'))
})
afterAll(async () => {
  await service?.close()
  await rm(home, { recursive: true, force: true })
})

function blocksOf(language: string): readonly string[] {
  const marked = text.split('<!-- run by test/interop/guide.test.ts -->\n').slice(1)
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)\`\`\``)
  return marked
    .flatMap((after) => pattern.exec(after)?.[1] ?? [])
    .map((block) => block.replaceAll('/var/lib/sallyport', service.stateDir))
}

describe('the guide to clients', () => {
  it('has commands that a shell carries out', async () => {
    const blocks = blocksOf('sh')
    expect(blocks).toHaveLength(3)
    for (const block of blocks) {
      const ended = await runProgram('bash', ['--norc', '-euc', block], { service, home, credentials: 'none' })
      expect([block, ended.code, ended.error]).toEqual([block, 0, ''])
      if (block.includes('<<')) expect(ended.output).toContain('"Name": "from-a-script"')
    }
  })

  it('has a program that Python carries out', async () => {
    const client = await service.client('/openstack/v2.0')
    const [external] = (await client.get('/networks?router:external=true')).networks
    const router = await client.make('/routers', 'router', { external_gateway_info: { network_id: external.id } })
    await client.make('/vpn/vpnservices', 'vpnservice', { name: 'gate', router_id: router.id })
    const [program = '', ...more] = blocksOf('python')
    expect(more).toEqual([])
    const env = { OS_CLIENT_CONFIG_FILE: join(service.stateDir, 'clouds.yaml') }
    const ended = await runProgram('/usr/bin/python3', ['-c', program], { service, home, env, credentials: 'none' })
    expect(ended).toEqual({ code: 0, output: expect.stringMatching(/^gate (ACTIVE|PENDING_CREATE)\n$/), error: '' })
  })

  it('names the regions and addresses that the catalog has', async () => {
    const client = await service.client()
    const { catalog } = (await (
      await fetch(`${service.url}/identity/v3/auth/catalog`, { headers: { 'x-auth-token': client.token } })
    ).json()) as { catalog: readonly { type: string; endpoints: readonly { region: string; url: string }[] }[] }
    const network = catalog.find(({ type }) => type === 'network')?.endpoints ?? []
    const rows = [...text.matchAll(/^\| `(\S+)` \| .* \| `(http\S+)` \|$/gm)].map(
      ([, region, url]) => `${region} ${url}`,
    )
    const known = network.map(({ region, url }) => `${region} ${url.replace(service.url, 'http://127.0.0.1:9696')}`)
    expect(new Set(rows)).toEqual(new Set(known))
    const regions = [...text.matchAll(/[rR]egion:? *=? *"(\S+?)"/g)].map(([, region]) => region)
    expect(new Set(regions)).toEqual(new Set(network.map(({ region }) => region)))
  })
})
