import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from './client.ts'
import type { Service } from './service.ts'

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number
  readonly output: string
  readonly error: string
}

export interface CommandOptions {
  /** Set after `openrc` was read, as a user exports them. */
  readonly env?: Readonly<Record<string, string>>
  /** `openrc` unless told: nothing at all is read with `none`. */
  readonly credentials?: 'openrc' | 'none'
}

/**
 * The distribution's `openstack` command as a new user types it: a shell that has read the `openrc` of the service, one
 * process per command.
 */
export class OpenstackCommand {
  readonly #service: Service
  readonly #home: string

  private constructor(service: Service, home: string) {
    this.#service = service
    this.#home = home
  }

  static async open(service: Service): Promise<OpenstackCommand> {
    return new OpenstackCommand(service, await mkdtemp(join(tmpdir(), 'sallyport-home-')))
  }

  /** Runs it to its end, however that is. */
  run(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
    return runProgram('openstack', args, { ...options, service: this.#service, home: this.#home })
  }

  /** What it shows. @throws when it fails */
  async json(args: readonly string[], options: CommandOptions = {}): Promise<Json> {
    const { code, output, error } = await this.run([...args, '-f', 'json'], options)
    if (code !== 0) throw new Error(`openstack ${args.join(' ')} ended with ${code}: ${error}`)
    return JSON.parse(output)
  }

  async close(): Promise<void> {
    await rm(this.#home, { recursive: true, force: true })
  }
}

interface Place extends CommandOptions {
  readonly service: Service
  /** A home of its own: what the person who runs the tests has configured is not asked. */
  readonly home: string
}

/** A program of the distribution in an environment with nothing in it but the credentials that the service wrote. */
export function runProgram(
  program: string,
  args: readonly string[],
  { service, home, env = {}, credentials = 'openrc' }: Place,
): Promise<Ended> {
  const read = credentials === 'openrc' ? '. "$1"' : ':'
  const exports = Object.keys(env).map((name) => `export ${name}="$given_${name}"`)
  const script = `set -eu; ${[read, ...exports].join('; ')}; shift; exec "$@"`
  const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [`given_${name}`, value]))
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--norc', '-c', script, 'bash', join(service.stateDir, 'openrc'), program, ...args],
      { env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home, ...given }, timeout: 60_000, maxBuffer: 16 << 20 },
      (failure, output, error) => resolve({ code: Number(failure ? (failure.code ?? 1) : 0), output, error }),
    )
  })
}
