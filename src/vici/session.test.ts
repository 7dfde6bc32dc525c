import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  ViciClosedError,
  ViciConnectError,
  ViciEncodeError,
  ViciProtocolError,
  ViciTimeoutError,
  ViciUnknownCommand,
  ViciUnknownEvent,
} from './errors.ts'
import type { ViciInput } from './message.ts'
import { encodePacket, type Packet, PacketReader } from './packet.ts'
import { ViciSession } from './session.ts'

/** The other end of a session, which does exactly what the test says. Everything it is sent can be awaited, in order. */
class ScriptedCharon {
  readonly #socket: Socket
  readonly #received: Packet[] = []
  #arrival: () => void = () => {}

  constructor(socket: Socket) {
    this.#socket = socket
    const reader = new PacketReader()
    socket.on('data', (chunk) => {
      this.#received.push(...reader.push(chunk))
      this.#arrival()
    })
    socket.on('error', () => {}) // The session may hang up on us at any time.
  }

  /** The next packet from the session. A test that waits for one too many fails by vitest's deadline. */
  async receive(): Promise<Packet> {
    for (;;) {
      const packet = this.#received.shift()
      if (packet !== undefined) return packet
      await new Promise<void>((resolve) => {
        this.#arrival = resolve
      })
    }
  }

  async receiveAll(count: number): Promise<string[]> {
    const packets: string[] = []
    while (packets.length < count) {
      const packet = await this.receive()
      packets.push('name' in packet ? `${packet.kind} ${packet.name}` : packet.kind)
    }
    return packets
  }

  send(...packets: Packet<ViciInput>[]): void {
    this.sendBytes(Buffer.concat(packets.map((packet) => encodePacket(packet))))
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  hangUp(): void {
    this.#socket.end()
  }

  /** As the kernel does for a process that was killed. */
  die(): void {
    this.#socket.destroy()
  }
}

const response = (message: ViciInput = {}): Packet<ViciInput> => ({ kind: 'response', message })
const event = (name: string, message: ViciInput = {}): Packet<ViciInput> => ({ kind: 'event', name, message })
const confirm: Packet<ViciInput> = { kind: 'confirm' }
const unknownEvent: Packet<ViciInput> = { kind: 'unknown-event' }

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** From here on the session's timeouts pass when the test says so; the socket goes on by itself. */
function onlyOurClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  closers.push(() => vi.useRealTimers())
}

async function socketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vici-test-'))
  closers.push(() => rm(folder, { recursive: true }))
  return join(folder, 'charon.vici')
}

async function aSession(): Promise<{ session: ViciSession; charon: ScriptedCharon }> {
  const path = await socketPath()
  const server = createServer().listen(path)
  closers.push(() => server.close())
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const session = await ViciSession.connect(path)
  closers.push(() => session.close())
  const [socket] = await accepted
  return { session, charon: new ScriptedCharon(socket) }
}

