import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from './client.ts'
import type { Service } from './service.ts'
import { until } from './until.ts'

/**
 * One `openstack` process into which commands are typed, as its users do with many of them: it starts and logs in once.
 * It takes words without quotes only, and tells success from failure by what it prints, not by a number.
 */
export class OpenstackShell {
  readonly #process: ChildProcess
  readonly #home: string
  /** What it said and was not read yet: complaints among the rest, in the order in which they came. */
  #said = ''
  #commands = 0

  private constructor(process: ChildProcess, home: string) {
    this.#process = process
    this.#home = home
    process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
  }

  /** @param region whose flavour of the API it speaks */
  static async open(service: Service, region: string): Promise<OpenstackShell> {
    const home = await mkdtemp(join(tmpdir(), 'sallyport-home-'))
    const script = '. "$1"; export OS_REGION_NAME="$2"; exec openstack 2>&1'
    const child = spawn('bash', ['--norc', '-c', script, 'bash', join(service.stateDir, 'openrc'), region], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Unbuffered: what it says comes before the mark that ends it.
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home, PYTHONUNBUFFERED: '1' },
    })
    return new OpenstackShell(child, home)
  }

  /** What a command shows. @throws when it says anything else, as it does of every failure */
  async json(command: string): Promise<Json> {
    const said = await this.#type(`${command} -f json`)
    if (!/^[[{]/.test(said)) throw new Error(`openstack ${command}: ${said}`)
    return JSON.parse(said)
  }

  /** Carries out what shows nothing. @throws when it says anything */
  async done(command: string): Promise<void> {
    const said = await this.#type(command)
    if (said !== '') throw new Error(`openstack ${command}: ${said}`)
  }

  /** What it says of a command that fails. @throws when it says nothing, or shows something */
  async refusal(command: string): Promise<string> {
    const said = await this.#type(command)
    if (said === '' || /^[+[{]/.test(said)) throw new Error(`openstack ${command} was expected to fail: ${said}`)
    return said
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'close')
    this.#process.stdin?.end()
    await ended
    await rm(this.#home, { recursive: true, force: true })
  }

  async #type(command: string): Promise<string> {
    if (/[^\w .:,=/@+-]/.test(command)) throw new Error(`the shell does not take this as it stands: ${command}`)
    const mark = `end-of-command-${this.#commands++}`
    this.#process.stdin?.write(`${command}\n!echo ${mark}\n`)
    await until(
      () => {
        if (this.#process.exitCode !== null) throw new Error(`openstack ended: ${this.#said}`)
        return this.#said.includes(`${mark}\n`)
      },
      { what: `the end of: openstack ${command}`, deadlineMs: 30_000 },
    )
    const [said = '', next = ''] = this.#said.split(`${mark}\n`)
    this.#said = next
    return said.trim()
  }
}
