import { Agent as HttpAgent, type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { KeystoneTrouble } from './trouble.ts'

/** One request to Keystone. */
export interface Question {
  readonly method: 'GET' | 'POST'
  /** Below the URL, which ends in `/v3`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** `undefined`: it was no JSON. */
  readonly body: unknown
}

/** Requests to one Keystone, over a bounded number of connections that are kept. */
export interface Exchange {
  /** @throws KeystoneTrouble when no whole answer comes in time */
  send(question: Question): Promise<Answer>
  close(): void
}

/** Connections at once: more requests wait for one, and their time runs. */
const mostConnections = 16
/** No answer that is asked for here is near to this, in bytes. */
const largestAnswer = 1_048_576

/**
 * @param url ends in `/v3`
 * @param timeoutMs from the question to the last byte of the answer
 * @param ca PEM of the only authorities that are trusted; the usual ones without
 */
export function createExchange(url: string, timeoutMs: number, ca: string | undefined): Exchange {
  const isSecure = url.startsWith('https:')
  const start = isSecure ? requestHttps : requestHttp
  const agentOf = (keepAlive: boolean) => {
    const usual = { keepAlive, maxSockets: mostConnections }
    return isSecure ? new HttpsAgent({ ...usual, ...(ca !== undefined && { ca }) }) : new HttpAgent(usual)
  }
  const [keeping, fresh] = [agentOf(true), agentOf(false)]

  function sendOnce({ method, path, headers, body }: Question, { agent, signal, onSent }: Sending): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const type = payload === undefined ? {} : { 'content-type': 'application/json' }
      const all = { accept: 'application/json', 'user-agent': 'sallyport', ...type, ...headers }
      // A request that still waits for a connection does not hear of its end by itself.
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      const sent = start(url + path, { method, agent, signal, headers: all }, (answer) => {
        const parts: Buffer[] = []
        let size = 0
        answer.on('data', (part: Buffer) => {
          size += part.length
          if (size > largestAnswer) answer.destroy(new Error(`the answer is larger than ${largestAnswer} bytes`))
          else parts.push(part)
        })
        answer.on('error', reject)
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: jsonOf(Buffer.concat(parts)) })
        })
      })
      sent.on('socket', onSent)
      sent.on('error', (error) => reject(sent.reusedSocket && isReset(error) ? new ConnectionWasOver(error) : error))
      sent.end(payload)
    })
  }

  const asking = new Set<AbortController>()
  return {
    async send(question) {
      const end = new AbortController()
      const { signal } = end
      let isLate = false
      let isSent = false
      const onSent = () => {
        isSent = true
      }
      const timer = setTimeout(() => {
        isLate = true
        end.abort(new Error(`no answer within ${timeoutMs} ms`))
      }, timeoutMs)
      asking.add(end)
      try {
        try {
          return await sendOnce(question, { agent: keeping, signal, onSent })
        } catch (error) {
          // The other side had ended a kept connection just then. Every question may be asked twice.
          if (!(error instanceof ConnectionWasOver)) throw error
          return await sendOnce(question, { agent: fresh, signal, onSent })
        }
      } catch (cause) {
        const why = isLate ? `did not answer within ${timeoutMs / 1_000} s` : `cannot be asked: ${wordsOf(cause)}`
        // Whatever waited for its turn only was not met with silence.
        throw new KeystoneTrouble(`Keystone at ${url} ${why}`, { cause, isSilence: isLate && isSent })
      } finally {
        clearTimeout(timer)
        asking.delete(end)
      }
    },
    close() {
      for (const end of asking) end.abort(new Error('it is asked nothing more'))
      keeping.destroy()
      fresh.destroy()
    },
  }
}

interface Sending {
  readonly agent: HttpAgent
  readonly signal: AbortSignal
  /** Called when it is its turn. */
  readonly onSent: () => void
}

/** A connection that was kept from an earlier request turned out to be closed. */
class ConnectionWasOver extends Error {
  override readonly name = 'ConnectionWasOver'

  constructor(cause: Error) {
    super(cause.message, { cause })
  }
}

function isReset(error: Error): boolean {
  const code: unknown = Reflect.get(error, 'code')
  return code === 'ECONNRESET' || code === 'EPIPE'
}

function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // Where a name has several addresses the words are empty, and the code says it.
  return cause.message || String(Reflect.get(cause, 'code') ?? cause.name)
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}
