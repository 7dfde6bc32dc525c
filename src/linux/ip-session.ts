import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { batchLine, type IpCommand } from './ip.ts'

/** The session cannot be used any more; what was asked may or may not have been done. */
export class IpSessionEnded extends Error {
  override readonly name = 'IpSessionEnded'
}

const answerTimeoutMs = 1_000

/**
 * An `ip` that stays, in one network namespace, and takes one command after the other: 0.2 ms each, where starting a
 * process takes a Node program of some size 4 to 8 ms (measured), most of which it spends copying its own page tables.
 *
 * It does not say which command failed. So every question ends by showing what came of it, and whoever needs to know why
 * it is not what it should be asks again with `ipBatch`. The session belongs to the namespace it was opened in, not to its
 * name: close it before that is removed.
 */
export class IpSession {
  readonly #child: ChildProcessWithoutNullStreams
  #waiting: { readonly settle: (line: string) => void; readonly fail: (error: Error) => void }[] = []
  #output = ''
  #ended: IpSessionEnded | undefined

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#take(text))
    // Complaints are drained and left: the question that follows shows that something is not as it should be.
    child.stderr.resume()
    child.stdin.on('error', (cause) => this.#end(new IpSessionEnded('ip does not listen', { cause })))
    child.on('error', (cause) => this.#end(new IpSessionEnded('ip could not be started', { cause })))
    child.on('exit', (code) => this.#end(new IpSessionEnded(`ip ended with ${code}`)))
  }

  static open(namespace: string): IpSession {
    return new IpSession(spawn('ip', ['-n', namespace, '-json', '-details', '-force', '-batch', '-']))
  }

  get isOpen(): boolean {
    return this.#ended === undefined
  }

  /**
   * Makes changes, in order, whether or not one of them fails, and then shows.
   * @returns the rows that `show` printed. @throws IpSessionEnded
   */
  async ask(changes: readonly IpCommand[], show: IpCommand): Promise<unknown[]> {
    if (this.#ended) throw this.#ended
    const line = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => this.#end(new IpSessionEnded('ip does not answer')), answerTimeoutMs)
      const settle = (text: string) => {
        clearTimeout(late)
        resolve(text)
      }
      const fail = (error: Error) => {
        clearTimeout(late)
        reject(error)
      }
      this.#waiting.push({ settle, fail })
      this.#child.stdin.write([...changes, show].map(batchLine).join(''))
    })
    const rows: unknown = JSON.parse(line)
    return Array.isArray(rows) ? rows : []
  }

  close(): void {
    this.#end(new IpSessionEnded('closed'))
  }

  /** Changes print nothing, each `show` one line. */
  #take(text: string): void {
    this.#output += text
    for (let end = this.#output.indexOf('\n'); end !== -1; end = this.#output.indexOf('\n')) {
      const line = this.#output.slice(0, end)
      this.#output = this.#output.slice(end + 1)
      if (line.trim() !== '') this.#waiting.shift()?.settle(line)
    }
  }

  #end(reason: IpSessionEnded): void {
    if (this.#ended) return
    this.#ended = reason
    this.#child.kill()
    for (const { fail } of this.#waiting.splice(0)) fail(reason)
  }
}
