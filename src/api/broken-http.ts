import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

const statusOf: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

/**
 * Answers what is no request, before there is one that a route could answer. The connection is not to be used again, and
 * the answer says so: a client that keeps connections would send its next request into it.
 */
export function refuseBrokenHttp({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = statusOf[code] ?? 400
  const title = STATUS_CODES[status] ?? 'Bad Request'
  const body = JSON.stringify({ error: { code: status, title, message: 'The request is not one that HTTP knows.' } })
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
