import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDatabase, environmentOf, type TestDatabase } from '../support/databases.ts'
import { Service } from '../support/service.ts'

/** `sallyport user`, `project` and `role`, beside the service that runs. */

let database: TestDatabase
let service: Service
beforeAll(async () => {
  database = await aDatabase()
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', ...environmentOf(database) } })
})
afterAll(async () => {
  await service.close()
  await database.remove()
})

const run = (...args: readonly string[]) => service.command(...args)

/** Whether somebody can log in. */
async function canLogIn(name: string, password: string): Promise<boolean> {
  const user = { name, password, domain: { name: 'Default' } }
  const { status } = await fetch(`${service.url}/identity/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } }),
  })
  return status === 201
}

/** What a command printed after that word. */
function printed(said: string, word: string): string {
  return new RegExp(`${word} (\\S+)`).exec(said)?.[1] ?? ''
}

describe('the command line', { timeout: 60_000 }, () => {
  it('does what the guide says, line by line', async () => {
    const guide = await readFile(new URL('../../docs/guide/identity.md', import.meta.url), 'utf8')
    const lines = [...guide.matchAll(/^sallyport (.*?)(?: +#.*)?$/gm)].map(([, words = '']) => words.split(' '))
    expect(lines.length).toBeGreaterThan(4)
    for (const words of lines) expect([words, (await run(...words)).code]).toEqual([words, 0])
    for (const left of ['user', 'project']) await run(left, 'delete', left === 'user' ? 'maria' : 'hamburg')
  })

  it('makes a project and a user who has a role there, with a password that is made up', async () => {
    expect((await run('project', 'create', 'hamburg')).said).toMatch(/^[0-9a-f]{32} hamburg\n$/)
    const { code, said } = await run('user', 'create', 'maria', '--project', 'hamburg')
    expect(code).toBe(0)
    expect(await canLogIn('maria', printed(said, 'password:'))).toBe(true)
    expect((await run('user', 'list')).said).toMatch(/^[0-9a-f]{32} maria$/m)
    expect((await run('project', 'list')).said).toMatch(/^[0-9a-f]{32} hamburg$/m)
  })

  it('gives and takes roles', async () => {
    expect(await run('role', 'add', 'reader', '--user', 'maria', '--project', 'hamburg')).toEqual({
      code: 0,
      said: 'maria has the role reader\n',
    })
    expect((await run('role', 'remove', 'reader', '--user', 'maria', '--project', 'hamburg')).code).toBe(0)
    expect((await run('role', 'remove', 'reader', '--user', 'maria', '--project', 'hamburg')).said).toContain(
      'Could not find role assignment',
    )
  })

  it('changes a password; the administrator’s is written down where the old one was', async () => {
    const { said } = await run('user', 'set-password', 'maria')
    expect(await canLogIn('maria', printed(said, 'password:'))).toBe(true)
    const changed = await run('user', 'set-password', 'admin')
    const written = await readFile(join(service.stateDir, 'clouds.yaml'), 'utf8')
    expect(written).toContain(printed(changed.said, 'password:'))
    expect((await run('user', 'list')).code).toBe(0)
  })

  it('deletes', async () => {
    expect((await run('user', 'delete', 'maria')).said).toBe('deleted maria\n')
    expect((await run('project', 'delete', 'hamburg')).said).toBe('deleted hamburg\n')
  })

  it.each([
    [['user', 'delete', 'nobody'], 1, 'sallyport: there is no user nobody\n'],
    [['user', 'delete', 'admin'], 1, 'That would leave nobody who is an administrator'],
    [['project', 'create', 'admin'], 1, 'Duplicate entry found with name admin'],
    [['role', 'add', 'member', '--user', 'admin'], 2, 'say either --project NAME or --on-domain'],
    [['user', 'create'], 2, "missing required argument 'name'"],
  ])('refuses %j in a sentence', async (args, code, sentence) => {
    const refused = await run(...args)
    expect([refused.code, refused.said]).toEqual([code, expect.stringContaining(sentence)])
  })

  it('without a service says so', async () => {
    await service.stop()
    expect(await run('user', 'list')).toEqual({ code: 1, said: expect.stringContaining('start it first') })
    await service.start()
    expect((await run('user', 'list')).code).toBe(0)
  })
})