describe('connecting', () => {
  it('says ENOENT where there is no socket file', async () => {
    const connecting = ViciSession.connect(await socketPath())
    await expect(connecting).rejects.toThrow(ViciConnectError)
    await expect(connecting).rejects.toMatchObject({ code: 'ENOENT', cause: { syscall: 'connect' } })
  })

  it('refuses a path that the kernel would cut off', async () => {
    await expect(ViciSession.connect(`/tmp/${'x'.repeat(103)}`)).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
  })

  it('can be called off', async () => {
    const reason = new Error('shutting down')
    const path = await socketPath()
    await expect(ViciSession.connect(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const connecting = ViciSession.connect(path, { signal: controller.signal })
    controller.abort(reason)
    await expect(connecting).rejects.toBe(reason)
  })
})

describe('a request', () => {
  it('gets its answer', async () => {
    const { session, charon } = await aSession()
    const answer = session.request('version', { a: 1 })
    expect(await charon.receive()).toEqual({ kind: 'request', name: 'version', message: { a: '1' } })
    charon.send(response({ version: '5.9.8' }))
    expect(await answer).toEqual({ version: '5.9.8' })
  })

  it('does not wait for the one before it, and each gets its own answer', async () => {
    const { session, charon } = await aSession()
    const answers = Promise.all(Array.from({ length: 200 }, (_, n) => session.request('stats', { n })))
    for (let n = 0; n < 200; n++) expect(await charon.receive()).toMatchObject({ message: { n: String(n) } })
    charon.send(...Array.from({ length: 200 }, (_, n) => response({ n })))
    expect((await answers).map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => String(n)))
  })

  it('gets its answer past events that come in between', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['log'])
    await charon.receive()
    charon.send(confirm)
    const subscription = await subscribing
    const answer = session.request('initiate')
    await charon.receive()
    charon.send(
      event('log', { msg: 'one' }),
      event('nobody-asked'),
      event('log', { msg: 'two' }),
      response({ success: 'yes' }),
    )
    expect(await answer).toEqual({ success: 'yes' })
    const events = subscription[Symbol.asyncIterator]()
    expect((await events.next()).value).toEqual({ name: 'log', message: { msg: 'one' } })
    expect((await events.next()).value).toEqual({ name: 'log', message: { msg: 'two' } })
  })

  it('charon does not know leaves the session as it was', async () => {
    const { session, charon } = await aSession()
    const first = session.request('nonsense')
    const second = session.request('version')
    charon.send({ kind: 'unknown-command' }, response({ ok: true }))
    await expect(first).rejects.toThrow(ViciUnknownCommand)
    await expect(first).rejects.toMatchObject({ command: 'nonsense' })
    expect(await second).toEqual({ ok: 'yes' })
  })

  it('that cannot be encoded sends nothing', async () => {
    const { session, charon } = await aSession()
    await expect(session.request('load-conn', { a: 'x'.repeat(70_000) })).rejects.toThrow(ViciEncodeError)
    const next = session.request('version')
    expect(await charon.receiveAll(1)).toEqual(['request version'])
    charon.send(response())
    await next
  })

  it('called off lets the session go on, with its late answer thrown away', async () => {
    const { session, charon } = await aSession()
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const first = session.request('initiate', {}, { signal: controller.signal })
    const second = session.request('version')
    controller.abort(reason)
    await expect(first).rejects.toBe(reason)
    await charon.receiveAll(2)
    charon.send(response({ of: 'initiate' }), response({ of: 'version' }))
    expect(await second).toEqual({ of: 'version' })
    await expect(session.request('stats', {}, { signal: controller.signal })).rejects.toBe(reason)
  })

  it('never answered ends the session, because no later answer could be told apart', async () => {
    const { session, charon } = await aSession()
    onlyOurClock()
    const first = session.request('initiate', { secret: 'hunter2' }, { timeoutMs: 30 })
    const second = session.request('version')
    const outcomes = Promise.allSettled([first, second])
    vi.advanceTimersByTime(29)
    expect(session.isClosed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(session.isClosed).toBe(true)
    expect(await outcomes).toMatchObject([
      { reason: expect.any(ViciTimeoutError) },
      { reason: expect.any(ViciClosedError) },
    ])
    await expect(first).rejects.toThrow(/^no answer to command initiate within 30 ms; session closed/)
    await expect(second).rejects.toMatchObject({ cause: expect.any(ViciTimeoutError) })
    charon.send(response())
    await expect(session.request('version')).rejects.toThrow(ViciClosedError)
  })

  it('behind a slow one has its time from the moment charon can begin with it', async () => {
    const { session, charon } = await aSession()
    onlyOurClock()
    const slow = session.request('terminate', {}, { timeoutMs: 5_000 })
    const quick = session.request('version', {}, { timeoutMs: 100 })
    await charon.receiveAll(2)
    vi.advanceTimersByTime(4_999)
    charon.send(response({ of: 'slow' }))
    expect(await slow).toEqual({ of: 'slow' })
    vi.advanceTimersByTime(99)
    charon.send(response({ of: 'quick' }))
    expect(await quick).toEqual({ of: 'quick' })
    vi.advanceTimersByTime(60_000)
    expect(session.isClosed).toBe(false)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('may not wait for ever: %d', async (timeoutMs) => {
    const { session } = await aSession()
    await expect(session.request('version', {}, { timeoutMs })).rejects.toThrow(RangeError)
  })
})

describe('a stream', () => {
  it('collects what comes until the answer', async () => {
    const { session, charon } = await aSession()
    const all = session.stream('list-sas', 'list-sa', { noblock: true })
    expect(await charon.receiveAll(3)).toEqual(['register list-sa', 'request list-sas', 'unregister list-sa'])
    charon.send(confirm, event('list-sa', { a: {} }), event('log'), event('list-sa', { b: {} }), response(), confirm)
    expect(await all).toEqual([{ a: {} }, { b: {} }])
  })

  it('does not mix with another of its kind', async () => {
    const { session, charon } = await aSession()
    const first = session.stream('list-sas', 'list-sa', { ike: 'a' })
    const second = session.stream('list-sas', 'list-sa', { ike: 'b' })
    const third = session.request('version')
    await charon.receiveAll(7)
    charon.send(confirm, event('list-sa', { a: {} }), response(), confirm)
    charon.send(confirm, event('list-sa', { b: {} }), event('list-sa', { c: {} }), response(), confirm)
    charon.send(response({ version: '5.9.8' }))
    expect(await first).toEqual([{ a: {} }])
    expect(await second).toEqual([{ b: {} }, { c: {} }])
    expect(await third).toEqual({ version: '5.9.8' })
  })

  it('of an unknown event or command leaves the session usable', async () => {
    const { session, charon } = await aSession()
    const noEvent = session.stream('list-sas', 'nonsense')
    charon.send(unknownEvent, response(), unknownEvent)
    await expect(noEvent).rejects.toThrow(ViciUnknownEvent)
    const noCommand = session.stream('nonsense', 'list-sa')
    charon.send(confirm, { kind: 'unknown-command' }, confirm)
    await expect(noCommand).rejects.toThrow(ViciUnknownCommand)
    const next = session.stream('list-sas', 'list-sa')
    charon.send(confirm, event('list-sa', { a: {} }), response(), confirm)
    expect(await next).toEqual([{ a: {} }])
  })

  it('rejects when the daemon goes away half-way', async () => {
    const { session, charon } = await aSession()
    const all = session.stream('list-sas', 'list-sa')
    await charon.receiveAll(3)
    charon.send(confirm, event('list-sa', { a: {} }))
    charon.hangUp()
    await expect(all).rejects.toThrow(ViciClosedError)
  })
})

describe('a subscription', () => {
  it('is there once charon confirmed all of it, and misses nothing from then on', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['ike-updown', 'child-updown'])
    expect(await charon.receiveAll(2)).toEqual(['register ike-updown', 'register child-updown'])
    charon.send(confirm, event('ike-updown', { n: 1 }), confirm, event('child-updown', { n: 2 }))
    const subscription = await subscribing
    expect(subscription.names).toEqual(['ike-updown', 'child-updown'])
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const { name, message } of subscription) seen.push([name, message.n])
    })()
    charon.send(event('ike-updown', { n: 3 }), event('other', { n: 4 }), response())
    await expect(reading).rejects.toThrow(ViciClosedError)
    expect(seen).toEqual([
      ['ike-updown', '1'],
      ['child-updown', '2'],
      ['ike-updown', '3'],
    ])
  })

  it('to an event this charon does not have is refused, and nothing stays registered', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['log', 'alert'])
    charon.send(confirm, unknownEvent)
    await expect(subscribing).rejects.toThrow(ViciUnknownEvent)
    await expect(subscribing).rejects.toMatchObject({ event: 'alert' })
    expect(await charon.receiveAll(3)).toEqual(['register log', 'register alert', 'unregister log'])
    charon.send(confirm)
    const again = session.subscribe(['log'])
    charon.send(confirm)
    expect((await again).names).toEqual(['log'])
  })

  it('goes on without an optional event', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['log'], { optional: ['alert', 'ike-update'] })
    charon.send(confirm, unknownEvent, confirm)
    expect((await subscribing).names).toEqual(['log', 'ike-update'])
  })

  it('deregisters when the consumer leaves', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['log'])
    charon.send(confirm, event('log'), event('log'))
    const subscription = await subscribing
    const leaving = (async () => {
      for await (const { name } of subscription) return name
      return 'nothing'
    })()
    expect(await charon.receiveAll(2)).toEqual(['register log', 'unregister log'])
    charon.send(event('log'), confirm)
    expect(await leaving).toBe('log')
    await subscription.close()
    const next = session.request('version')
    charon.send(response())
    await next
  })

  it('drops the oldest events of a consumer that does not fetch them, and counts them', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['log'], { limit: 3 })
    charon.send(confirm, ...Array.from({ length: 10 }, (_, n) => event('log', { n })))
    const subscription = await subscribing
    const answer = session.request('version')
    charon.send(response())
    await answer
    expect(subscription.dropped).toBe(7)
    const events = subscription[Symbol.asyncIterator]()
    expect((await events.next()).value?.message).toEqual({ n: '7' })
  })

  it('is one per event and session', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['log'])
    await expect(session.subscribe(['log'])).rejects.toThrow('event log is already subscribed')
    await expect(session.stream('x', 'log')).rejects.toThrow('event log is already subscribed')
    charon.send(confirm)
    expect((await subscribing).names).toEqual(['log'])
  })

  it('just ends when we close the session', async () => {
    const { session, charon } = await aSession()
    const subscribing = session.subscribe(['log'])
    charon.send(confirm, event('log'))
    const subscription = await subscribing
    const seen: string[] = []
    const reading = (async () => {
      for await (const { name } of subscription) seen.push(name)
    })()
    await session.close()
    await reading
    await subscription.close()
  })

  it('called off while it waits leaves nothing registered', async () => {
    const { session, charon } = await aSession()
    const controller = new AbortController()
    const reason = new Error('shutting down')
    const subscribing = session.subscribe(['log'], { signal: controller.signal })
    await charon.receive()
    controller.abort(reason)
    await expect(subscribing).rejects.toBe(reason)
    expect(await charon.receiveAll(1)).toEqual(['unregister log'])
    charon.send(confirm, event('log'), confirm)
    const again = session.subscribe(['log'])
    await charon.receive()
    charon.send(confirm)
    expect((await again).names).toEqual(['log'])
  })
})

