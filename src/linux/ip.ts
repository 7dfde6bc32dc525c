import { CommandError, run } from './run.ts'

/** The arguments of one `ip` command, without its options: `['link', 'set', 'dev', 'lo', 'up']`. */
export type IpCommand = readonly string[]

export interface IpOptions {
  /** Network namespace to act in; the caller's own unless told. */
  readonly namespace?: string | undefined
  /** Needed where a command does not show its family by an address. */
  readonly family?: 4 | 6 | undefined
  readonly signal?: AbortSignal | undefined
}

/** One change. */
export async function ip(command: IpCommand, options: IpOptions = {}): Promise<void> {
  await run('ip', [...optionArguments(options), ...command], { signal: options.signal })
}

/**
 * Several changes in one process, in order. Stops at the first that fails and names it in the error; those before it
 * have been made.
 */
export async function ipBatch(commands: readonly IpCommand[], options: IpOptions = {}): Promise<void> {
  const [first] = commands
  if (first === undefined) return
  if (commands.length === 1) return ip(first, options)
  await runBatch(commands, optionArguments(options), options)
}

/** Without the details an address listing leaves out the aliases of links. */
const showOptions = ['-json', '-details']

/** What several `show` commands print, in one process. */
export async function ipShow(commands: readonly IpCommand[], options: IpOptions = {}): Promise<unknown[][]> {
  const output = await runBatch(commands, [...optionArguments(options), ...showOptions], options)
  const answers = output.split('\n').filter((line) => line.trim() !== '')
  if (answers.length !== commands.length) {
    throw new Error(
      `ip answered ${answers.length} of ${commands.length} commands, beginning with ${commands[0]?.join(' ')}`,
    )
  }
  return answers.map(rows)
}

/** As `ipShow`, for objects of which some may not exist: these are left out. */
export async function ipShowExisting(commands: readonly IpCommand[], options: IpOptions = {}): Promise<unknown[]> {
  if (commands.length === 0) return []
  const args = [...optionArguments(options), '-force', ...showOptions]
  try {
    return (await runBatch(commands, args, options)).split('\n').flatMap(rows)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const complaints = error.stderr.split('\n').filter((line) => !/does not exist|^Command failed/.test(line))
    if (complaints.length > 0) throw error
    return error.stdout.split('\n').flatMap(rows)
  }
}

function rows(line: string): unknown[] {
  if (line.trim() === '') return []
  const parsed: unknown = JSON.parse(line)
  return Array.isArray(parsed) ? parsed.filter((row) => Object.keys(row).length > 0) : []
}

async function runBatch(commands: readonly IpCommand[], args: string[], { signal }: IpOptions): Promise<string> {
  const input = commands.map(batchLine).join('')
  try {
    return await run('ip', [...args, '-batch', '-'], { input, signal })
  } catch (error) {
    throw error instanceof CommandError ? namingTheCommand(error, commands) : error
  }
}

/** `ip` splits the lines of a batch at white space and knows quotes and comments: none of them may come from a value. */
export function batchLine(command: IpCommand): string {
  const odd = command.find((word) => !/^[^\s"'#\\]+$/.test(word))
  if (odd !== undefined) throw new Error(`not a word for ip: ${JSON.stringify(odd)}`)
  return `${command.join(' ')}\n`
}

/** `ip -batch` tells the line it stopped at: `Command failed -:2`. */
function namingTheCommand(error: CommandError, commands: readonly IpCommand[]): CommandError {
  const line = /^Command failed -:(\d+)/m.exec(error.stderr)?.[1]
  const command = commands[Number(line) - 1]
  if (command === undefined) return error
  const { exitCode, stdout, stderr } = error
  const reason = stderr.replace(/^Command failed.*$/gm, '').trim()
  return new CommandError(`ip ${command.join(' ')}`, reason, { exitCode, stdout, stderr, cause: error.cause })
}

function optionArguments({ namespace, family }: IpOptions): string[] {
  return [...(namespace === undefined ? [] : ['-netns', namespace]), ...(family === undefined ? [] : [`-${family}`])]
}
