import { createServer } from 'node:http'

/**
 * The least an HTTP API can cost here: `node:http`, JSON parsed and written, nothing checked and nothing kept. Run as a
 * program of its own; it prints its port.
 *
 * `GET /SIZE` answers an object of about so many bytes, `GET /SIZE/COUNT` a list of them; anything with a body parses it
 * and answers an object as large; DELETE answers 204.
 */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'DELETE') {
      response.writeHead(204).end()
      return
    }
    const sent: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined
    const [, size = '0', count] = (request.url ?? '').split('/')
    const one = sent ?? objectOf(Number(size))
    const body = JSON.stringify(count === undefined ? one : { list: Array.from({ length: Number(count) }, () => one) })
    response.writeHead(sent === undefined ? 200 : 201, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})

/** Twenty attributes that together take `size` bytes. */
function objectOf(size: number): object {
  const value = 'x'.repeat(Math.max(1, Math.floor(size / 20) - 17))
  return Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`attribute_${index}`, value]))
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
