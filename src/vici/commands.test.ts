import { describe, expect, it } from 'vitest'
import * as vici from './commands.ts'
import { ViciCommandError, ViciEncodeError } from './errors.ts'
import { decodeMessage, encodeMessage, type ViciInput, type ViciMessage } from './message.ts'
import type { WaitOptions } from './session.ts'
import type { SwanConnection } from './swan-connection.ts'

/** Answers everything with the same replies and keeps what it was asked. Answers are what charon 5.9.8 said. */
class Answering implements vici.Requester {
  readonly asked: { command: string; message: ViciMessage; wait: WaitOptions | undefined }[] = []
  readonly #replies: ViciMessage[]

  constructor(...replies: ViciMessage[]) {
    this.#replies = replies
  }

  request(command: string, message: ViciInput = {}, wait?: WaitOptions): Promise<ViciMessage> {
    this.asked.push({ command, message: decodeMessage(encodeMessage(message)), wait })
    return Promise.resolve(this.#replies[0] ?? {})
  }

  async stream(command: string, event: string, message: ViciInput = {}, wait?: WaitOptions): Promise<ViciMessage[]> {
    await this.request(`${command} ${event}`, message, wait)
    return this.#replies
  }
}

const yes = { success: 'yes' }
const site: SwanConnection = {
  version: 2,
  mobike: false,
  local_addrs: ['203.0.113.1'],
  remote_addrs: ['203.0.113.2'],
  proposals: ['aes256-sha256-modp2048'],
  dpd_delay: '30s',
  local: { auth: 'psk', id: '203.0.113.1' },
  remote: { auth: 'psk', id: '203.0.113.2' },
  children: { net: { local_ts: ['10.1.0.0/24'], remote_ts: ['10.2.0.0/24'], start_action: 'none' } },
}

describe('loading', () => {
  it('sends a connection under its name', async () => {
    const charon = new Answering(yes)
    await vici.loadConn(charon, 'site', site)
    expect(charon.asked).toMatchObject([
      {
        command: 'load-conn',
        message: {
          site: {
            version: '2',
            mobike: 'no',
            local_addrs: ['203.0.113.1'],
            dpd_delay: '30s',
            children: { net: { local_ts: ['10.1.0.0/24'], start_action: 'none' } },
          },
        },
      },
    ])
  })

  it.each(['', 'ü', 'a\nb', 'x'.repeat(256), 'up'])('refuses the name %j by itself', async (name) => {
    const charon = new Answering(yes)
    await expect(vici.loadConn(charon, name, site)).rejects.toThrow(ViciEncodeError)
    if (name !== 'up') {
      await expect(vici.loadConn(charon, 'site', { ...site, children: { [name]: {} } })).rejects.toThrow(
        ViciEncodeError,
      )
    }
    expect(charon.asked).toEqual([])
  })

  it('sends a secret as it is, and never repeats it in an error', async () => {
    const secret = { id: 'k', type: 'IKE', data: 'hunter2 \\ "€', owners: ['203.0.113.1'] } as const
    const charon = new Answering(yes)
    await vici.loadShared(charon, secret)
    expect(charon.asked[0]?.message).toEqual({ ...secret, owners: ['203.0.113.1'] })
    const refusing = new Answering({ success: 'no', errmsg: 'shared key data missing' })
    const error = await vici.loadShared(refusing, secret).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ViciCommandError)
    expect(error).toMatchObject({ command: 'load-shared', errmsg: 'shared key data missing' })
    expect(String(error)).toBe('ViciCommandError: load-shared refused: shared key data missing')
  })

  it('unloads by name and id', async () => {
    const charon = new Answering(yes)
    await vici.unloadConn(charon, 'site')
    await vici.unloadShared(charon, 'k')
    await vici.reloadSettings(charon)
    expect(charon.asked.map(({ command, message }) => ({ command, ...message }))).toEqual([
      { command: 'unload-conn', name: 'site' },
      { command: 'unload-shared', id: 'k' },
      { command: 'reload-settings' },
    ])
  })
})

describe('a refusal', () => {
  it.each([
    ["unload: connection 'nope' not found", true],
    ["CHILD_SA config 'nope' not found", true],
    ["IKE_SA config 'nope' not found", true],
    ['no matching SAs to terminate found', true],
    ['no matching SAs to rekey found', true],
    ['no counters found for this connection', true],
    ["establishing CHILD_SA 'net' failed", false],
    ['invalid value for: proposals, config discarded', false],
    ['parsing request failed', false],
  ])('"%s" means that there is no such thing: %s', async (errmsg, isNotFound) => {
    const refused = vici.initiate(new Answering({ success: 'no', errmsg }), { child: 'x' })
    await expect(refused).rejects.toMatchObject({ errmsg, isNotFound })
  })

  it('without a word is one too', async () => {
    await expect(vici.rekey(new Answering({}), { ike: 'x' })).rejects.toThrow('rekey refused: no reason given')
  })
})

