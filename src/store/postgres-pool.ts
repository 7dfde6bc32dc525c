import { createHash } from 'node:crypto'
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { problem } from '../model/problem.ts'

/** How many statements each connection keeps prepared. Lists of values make many more, each used seldom. */
const statementsKept = 300

/**
 * The connections, as Kysely wants them: statements are prepared under a name, and a database that does not answer is
 * told apart from a mistake of ours, so that a request gets "try again later" and no "internal error".
 */
export class PatientPool implements PostgresPool {
  readonly #pool: Pool
  readonly #names = new Map<string, string>()
  readonly #dressed = new WeakMap<PoolClient, PatientClient>()

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      const client = await this.#pool.connect()
      const dressed = this.#dressed.get(client) ?? new PatientClient(client, (text) => this.#nameOf(text))
      this.#dressed.set(client, dressed)
      return dressed
    } catch (error) {
      throw translated(error)
    }
  }

  end(): Promise<void> {
    return this.#pool.end()
  }

  /** The name is of the text, so it is the same on every connection. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= statementsKept) return known
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
    this.#names.set(text, name)
    return name
  }
}

class PatientClient implements PostgresPoolClient {
  readonly #client: PoolClient
  readonly #nameOf: (text: string) => string | undefined

  constructor(client: PoolClient, nameOf: (text: string) => string | undefined) {
    this.#client = client
    this.#nameOf = nameOf
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(
    text: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== 'string') throw new TypeError('nothing here reads through cursors')
    return this.#run<R>(text, values)
  }

  async #run<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const name = this.#nameOf(text)
    try {
      const { command, rowCount, rows } = await this.#client.query({
        text,
        values: [...values],
        ...(name !== undefined && { name }),
      })
      // pg knows more commands than Kysely's type, which looks for the writing ones only.
      return { command: command as 'SELECT', rowCount: rowCount ?? 0, rows }
    } catch (error) {
      throw translated(error)
    }
  }

  release(): void {
    this.#client.release()
  }
}

/** Classes of SQLSTATE, and codes of sockets, that say "not now": the statement may be right. */
const passing =
  /^(08|53|55P03|57P0|57014|25P03|25P04|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOENT)/
const passingWords =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered|not queryable/i

function translated(error: unknown): unknown {
  if (!isPassing(error)) return error
  return problem('DatabaseUnavailable', {}, { cause: error })
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code: unknown = Reflect.get(error, 'code')
  return (typeof code === 'string' && passing.test(code)) || passingWords.test(error.message)
}

/** Why a connection failed; several addresses of one host fail each with a reason of its own. */
export function inWords(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(inWords).join('; ')
  return error instanceof Error ? error.message : String(error)
}
