import { describe, expect, it } from 'vitest'
import { ipBatch } from './ip.ts'
import { linkOf } from './links.ts'
import { routeOf } from './routes.ts'
import { isSameRule, ruleOf } from './rules.ts'
import { CommandError, run } from './run.ts'

describe('run', () => {
  it('returns what the command prints', async () => {
    expect(await run('cat', [], { input: 'in and out' })).toBe('in and out')
  })

  it('takes arguments as they are', async () => {
    expect(await run('printf', ['%s|', 'a b', '$(id)', ';'])).toBe('a b|$(id)|;|')
  })

  it('says what failed and why, but not what was written to it', async () => {
    const failed = run('sh', ['-c', 'cat > /dev/null; echo broken >&2; exit 3'], { input: 'secret' })
    await expect(failed).rejects.toMatchObject({ name: 'CommandError', exitCode: 3, stderr: 'broken' })
    await expect(failed).rejects.not.toThrow(/secret/)
  })

  it('gives up in time', async () => {
    await expect(run('sleep', ['10'], { timeoutMs: 20 })).rejects.toThrow(/took longer than 20 ms/)
    const stop = new AbortController()
    const stopped = run('sleep', ['10'], { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
  })

  it('tells of a command that is not there', async () => {
    await expect(run('no-such-command', [])).rejects.toBeInstanceOf(CommandError)
  })
})

it.each(['a b', 'a\nb', 'a"b', '#a', 'a\\', ''])('does not put %j into a batch', async (word) => {
  await expect(
    ipBatch([
      ['link', 'show'],
      ['link', 'show', 'dev', word],
    ]),
  ).rejects.toThrow(/not a word/)
})

describe('what ip prints', () => {
  it('is a link', () => {
    const row = {
      ifname: 'spe1',
      flags: ['BROADCAST', 'UP'],
      ifalias: 'x',
      addr_info: [
        { family: 'inet', local: '10.1.0.1', prefixlen: 24, scope: 'global' },
        { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
      ],
    }
    expect(linkOf(row)).toEqual({
      ...{ name: 'spe1', alias: 'x', master: undefined, kind: undefined, vlan: undefined, isUp: true },
      addresses: ['10.1.0.1/24'],
    })
  })

  it('is a VLAN on another device', () => {
    const linkinfo = { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 100 } }
    expect(linkOf({ ifname: 'spt1', link: 'eth1', master: 'spb1', linkinfo })).toMatchObject({
      ...{ kind: 'vlan', vlan: { number: 100, device: 'eth1' }, master: 'spb1' },
    })
    expect(linkOf({ ifname: 'spb1', linkinfo: { info_kind: 'bridge', info_data: { id: 1 } } })).toMatchObject({
      ...{ kind: 'bridge', vlan: undefined },
    })
  })

  it('is a route, whose family may show by nothing but its preference', () => {
    expect(routeOf({ dst: 'default', gateway: '10.0.0.1', dev: 'a' })).toMatchObject({
      version: 4,
      destination: '0.0.0.0/0',
    })
    expect(routeOf({ dst: 'default', dev: 'a', pref: 'medium' })).toMatchObject({ version: 6, destination: '::/0' })
    expect(routeOf({ type: 'unreachable', dst: '10.2.0.5', table: '221' })).toMatchObject({
      destination: '10.2.0.5/32',
    })
  })

  it('is a rule', () => {
    const read = ruleOf({ priority: 221, not: null, src: 'all', iif: 'lo', table: '221' })
    expect(isSameRule(read, { priority: 221, isInverted: true, incoming: 'lo', table: '221' })).toBe(true)
    expect(isSameRule(read, { priority: 221, incoming: 'lo', table: '221' })).toBe(false)
    expect(ruleOf({ priority: 219, src: '203.0.113.1', iif: 'lo', table: 'main' }).from).toBe('203.0.113.1/32')
    expect(ruleOf({ priority: 219, src: 'all', dst: '2001:db8::', dstlen: 64, table: 'main' }).to).toBe('2001:db8::/64')
  })
})
