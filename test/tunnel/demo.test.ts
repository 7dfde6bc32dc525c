import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Everything the demonstration might leave on the host. */
async function traces() {
  const { stdout: namespaces } = await run('ip', ['netns', 'list'])
  const { stdout: links } = await run('ip', ['-o', 'link'])
  const { stdout: processes } = await run('ps', ['-eo', 'args='])
  return {
    namespaces: namespaces.split('\n').filter(Boolean).sort(),
    links: links
      .split('\n')
      .flatMap((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? [])
      .sort(),
    processes: processes
      .split('\n')
      .filter((line) => /charon|sallyport|tcpdump/.test(line))
      .sort(),
    files: (await readdir(tmpdir())).filter((name) => /^(sallyport|sp)/.test(name)).sort(),
  }
}

it('npm run demo -- --once --json prints one object, pings 20 of 20 and leaves nothing behind', async () => {
  const before = await traces()
  const { stdout } = await run('npm', ['run', '--silent', 'demo', '--', '--once', '--json'], { cwd: root })
  expect(stdout.trim().split('\n')).toHaveLength(1)
  const measured = JSON.parse(stdout)
  expect(measured).toMatchObject({
    ping_sent: 20,
    ping_received: 20,
    backend: expect.stringMatching(/^(kernel|user-space)$/),
  })
  expect(measured.post_to_active_ms).toBeGreaterThan(0)
  expect(measured.wire.plain).toBe(0)
  console.log(`demo: POST to ACTIVE in ${measured.post_to_active_ms} ms, the gateway's making included`)
  expect(await traces()).toEqual(before)
})