describe('the end of the connection', () => {
  it.each(['hangUp', 'die'] as const)('is seen at once: %s', async (how) => {
    const { session, charon } = await aSession()
    const outstanding = [session.request('version'), session.stream('list-sas', 'list-sa'), session.subscribe(['log'])]
    await charon.receive()
    const outcomes = Promise.allSettled(outstanding)
    charon[how]()
    await session.closed
    expect(session.isClosed).toBe(true)
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: expect.any(ViciClosedError) })
    await expect(session.request('version')).rejects.toThrow(/^command version not sent/)
    await expect(session.subscribe(['log'])).rejects.toThrow(ViciClosedError)
  })

  it('in the middle of a packet is told as such', async () => {
    const { session, charon } = await aSession()
    const answer = session.request('version')
    await charon.receive()
    charon.sendBytes(encodePacket(response({ version: '5.9.8' })).subarray(0, 9))
    charon.hangUp()
    await expect(answer).rejects.toThrow(
      'no answer to command version: charon closed the connection in the middle of a packet',
    )
  })

  it.each<[string, Uint8Array]>([
    ['a length of 4 GiB', Buffer.from([255, 255, 255, 255])],
    ['a malformed message', Buffer.from('\0\0\0\x02\x01\x02', 'latin1')],
    ['the answer to something else', encodePacket(confirm)],
    ['one of our own packets', encodePacket({ kind: 'request', name: 'version', message: {} })],
  ])('follows %s', async (_, bytes) => {
    const { session, charon } = await aSession()
    const answer = session.request('version')
    charon.sendBytes(bytes)
    await expect(answer).rejects.toThrow(ViciClosedError)
    await expect(answer).rejects.toMatchObject({ cause: expect.any(ViciProtocolError) })
    await session.closed
  })

  it('follows an answer to nothing', async () => {
    const { session, charon } = await aSession()
    charon.send(response())
    await session.closed
    await expect(session.request('version')).rejects.toThrow(/response that nothing was asked for/)
  })

  it('can be ours, any number of times', async () => {
    const { session } = await aSession()
    const answer = session.request('version')
    const closing = [session.close(), session.close()]
    await expect(answer).rejects.toThrow('no answer to command version: session closed by us')
    await Promise.all(closing)
    await session.close()
    await session.closed
  })
})
