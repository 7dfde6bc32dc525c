import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Service } from '../support/service.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

let service: Service
let branch: ChildProcess | undefined
beforeEach(async () => {
  service = await Service.open()
})
afterEach(async () => {
  if (branch?.pid !== undefined && branch.exitCode === null) {
    const ended = once(branch, 'close')
    // To npm, what it runs, and what that starts: as Ctrl-C does.
    process.kill(-branch.pid, 'SIGINT')
    await ended
  }
  branch = undefined
  await service?.close()
})

/** The blocks after the mark that names this test, as a reader would paste them, with this run's places put in. */
async function blocksOf(document: string): Promise<readonly string[]> {
  const [, marked = ''] = (await readFile(`${root}${document}`, 'utf8')).split(
    '<!-- run by test/tunnel/readme.test.ts -->',
  )
  const [section = ''] = marked.split('\n## ')
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block.replaceAll('/var/lib/sallyport', service.stateDir).replaceAll('http://127.0.0.1:9696', service.url),
  )
}

/** Types a block into a shell that has read the service's `openrc`, and gives what was printed. */
async function typed(block: string): Promise<string> {
  const script = `set -eu\n. ${service.stateDir}/openrc\n${block}`
  return (await run('bash', ['--norc', '-c', script], { cwd: root })).stdout
}

it('the session of the README, typed into shells, ends with a ping through the tunnel', async () => {
  const [session = '', other = '', look = '', ...more] = await blocksOf('README.md')
  expect(more).toEqual([])
  expect(session).toContain('source ')
  expect(await typed(session)).toMatch(/\| Name +\| to-branch +\|/)
  const client = await service.client()
  const [{ id }] = (await client.get('/vpn/ipsec-site-connections')).ipsec_site_connections
  await until(async () => (await client.connectionStatus(id)) === 'DOWN', { what: 'DOWN without a peer' })

  let said = ''
  const script = `set -eu\n. ${service.stateDir}/openrc\n${other}`
  branch = spawn('bash', ['--norc', '-c', script], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  branch.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await until(() => said.includes('Ping it from'), { what: 'the peer', deadlineMs: 60_000 })
  await client.untilStatus(id, 'ACTIVE', 60_000)
  const seen = await typed(look)
  expect(seen).toMatch(/\| to-branch +\| ACTIVE +\|/)
  expect(seen).toContain('3 packets transmitted, 3 received')
}, 240_000)

it('the same with curl, pasted into a shell, is made and shown', async () => {
  const [session = '', ...more] = await blocksOf('docs/guide/first-connection.md')
  expect(more).toEqual([])
  const said = (await run('bash', ['--norc', '-c', `set -eu\n${session}`])).stdout
  expect(said).toContain('"status":"PENDING_CREATE"')
  expect(said.trimEnd()).toMatch(/"name":"to-branch","status":"(PENDING_CREATE|DOWN)"/)
  const client = await service.client()
  const [{ id }] = (await client.get('/vpn/ipsec-site-connections')).ipsec_site_connections
  await until(async () => (await client.connectionStatus(id)) === 'DOWN')
})
