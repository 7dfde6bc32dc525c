import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { bodyLimit } from '../../src/api/body.ts'
import type { SentRequest } from './arbitrary-request.ts'

/** Speaks to a server in bytes, for what an HTTP client would refuse to send. */
export interface Target {
  readonly host: string
  readonly port: number
}

export interface Heard {
  /** Statuses of the answers that came back. */
  readonly statuses: readonly number[]
  /** The server had heard enough and cut the connection off, which may take an answer with it. */
  readonly wasReset: boolean
}

/** Sends the bytes on a connection of their own, and listens until the server closes it, or for a while. */
export async function speak(
  target: Target,
  write: (socket: Socket) => void | Promise<void>,
  { untilClosedMs = 300 }: { readonly untilClosedMs?: number } = {},
): Promise<Heard> {
  const socket = connect(target.port, target.host)
  let said = ''
  let wasReset = false
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text
  })
  await once(socket, 'connect')
  socket.on('error', () => {
    wasReset = true
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await write(socket)
  const patience = setTimeout(() => socket.destroy(), untilClosedMs)
  await closed
  clearTimeout(patience)
  const statuses = [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  return { statuses, wasReset }
}

export interface RawAnswer {
  /** `undefined`: the client side refuses to put such a request on the wire, or was cut off while it did. */
  readonly status: number | undefined
  readonly body: string
}

/** Sends a request as it is. */
export async function sendRaw(target: Target, sent: SentRequest, token: string): Promise<RawAnswer> {
  const { method, path, headers, body } = sent
  return new Promise((resolve, reject) => {
    const length = body && { 'content-length': String(body.length) }
    const options = { ...target, method, path, headers: { 'x-auth-token': token, ...headers, ...length } }
    let sending: ReturnType<typeof request>
    try {
      sending = request(options, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.on('error', reject)
        answer.on('end', () => resolve({ status: answer.statusCode, body: text }))
      })
    } catch (error) {
      if (error instanceof TypeError) resolve({ status: undefined, body: '' })
      else reject(error)
      return
    }
    sending.on('error', (error: NodeJS.ErrnoException) => {
      // A server need not read to its end what is too large; the answer may be lost with the rest.
      const isTooLarge = body !== undefined && body.length > bodyLimit
      if (isTooLarge && (error.code === 'ECONNRESET' || error.code === 'EPIPE'))
        resolve({ status: undefined, body: '' })
      else
        reject(
          new Error(`${method} ${path.slice(0, 200)} with ${body?.length ?? 0} bytes: ${error.code}`, { cause: error }),
        )
    })
    sending.end(body)
  })
}
