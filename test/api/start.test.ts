import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Service } from '../support/service.ts'

/** Starts of the program that meet something in their way: what it says, and what the next start makes of it. */

const binary = fileURLToPath(new URL('../../bin/sallyport', import.meta.url))
let stateDir: string
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'sallyport-'))
})
afterEach(() => rm(stateDir, { recursive: true, force: true }))

const simulated = { SALLYPORT_DRIVER: 'simulated' }

/** Starts it expecting it to end by itself. */
function start(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | string; readonly said: string }> {
  const everything = { PATH: process.env.PATH, SALLYPORT_STATE_DIR: stateDir, ...simulated, ...env }
  return new Promise((resolve) => {
    execFile(process.execPath, [binary, 'serve'], { env: everything, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, said: stdout + stderr })
    })
  })
}

describe('a start', () => {
  it('whose port is taken says so, and the next one goes on with the password written down', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, said } = await start({ SALLYPORT_LISTEN: `127.0.0.1:${port}` })
    expect([code, said]).toEqual([1, expect.stringContaining('address already in use')])
    taken.close()
    const service = await Service.open({ stateDir, env: simulated })
    expect(await (await service.client()).get('/vpn/vpnservices')).toEqual({ vpnservices: [] })
    await service.close()
  })

  it('beside another on the same state directory is refused', async () => {
    const service = await Service.open({ stateDir, env: simulated })
    const { code, said } = await start({ SALLYPORT_LISTEN: '127.0.0.1:0' })
    expect([code, said]).toEqual([1, expect.stringContaining('is in use by another Sallyport')])
    await service.close()
  })

  it('with another master key, or one that others may read, is refused', async () => {
    const service = await Service.open({ stateDir, env: simulated })
    await service.close()
    const key = join(stateDir, 'master.key')
    await writeFile(key, `${Buffer.alloc(32, 7).toString('base64')}\n`)
    expect((await start({})).said).toContain('the master key is not the one this database was sealed with')
    await rm(key)
    await writeFile(key, '', { mode: 0o644 })
    expect((await start({})).said).toContain('can be read by others (mode 644); chmod 600 it')
  })

  it('with a setting that is none, or has a value it cannot have, is refused', async () => {
    expect(await start({ SALLYPORT_DRIVR: 'x' })).toEqual({
      code: 2,
      said: 'sallyport: SALLYPORT_DRIVR is no setting; did you mean SALLYPORT_DRIVER?\n',
    })
    expect((await start({ SALLYPORT_DATABASE_URL: 'mysql://x' })).said).toContain('SALLYPORT_DATABASE_URL')
  })

  it('leaves nothing that others may read', async () => {
    const service = await Service.open({ stateDir, env: simulated })
    for (const name of await readdir(stateDir)) {
      expect([name, (await stat(join(stateDir, name))).mode & 0o077]).toEqual([name, 0])
    }
    await service.close()
  })

  it('with a new password in its settings makes that the administrator’s', async () => {
    const first = await Service.open({ stateDir, env: simulated })
    await first.close()
    const service = await Service.open({ stateDir, env: { ...simulated, SALLYPORT_ADMIN_PASSWORD: 'chosen by hand' } })
    expect((await (await service.client()).get('/networks')).networks).toHaveLength(1)
    await service.close()
  })
}, 60_000)
