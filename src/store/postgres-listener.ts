import { Client, type ClientConfig } from 'pg'
import type { Clock } from '../model/clock.ts'
import { inWords } from './postgres-pool.ts'

/** Channel of the notices that something was committed to the outbox. */
export const announcements = 'sallyport_outbox'

/** Key of the advisory lock that a server holds as long as it lives. */
const serverLock = 0x5a11_0000
/** A server that was killed a moment ago may still be connected in the database's eyes. */
const patienceMs = 5_000
const pauseMs = 250
const longestPauseMs = 5_000

/** Another server holds the lock. */
export class DatabaseTaken extends Error {
  override readonly name = 'DatabaseTaken'
}

/**
 * A connection of its own that hears of commits, and that stands for "this server uses the database". When it breaks it
 * is made again, and as news may have been missed meanwhile, everybody is told to look.
 */
export class PostgresListener {
  readonly #options: ListenerOptions
  readonly #callbacks = new Set<() => void>()
  readonly #closing = new AbortController()
  #client: Client | undefined

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  /** @throws Error when another server uses the database. */
  async start(): Promise<void> {
    await this.#connect()
  }

  get isConnected(): boolean {
    return this.#client !== undefined
  }

  onNews(callback: () => void): void {
    this.#callbacks.add(callback)
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the database is closed'))
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }

  async #connect(): Promise<void> {
    const { config, onTrouble } = this.#options
    const client = new Client(config)
    client.on('error', onTrouble)
    client.on('notification', () => this.#tell())
    try {
      await client.connect()
      if (this.#options.isAlone) await this.#takeServerLock(client)
      await client.query(`listen ${announcements}`)
    } catch (error) {
      await client.end()
      throw error
    }
    client.on('end', () => {
      this.#client = undefined
      void this.#again()
    })
    this.#client = client
  }

  async #takeServerLock(client: Client): Promise<void> {
    const { clock } = this.#options
    for (const begun = clock.now(); ; ) {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [serverLock])
      if (rows[0]?.taken) return
      if (clock.now() - begun >= patienceMs) throw new DatabaseTaken('the database is in use by another Sallyport')
      await clock.sleep(pauseMs, this.#closing.signal)
    }
  }

  async #again(): Promise<void> {
    const { clock, onTrouble, onLost } = this.#options
    const { signal } = this.#closing
    for (let pause = pauseMs; !signal.aborted; pause = Math.min(longestPauseMs, pause * 2)) {
      try {
        await clock.sleep(pause, signal)
        await this.#connect()
        this.#tell()
        return
      } catch (error) {
        if (error instanceof DatabaseTaken) return onLost(error)
        if (!signal.aborted) onTrouble(new Error(`the database does not answer: ${inWords(error)}`, { cause: error }))
      }
    }
  }

  #tell(): void {
    for (const callback of this.#callbacks) callback()
  }
}

export interface ListenerOptions {
  readonly config: ClientConfig
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
  readonly onLost: (error: Error) => void
  /** Takes the lock that keeps other servers out. */
  readonly isAlone: boolean
}
