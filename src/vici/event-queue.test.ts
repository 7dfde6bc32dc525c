import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue, type ViciEvent } from './event-queue.ts'

function event(number: number): ViciEvent {
  return { name: String(number), message: {} }
}

describe('the event queue', () => {
  it('behaves like a list of bounded length from which the oldest falls out', async () => {
    const steps = fc.array(fc.constantFrom('push', 'push', 'next'), { maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (limit, todo) => {
        const queue = new EventQueue(limit)
        const model: number[] = []
        let pushed = 0
        let dropped = 0
        for (const step of todo) {
          if (step === 'push') {
            queue.push(event(pushed))
            model.push(pushed++)
            if (model.length > limit) {
              model.shift()
              dropped++
            }
          } else if (model.length > 0) {
            expect((await queue.next()).value?.name).toBe(String(model.shift()))
          }
          expect([queue.length, queue.dropped]).toEqual([model.length, dropped])
        }
      }),
    )
  })

  it('hands an event to whoever waits first', async () => {
    const queue = new EventQueue(10)
    const waiting = [queue.next(), queue.next()]
    queue.push(event(1))
    queue.push(event(2))
    expect((await Promise.all(waiting)).map(({ value }) => value?.name)).toEqual(['1', '2'])
    expect(queue.length).toBe(0)
  })

  it('gives what is queued, then the error once, then done', async () => {
    const queue = new EventQueue(10)
    queue.push(event(1))
    queue.end(new Error('gone'))
    queue.push(event(2))
    expect((await queue.next()).value?.name).toBe('1')
    await expect(queue.next()).rejects.toThrow('gone')
    expect(await queue.next()).toEqual({ done: true, value: undefined })
  })

  it('tells those who wait that it is over', async () => {
    const queue = new EventQueue(10)
    const waiting = Promise.allSettled([queue.next(), queue.next()])
    queue.end(new Error('gone'))
    const [first, second] = await waiting
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'gone' } })
    expect(second).toEqual({ status: 'fulfilled', value: { done: true, value: undefined } })
  })

  it('refuses to hold nothing', () => {
    expect(() => new EventQueue(0)).toThrow(RangeError)
  })
})
