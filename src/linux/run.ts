import { type ExecFileException, execFile } from 'node:child_process'

export interface RunOptions {
  /** Written to the command's standard input, and never part of an error: it may hold secrets. */
  readonly input?: string
  /** 10 000 unless told. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/** A command that could not be run, or ended with other than 0. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly command: string
  /** `undefined` when it was not started, timed out, or was called off. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string

  constructor(command: string, reason: string, options: CommandFailure) {
    super(`${command}: ${reason}`, { cause: options.cause })
    this.command = command
    this.exitCode = options.exitCode
    this.stdout = options.stdout
    this.stderr = options.stderr
  }
}

interface CommandFailure {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly cause?: unknown
}

const defaultTimeoutMs = 10_000
const maxOutputBytes = 64 * 1024 * 1024

/** Runs a command, given as a list and without a shell, and returns its standard output. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { input, timeoutMs = defaultTimeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const child = execFile(
      command,
      args,
      { timeout: timeoutMs, maxBuffer: maxOutputBytes, ...(signal && { signal }) },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else if (signal?.aborted) reject(signal.reason)
        else reject(failure([command, ...args].join(' '), error, { stdout, stderr, timeoutMs }))
      },
    )
    if (input === undefined) return
    // A command may end without reading all its input; what it made of that is in its exit code.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function failure(
  command: string,
  error: ExecFileException,
  { stdout, stderr, timeoutMs }: { stdout: string; stderr: string; timeoutMs: number },
): CommandError {
  const exitCode = typeof error.code === 'number' ? error.code : undefined
  const told = stderr.trim()
  const reason = error.killed ? `took longer than ${timeoutMs} ms` : told || (error.code ?? error.signal ?? 'failed')
  return new CommandError(command, String(reason), {
    exitCode,
    stdout,
    stderr: told,
    // Without a code of its own the system's error says why it was not started.
    ...(exitCode === undefined && { cause: error }),
  })
}
