import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)
const readme = fileURLToPath(new URL('../../README.md', import.meta.url))

let service: Service
beforeAll(async () => {
  service = await Service.open()
})
afterAll(() => service?.close())

/** The block after the mark that names this test, as a reader would paste it, with this run's places put in. */
async function firstConnection(): Promise<string> {
  const [, marked = ''] = (await readFile(readme, 'utf8')).split('<!-- run by test/tunnel/readme.test.ts -->')
  const block = /```sh\n([\s\S]*?)```/.exec(marked)?.[1]
  if (!block) throw new Error('README.md has no block to run')
  return block.replaceAll('/var/lib/sallyport', service.stateDir).replaceAll('http://127.0.0.1:9696', service.url)
}

it('the first connection of the README, pasted into a shell, is made and shown', async () => {
  const script = `set -eu\n${await firstConnection()}\n`
  const answers = async () => (await run('bash', ['-c', script])).stdout
  const said = await answers()
  expect(said).toContain('"status":"PENDING_CREATE"')
  expect(said.trimEnd()).toMatch(/"name":"to-branch","status":"(PENDING_CREATE|DOWN)"/)
  const client = await service.client()
  const [{ id }] = (await client.get('/vpn/ipsec-site-connections')).ipsec_site_connections
  await until(async () => (await client.connectionStatus(id)) === 'DOWN')
})
