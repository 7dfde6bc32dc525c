import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failedStart } from '../support/failed-start.ts'
import { Service } from '../support/service.ts'

/** Starts of the program that meet something in their way: what it says, and what the next start makes of it. */

let stateDir: string
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'sallyport-'))
})
afterEach(() => rm(stateDir, { recursive: true, force: true }))

const simulated = { SALLYPORT_DRIVER: 'simulated' }

const start = (env: Readonly<Record<string, string>>) => failedStart(stateDir, env)

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

  it('beyond loopback without TLS is refused, unless somebody asks for it by name', async () => {
    expect(await start({ SALLYPORT_LISTEN: '0.0.0.0:0' })).toEqual({
      code: 2,
      said:
        'sallyport: listen (SALLYPORT_LISTEN) is 0.0.0.0:0, which other hosts reach, and passwords and keys would ' +
        'travel there in the clear; set tls_certificate_file and tls_key_file, or, where a proxy in front of it speaks ' +
        'TLS, allow_plain_http (SALLYPORT_ALLOW_PLAIN_HTTP=true)\n',
    })
    const asked = { ...simulated, SALLYPORT_LISTEN: '0.0.0.0:0', SALLYPORT_ALLOW_PLAIN_HTTP: 'true' }
    const service = await Service.open({ stateDir, env: asked })
    expect(service.output).toContain('WARNING    0.0.0.0:0 is served WITHOUT TLS, as allow_plain_http asks')
    await service.close()
    const here = await Service.open({ stateDir, env: { ...simulated, SALLYPORT_LISTEN: 'localhost:0' } })
    expect(here.output).not.toContain('WITHOUT TLS')
    await here.close()
  })

  it('with proxies or a public address that are none is refused', async () => {
    expect(await start({ SALLYPORT_TRUSTED_PROXIES: '10.0.0.5, 10.0.0.0/33' })).toEqual({
      code: 2,
      said:
        "sallyport: trusted_proxies (SALLYPORT_TRUSTED_PROXIES) has '10.0.0.0/33'; it has to be addresses or networks " +
        'such as 10.0.0.5 or fd00::/8, separated by commas, or none\n',
    })
    expect(await start({ SALLYPORT_PUBLIC_URL: 'vpn.example.org' })).toEqual({
      code: 2,
      said: "sallyport: public_url (SALLYPORT_PUBLIC_URL) is 'vpn.example.org'; it has to be http://… or https://…\n",
    })
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
