import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { ApiClient, type Json } from './client.ts'
import { until } from './until.ts'

const binary = fileURLToPath(new URL('../../bin/sallyport', import.meta.url))

export interface ServiceOptions {
  /** Kept when it is given; a new one, removed at the end, otherwise. */
  readonly stateDir?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The service as a user runs it: the compiled program in a process of its own. */
export class Service {
  readonly stateDir: string
  readonly #ownsStateDir: boolean
  readonly #env: Readonly<Record<string, string>>
  #process: ChildProcess | undefined
  #output = ''
  #log = ''
  #url = ''

  private constructor(stateDir: string, ownsStateDir: boolean, env: Readonly<Record<string, string>>) {
    this.stateDir = stateDir
    this.#ownsStateDir = ownsStateDir
    this.#env = env
  }

  static async open({ stateDir, env = {} }: ServiceOptions = {}): Promise<Service> {
    const directory = stateDir ?? (await mkdtemp(join(tmpdir(), 'sallyport-')))
    const service = new Service(directory, stateDir === undefined, env)
    await service.start()
    return service
  }

  /** Starts it; resolves when it answers. */
  async start(): Promise<void> {
    this.#output = ''
    const child = spawn(process.execPath, [binary, 'serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin',
        SALLYPORT_LISTEN: '127.0.0.1:0',
        SALLYPORT_STATE_DIR: this.stateDir,
        // Tests ask again and again, as fast as they can.
        SALLYPORT_RATE_LIMIT_PER_MINUTE: '0',
        ...this.#env,
      },
    })
    this.#process = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text
    })
    this.#url = await until(
      () => {
        if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}: ${this.#log}`)
        return /API +(\S+?)\/v2\.0\//.exec(this.#output)?.[1]
      },
      { what: 'the service', deadlineMs: 20_000 },
    )
  }

  get url(): string {
    return this.#url
  }

  get pid(): number {
    const pid = this.#process?.pid
    if (pid === undefined) throw new Error('the service does not run')
    return pid
  }

  /** What it printed for its user. */
  get output(): string {
    return this.#output
  }

  /** What it logged, over all its starts. */
  get log(): string {
    return this.#log
  }

  /** What `/readyz` says, which is what `/healthz` says and whether the first look is done. */
  async health(): Promise<Json> {
    return (await fetch(`${this.#url}/readyz`, { signal: AbortSignal.timeout(10_000) })).json()
  }

  /** A client of the administrator, logged in with what the service wrote down for its user. */
  async client(v2 = '/v2.0'): Promise<ApiClient> {
    const clouds: unknown = parse(await readFile(join(this.stateDir, 'clouds.yaml'), 'utf8'))
    const path = ['clouds', 'sallyport', 'auth', 'password']
    const password = path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), clouds)
    return ApiClient.logIn(this.#url, String(password), v2)
  }

  /** Asks it to stop, and waits. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends it, and takes everything off the host that it made. */
  async close(): Promise<void> {
    await this.kill()
    // The simulated driver makes nothing on the host.
    if (this.#env.SALLYPORT_DRIVER !== 'simulated') await this.cleanUp()
    if (this.#ownsStateDir) await rm(this.stateDir, { recursive: true, force: true })
  }

  async cleanUp(): Promise<string> {
    const { code, said } = await this.command('cleanup')
    if (code !== 0) throw new Error(`cleanup ended with ${code}: ${said}`)
    return said
  }

  /** Runs the `sallyport` command for this installation. */
  async command(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const child = spawn(process.execPath, [binary, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', SALLYPORT_STATE_DIR: this.stateDir },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    const [code] = await once(child, 'close')
    return { code: Number(code), said }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}
