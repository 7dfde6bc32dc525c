/**
 * One connection to one charon.
 *
 * Invariants:
 * - Replies carry no ids: charon answers in the order of asking, one at a time. So `#asked` is a queue, and whatever comes back
 *   belongs to its head.
 * - Because of that a reply that never comes makes every later one ambiguous: a timeout ends the session.
 * - The clock of a question starts when the one before it is answered, since charon does not begin with it earlier.
 * - Only events may be lost (`EventQueue`); questions and replies never.
 *
 * Use two sessions per daemon, one for events and one for commands: a slow command holds back everything behind it.
 */
import { connect as connectSocket, type Socket } from 'node:net'
import {
  ViciClosedError,
  ViciConnectError,
  ViciError,
  ViciProtocolError,
  ViciTimeoutError,
  ViciUnknownCommand,
  ViciUnknownEvent,
} from './errors.ts'
import { EventQueue, type ViciEvent } from './event-queue.ts'
import type { ViciInput, ViciMessage } from './message.ts'
import { encodePacket, type Packet, PacketReader } from './packet.ts'

export type { ViciEvent } from './event-queue.ts'
export type { ViciInput, ViciMessage } from './message.ts'

/** How long to wait, and who may call it off. */
export interface WaitOptions {
  /** Milliseconds from the moment charon can begin with it, 10 000 unless told. When it passes the session is closed. */
  readonly timeoutMs?: number | undefined
  /** Stops *our* waiting; charon still does what it was asked, and the session goes on. Rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface SubscribeOptions extends WaitOptions {
  /** Events to take if this charon has them; `names` of the subscription tells which it had. */
  readonly optional?: readonly string[] | undefined
  /** Events kept for a slow consumer before the oldest are dropped, 10 000 unless told. */
  readonly limit?: number | undefined
}

/**
 * Events, from the moment `subscribe` resolved. Iterating rejects with `ViciClosedError` when the daemon goes away, and just ends when
 * we closed the subscription or the session. Leaving a `for await` closes the subscription.
 */
export interface Subscription extends AsyncIterable<ViciEvent, undefined> {
  /** The events charon confirmed. */
  readonly names: readonly string[]
  /** Events lost because they were not fetched in time: a reason to look at everything again. */
  readonly dropped: number
  close(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_EVENT_LIMIT = 10_000
const MAX_TIMEOUT_MS = 2 ** 31 - 1
/** `sun_path` of Linux has 108 bytes, one of them for the closing NUL. Node would cut a longer path off without a word. */
const MAX_SOCKET_PATH_BYTES = 107

/** A question on its way. `answer` gets the packet that answers it and may throw `ViciProtocolError` if it cannot be that. */
interface Asked {
  /** For error texts: the kind and name of what was asked, never its arguments. */
  readonly what: string
  readonly timeoutMs: number
  /** Events of this name that come while this is being answered are part of the answer. */
  readonly streams?: { readonly event: string; readonly collected: ViciMessage[] }
  answer(packet: Packet): void
  fail(error: ViciError): void
}

export class ViciSession {
  /** Resolves the moment the connection ends, whoever ended it: the fastest sign of a crashed daemon. Never rejects. */
  readonly closed: Promise<void>

  readonly #socket: Socket
  readonly #reader = new PacketReader()
  readonly #asked: Asked[] = []
  readonly #subscribed = new Map<string, EventQueue>()
  readonly #queues = new Set<EventQueue>()
  #clock: NodeJS.Timeout | undefined
  #ended: ViciClosedError | undefined
  #resolveClosed: () => void = () => {}

  private constructor(socket: Socket) {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#socket = socket
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#end(new ViciClosedError('connection to charon failed', { cause: error })))
    socket.on('end', () => this.#end(this.#hungUp()))
    socket.on('close', () => this.#end(this.#hungUp()))
  }

  /**
   * Connects to the VICI socket at `path`. Rejects with `ViciConnectError` (see its `code`), with `ViciTimeoutError` if charon's
   * backlog is full for `timeoutMs` (10 000 unless told), or with the signal's reason.
   */
  static async connect(path: string, { timeoutMs, signal }: WaitOptions = {}): Promise<ViciSession> {
    signal?.throwIfAborted()
    const limitMs = checkedTimeout(timeoutMs)
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
      throw new ViciConnectError(`socket path longer than ${MAX_SOCKET_PATH_BYTES} bytes: ${path}`, 'ENAMETOOLONG')
    }
    const socket = connectSocket({ path })
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        socket.off('connect', connected)
      }
      const connected = () => {
        settle()
        socket.off('error', failed)
        resolve(new ViciSession(socket))
      }
      const giveUp = (error: unknown) => {
        settle()
        socket.destroy() // `failed` stays: a socket destroyed half-way may still report an error, which then changes nothing.
        reject(error)
      }
      const failed = (cause: NodeJS.ErrnoException) =>
        giveUp(new ViciConnectError(`cannot connect to ${path}: ${cause.message}`, cause.code, { cause }))
      const abort = () => giveUp(signal?.reason)
      const tooLate = () => giveUp(new ViciTimeoutError(`connecting to ${path} took longer than ${limitMs} ms`))

      const timer = setTimeout(tooLate, limitMs)
      signal?.addEventListener('abort', abort, { once: true })
      socket.on('connect', connected)
      socket.on('error', failed)
    })
  }

