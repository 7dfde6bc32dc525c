import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { localPort, udpPortsInUse } from './udp-ports.ts'

it('a row of the kernel tells the port of this end', () => {
  const rest = '00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12345 2 0 0'
  expect(localPort(`  12: 00000000:01F4 ${rest}`)).toEqual([500])
  expect(localPort(` 3456: 00000000000000000000000001000000:1194 ${rest}`)).toEqual([4500])
  expect(localPort('')).toEqual([])
})

it('a port is in use as long as somebody has it', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  expect((await udpPortsInUse()).has(port)).toBe(true)
  socket.close()
  await once(socket, 'close')
  expect((await udpPortsInUse()).has(port)).toBe(false)
})
