import { expect, it } from 'vitest'
import type { Clock } from '../../../model/clock.ts'
import type { ConnectionId } from '../../../model/ids.ts'
import { Turns } from './turns.ts'

const one = 'one' as ConnectionId
const other = 'other' as ConnectionId
const signal = new AbortController().signal

/** A clock whose pauses end when told to. */
function aClock() {
  const ends: (() => void)[] = []
  const clock: Clock = {
    now: () => 0,
    sleep: (_, stop) =>
      new Promise((resolve, reject) => {
        ends.push(resolve)
        stop.addEventListener('abort', () => reject(stop.reason))
      }),
  }
  return {
    clock,
    passTime: () => {
      for (const end of ends) end()
    },
  }
}

async function isWaiting(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => false), new Promise<true>((resolve) => setImmediate(() => resolve(true)))])
}

it('lets connections with other identities go at once', async () => {
  const turns = new Turns()
  turns.isBetween(one, 'us', 'them')
  turns.isBetween(other, 'us', 'others')
  await turns.take(one, aClock().clock, signal)
  await turns.take(other, aClock().clock, signal)
})

it('makes the second of two with the same identities wait for the end of the first', async () => {
  const turns = new Turns()
  turns.isBetween(one, 'fqdn:us', 'them')
  turns.isBetween(other, 'us', 'fqdn:them')
  const { clock } = aClock()
  await turns.take(one, clock, signal)
  const second = turns.take(other, clock, signal)
  expect(await isWaiting(second)).toBe(true)
  turns.isOver(one)
  await second
})

it('does not wait for ever', async () => {
  const turns = new Turns()
  turns.isBetween(one, 'us', 'them')
  turns.isBetween(other, 'us', 'them')
  const { clock, passTime } = aClock()
  await turns.take(one, clock, signal)
  const second = turns.take(other, clock, signal)
  expect(await isWaiting(second)).toBe(true)
  passTime()
  await second
})

it('lets a connection repeat its own attempt', async () => {
  const turns = new Turns()
  turns.isBetween(one, 'us', 'them')
  await turns.take(one, aClock().clock, signal)
  await turns.take(one, aClock().clock, signal)
})