  get isClosed(): boolean {
    return this.#ended !== undefined
  }

  /**
   * Asks one command. Several may be outstanding; they are answered in the order of the calls.
   * Rejects with `ViciEncodeError` (nothing was sent), `ViciUnknownCommand`, `ViciTimeoutError`, `ViciClosedError`. A refusal
   * (`success = no`) is an answer like any other here; `commands.ts` makes errors of it.
   */
  async request(command: string, message: ViciInput = {}, options: WaitOptions = {}): Promise<ViciMessage> {
    options.signal?.throwIfAborted()
    const bytes = encodePacket({ kind: 'request', name: command, message })
    return abortable(this.#askCommand(command, bytes, checkedTimeout(options.timeoutMs)), options.signal)
  }

  /**
   * Asks a command that streams its answer as events, such as `list-sas` by `list-sa`, and returns all of them.
   *
   * Registration, command and deregistration go out in one write. Two streams of the same kind cannot mix, because charon takes
   * the packets of one connection strictly in turn: the second registers after the first has deregistered. Rejects as `request`
   * does, and with `ViciUnknownEvent`.
   */
  async stream(
    command: string,
    event: string,
    message: ViciInput = {},
    options: WaitOptions = {},
  ): Promise<ViciMessage[]> {
    options.signal?.throwIfAborted()
    this.#refuseSecondRegistration(event)
    const timeoutMs = checkedTimeout(options.timeoutMs)
    const request = encodePacket({ kind: 'request', name: command, message })
    const collected: ViciMessage[] = []
    this.#socket.cork()
    const answers = Promise.all([
      this.#askRegistration('register', event, timeoutMs),
      this.#askCommand(command, request, timeoutMs, { event, collected }),
      this.#askRegistration('unregister', event, timeoutMs),
    ])
    this.#socket.uncork()
    await abortable(answers, options.signal)
    return collected
  }

  /**
   * Registers the events and resolves once charon confirmed all of `names`: nothing that happens afterwards is missed. An event
   * that this charon does not have rejects with `ViciUnknownEvent` and leaves nothing registered, unless it is in `optional`.
   * An event can be subscribed once per session.
   */
  async subscribe(names: readonly string[], options: SubscribeOptions = {}): Promise<Subscription> {
    const { optional = [], limit = DEFAULT_EVENT_LIMIT, signal } = options
    signal?.throwIfAborted()
    const timeoutMs = checkedTimeout(options.timeoutMs)
    const wanted = [...new Set([...names, ...optional])]
    for (const name of wanted) this.#refuseSecondRegistration(name)

    const queue = new EventQueue(limit)
    if (!this.isClosed) this.#queues.add(queue)
    const register = async (name: string): Promise<string[]> => {
      // Before asking, since charon may raise the first event before it confirms.
      if (!this.isClosed) this.#subscribed.set(name, queue)
      try {
        await this.#askRegistration('register', name, timeoutMs)
        return [name]
      } catch (error) {
        this.#subscribed.delete(name)
        if (error instanceof ViciUnknownEvent && !names.includes(name)) return []
        throw error
      }
    }
    try {
      const confirmed = await abortable(Promise.all(wanted.map(register)), signal)
      return this.#subscription(confirmed.flat(), queue, timeoutMs)
    } catch (error) {
      // Not waited for: charon takes the deregistration before anything that is asked from now on.
      void this.#unsubscribe(queue, timeoutMs)
      throw error
    }
  }

  /** Ends the connection now; whatever is outstanding rejects with `ViciClosedError`. May be called any number of times. */
  close(): Promise<void> {
    this.#end(new ViciClosedError('session closed by us'), true)
    return this.closed
  }

  #subscription(names: readonly string[], queue: EventQueue, timeoutMs: number): Subscription {
    const close = () => this.#unsubscribe(queue, timeoutMs)
    return {
      names,
      get dropped() {
        return queue.dropped
      },
      close,
      [Symbol.asyncIterator]: () => ({
        next: () => queue.next(),
        return: async () => {
          await close()
          return { done: true, value: undefined }
        },
      }),
    }
  }

