import { expect, it } from 'vitest'
import type { GatewayId } from '../../../model/ids.ts'
import { Changes } from './changes.ts'

async function all(hints: AsyncIterable<GatewayId>): Promise<GatewayId[]> {
  const found: GatewayId[] = []
  for await (const hint of hints) found.push(hint)
  return found
}

const one = 'one' as GatewayId
const other = 'other' as GatewayId

it('tells each gateway once, however often it was announced before it was fetched', async () => {
  const changes = new Changes()
  const heard = changes.listen(new AbortController().signal)
  for (const gateway of [one, other, one]) changes.announce(gateway)
  changes.close()
  expect(await all(heard)).toEqual([one, other])
})

it('wakes who waits', async () => {
  const changes = new Changes()
  const hints = changes.listen(new AbortController().signal)[Symbol.asyncIterator]()
  const next = hints.next()
  changes.announce(one)
  expect(await next).toEqual({ done: false, value: one })
})

it('ends with the signal', async () => {
  const stop = new AbortController()
  const hints = new Changes().listen(stop.signal)[Symbol.asyncIterator]()
  const next = hints.next()
  stop.abort()
  expect(await next).toEqual({ done: true, value: undefined })
})

it('tells every listener', async () => {
  const changes = new Changes()
  const signal = new AbortController().signal
  const [first, second] = [changes.listen(signal), changes.listen(signal)]
  changes.announce(one)
  changes.close()
  expect([await all(first), await all(second)]).toEqual([[one], [one]])
})
