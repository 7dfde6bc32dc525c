import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { root, say } from './run.mjs'

const pauseMs = 200

/** An abstract socket: one process at a time holds the name, and the kernel takes it back however that process ends. */
const name = `\0sallyport-set-up-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`

/**
 * Only one set-up at a time in a checkout: `npm start` in one terminal and `npm test` in another would each remove what
 * the other is making.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(work) {
  // Only Linux has these names; elsewhere two set-ups at once are the reader's own doing.
  if (process.platform !== 'linux') return work()
  const server = await hold()
  try {
    return await work()
  } finally {
    server.close()
  }
}

async function hold() {
  for (let told = false; ; told = true) {
    const server = await listen()
    if (server) return server
    if (!told) say('Waiting for another set-up of this checkout to end')
    await pause(pauseMs)
  }
}

/** @returns {Promise<import('node:net').Server | undefined>} `undefined`: another process holds the name */
function listen() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if (Reflect.get(error, 'code') === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(name, () => resolve(server.unref()))
  })
}