  /**
   * Ends the queue and takes its events off charon's list. Never rejects: no answer means a closed session, and a closed session is on
   * no list; and an event that charon says it does not know is on none either.
   */
  async #unsubscribe(queue: EventQueue, timeoutMs: number): Promise<void> {
    queue.end()
    this.#queues.delete(queue)
    const names = [...this.#subscribed].filter(([, its]) => its === queue).map(([name]) => name)
    for (const name of names) this.#subscribed.delete(name)
    await Promise.allSettled(names.map((name) => this.#askRegistration('unregister', name, timeoutMs)))
  }

  /** Charon keeps a list per event, not a set: registered twice, each event would come twice. */
  #refuseSecondRegistration(event: string): void {
    if (this.#subscribed.has(event)) throw new ViciError(`event ${event} is already subscribed on this session`)
  }

  #askCommand(command: string, bytes: Buffer, timeoutMs: number, streams?: Asked['streams']): Promise<ViciMessage> {
    const what = `command ${command}`
    return new Promise((resolve, reject) => {
      const answer = (packet: Packet) => {
        if (packet.kind === 'response') resolve(packet.message)
        else if (packet.kind === 'unknown-command') reject(new ViciUnknownCommand(command))
        else throw new ViciProtocolError(`${packet.kind} in answer to ${what}`, 0)
      }
      this.#ask({ what, timeoutMs, answer, fail: reject, ...(streams && { streams }) }, bytes)
    })
  }

  #askRegistration(kind: 'register' | 'unregister', event: string, timeoutMs: number): Promise<void> {
    const what = `${kind} ${event}`
    return new Promise((resolve, reject) => {
      const answer = (packet: Packet) => {
        if (packet.kind === 'confirm') resolve()
        else if (packet.kind === 'unknown-event') reject(new ViciUnknownEvent(event))
        else throw new ViciProtocolError(`${packet.kind} in answer to ${what}`, 0)
      }
      this.#ask({ what, timeoutMs, answer, fail: reject }, encodePacket({ kind, name: event }))
    })
  }

  #ask(asked: Asked, bytes: Buffer): void {
    if (this.#ended !== undefined) {
      asked.fail(new ViciClosedError(`${asked.what} not sent: ${this.#ended.message}`, { cause: this.#ended }))
      return
    }
    this.#asked.push(asked)
    if (this.#asked.length === 1) this.#startClock()
    this.#socket.write(bytes)
  }

  #startClock(): void {
    clearTimeout(this.#clock)
    const [head] = this.#asked
    if (head !== undefined) this.#clock = setTimeout(() => this.#giveUp(head), head.timeoutMs)
  }

  #giveUp(head: Asked): void {
    const timeout = new ViciTimeoutError(
      `no answer to ${head.what} within ${head.timeoutMs} ms; session closed, because a late answer could not be told apart`,
    )
    this.#asked.shift()
    head.fail(timeout)
    this.#end(new ViciClosedError('session closed after a timeout', { cause: timeout }))
  }

  #receive(chunk: Buffer): void {
    try {
      for (const packet of this.#reader.push(chunk)) {
        if (this.isClosed) return
        if (packet.kind === 'event') this.#deliver(packet)
        else this.#answerHead(packet)
      }
    } catch (error) {
      if (!(error instanceof ViciProtocolError)) throw error
      this.#end(new ViciClosedError(`charon does not speak VICI: ${error.message}`, { cause: error }))
    }
  }

  #deliver({ name, message }: ViciEvent): void {
    const [head] = this.#asked
    if (head?.streams?.event === name) head.streams.collected.push(message)
    else this.#subscribed.get(name)?.push({ name, message })
    // Anything else was on its way when we deregistered.
  }

  #answerHead(packet: Packet): void {
    const [head] = this.#asked
    if (head === undefined) throw new ViciProtocolError(`${packet.kind} that nothing was asked for`, 0)
    head.answer(packet)
    this.#asked.shift()
    this.#startClock()
  }

  #hungUp(): ViciClosedError {
    const middle = this.#reader.isMidPacket ? ' in the middle of a packet' : ''
    return new ViciClosedError(`charon closed the connection${middle}`)
  }

  #end(reason: ViciClosedError, byUs = false): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    clearTimeout(this.#clock)
    this.#socket.destroy()
    for (const asked of this.#asked.splice(0)) {
      asked.fail(
        new ViciClosedError(`no answer to ${asked.what}: ${reason.message}`, { cause: reason.cause ?? reason }),
      )
    }
    for (const queue of this.#queues) queue.end(byUs ? undefined : reason)
    this.#queues.clear()
    this.#subscribed.clear()
    this.#resolveClosed()
  }
}

/** `promise`, or the signal's reason as soon as it is aborted. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    const settle = () => signal.removeEventListener('abort', abort)
    promise.then(
      (value) => {
        settle()
        resolve(value)
      },
      (error) => {
        settle()
        reject(error)
      },
    )
  })
}

function checkedTimeout(timeoutMs = DEFAULT_TIMEOUT_MS): number {
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(`timeoutMs must be above 0 and at most ${MAX_TIMEOUT_MS}, not ${timeoutMs}`)
  }
  return timeoutMs
}