describe('acting on SAs', () => {
  it('does not wait for a result unless told', async () => {
    const charon = new Answering({ success: 'yes', matches: '2', terminated: '1' })
    await vici.initiate(charon, { child: 'net', ike: 'site' })
    expect(await vici.terminate(charon, { ikeId: 7, force: true })).toEqual({ matches: 2, terminated: 1 })
    expect(charon.asked).toMatchObject([
      { message: { child: 'net', ike: 'site', timeout: '-1' } },
      { message: { 'ike-id': '7', force: 'yes', timeout: '-1' } },
    ])
    expect(charon.asked[0]?.wait?.timeoutMs).toBeUndefined()
  })

  it('waits longer than charon does', async () => {
    const charon = new Answering(yes)
    await vici.initiate(charon, { child: 'net', timeoutMs: 30_000 })
    expect(charon.asked).toMatchObject([{ message: { timeout: '30000' }, wait: { timeoutMs: 40_000 } }])
  })

  it('does not wait for ever', async () => {
    await expect(vici.initiate(new Answering(yes), { child: 'net', timeoutMs: 0 })).rejects.toThrow(RangeError)
  })

  it('rekeys what is selected', async () => {
    const charon = new Answering({ success: 'yes', matches: '1' })
    expect(await vici.rekey(charon, { ike: 'site', reauth: true })).toBe(1)
    expect(charon.asked[0]?.message).toEqual({ ike: 'site', reauth: 'yes' })
  })
})

describe('asking', () => {
  it('lists SAs, never blocking', async () => {
    const charon = new Answering({ site: { uniqueid: '4', state: 'ESTABLISHED', 'child-sas': {} } })
    expect(await vici.listSas(charon, { ike: 'site', childId: 3 })).toMatchObject([{ name: 'site', uniqueId: 4 }])
    expect(charon.asked).toMatchObject([
      { command: 'list-sas list-sa', message: { noblock: 'yes', ike: 'site', 'child-id': '3' } },
    ])
  })

  it('lists connections', async () => {
    const charon = new Answering({
      site: {
        local_addrs: ['203.0.113.1'],
        remote_addrs: ['203.0.113.2'],
        version: 'IKEv2',
        reauth_time: '0',
        rekey_time: '3600',
        unique: 'UNIQUE_REPLACE',
        dpd_delay: '30',
        'local-1': { id: '203.0.113.1', class: 'pre-shared key', groups: [], certs: [] },
        'remote-1': { id: '203.0.113.2', class: 'pre-shared key', groups: [], certs: [] },
        children: {
          net: {
            mode: 'TUNNEL',
            rekey_time: '900',
            rekey_bytes: '1000000000',
            rekey_packets: '0',
            dpd_action: 'none',
            close_action: 'none',
            'local-ts': ['10.1.0.0/24'],
            'remote-ts': ['10.2.0.0/24'],
          },
        },
      },
    })
    expect(await vici.listConns(charon)).toEqual([
      {
        name: 'site',
        version: 'IKEv2',
        localAddrs: ['203.0.113.1'],
        remoteAddrs: ['203.0.113.2'],
        localId: '203.0.113.1',
        remoteId: '203.0.113.2',
        rekeyTime: 3600,
        reauthTime: 0,
        dpdDelay: 30,
        dpdTimeout: undefined,
        unique: 'UNIQUE_REPLACE',
        children: [
          {
            name: 'net',
            mode: 'TUNNEL',
            rekeyTime: 900,
            rekeyBytes: 1_000_000_000,
            rekeyPackets: 0,
            dpdAction: 'none',
            closeAction: 'none',
            localTs: ['10.1.0.0/24'],
            remoteTs: ['10.2.0.0/24'],
          },
        ],
      },
    ])
  })

  it('reads names, version, statistics, algorithms and counters', async () => {
    expect(await vici.getConns(new Answering({ conns: ['site', '__proto__'] }))).toEqual(['site', '__proto__'])
    expect(await vici.getShared(new Answering({ keys: ['k'] }))).toEqual(['k'])
    expect(await vici.version(new Answering({ daemon: 'charon', version: '5.9.8' }))).toMatchObject({
      version: '5.9.8',
    })

    const stats = {
      uptime: { running: '11 seconds', since: 'Nov 23 11:45:58 2026' },
      workers: { total: '16', idle: '7', active: { critical: '4', high: '0', medium: '5', low: '0' } },
      queues: { critical: '0', high: '0', medium: '0', low: '0' },
      scheduled: '10',
      ikesas: { total: '2', 'half-open': '1' },
      plugins: ['charon', 'vici'],
    }
    expect(await vici.stats(new Answering(stats))).toMatchObject({
      workers: { total: 16, idle: 7, active: { critical: 4, medium: 5 } },
      scheduled: 10,
      ikeSas: { total: 2, halfOpen: 1 },
      plugins: ['charon', 'vici'],
    })

    const algorithms = await vici.getAlgorithms(new Answering({ encryption: { AES_CBC: 'openssl' }, drbg: {} }))
    expect(algorithms.get('encryption')?.get('AES_CBC')).toBe('openssl')

    const charon = new Answering({ counters: { site: { 'ike-auth-in-req': '3' } }, success: 'yes' })
    expect((await vici.getCounters(charon, 'site')).get('site')?.get('ike-auth-in-req')).toBe(3)
    await vici.getCounters(charon)
    await vici.resetCounters(charon)
    expect(charon.asked.map(({ message }) => message)).toEqual([{ name: 'site' }, { all: 'yes' }, { all: 'yes' }])
  })
})
