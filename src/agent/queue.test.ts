import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QuietLog } from '../../test/support/quiet-log.ts'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { LookQueue, type QueueOptions } from './queue.ts'

/** A queue whose looks take the time a test says, and leave a trace. */
class Bench {
  readonly clock = new VirtualClock(0)
  readonly log = new QuietLog()
  readonly began: string[] = []
  readonly times: number[] = []
  running = 0
  mostAtOnce = 0
  overlapping = 0
  tookMs: number
  restMs = 0
  fails: (key: string) => boolean = () => false
  readonly queue: LookQueue<string>
  readonly #stop = new AbortController()
  readonly #busy = new Set<string>()
  readonly #run: Promise<void>

  constructor({ tookMs = 10, ...options }: Partial<QueueOptions<string>> & { readonly tookMs?: number } = {}) {
    this.tookMs = tookMs
    const { clock, log } = this
    const look = (key: string, signal: AbortSignal) => this.#look(key, signal)
    this.queue = new LookQueue({ look, clock, log, random: () => 0, ...options })
    this.#run = this.queue.run(this.#stop.signal)
  }

  async #look(key: string, signal: AbortSignal): Promise<number> {
    this.began.push(key)
    this.times.push(this.clock.now())
    if (this.#busy.has(key)) this.overlapping++
    this.#busy.add(key)
    this.running++
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running)
    try {
      await this.clock.sleep(this.tookMs, signal)
      if (this.fails(key)) throw new Error(`${key} failed`)
      return this.restMs
    } finally {
      this.running--
      this.#busy.delete(key)
    }
  }

  stop(): Promise<void> {
    this.#stop.abort(new Error('test over'))
    return this.#run
  }
}

let bench: Bench
beforeEach(() => {
  bench = new Bench()
})
afterEach(() => bench.stop())

describe('the queue', () => {
  it('looks at once, and once however often a key is added', async () => {
    for (const key of ['a', 'a', 'b', 'a']) bench.queue.add(key)
    await bench.clock.advance(100)
    expect(bench.began).toEqual(['a', 'b'])
    expect(bench.times).toEqual([0, 0])
  })

  it('looks once more at a key that was added while its look ran', async () => {
    bench.queue.add('a')
    await bench.clock.advance(5)
    for (let n = 0; n < 5; n++) bench.queue.add('a')
    await bench.clock.advance(100)
    expect(bench.times).toEqual([0, 10])
    expect(bench.overlapping).toBe(0)
  })

  it('lets changes that come in the rest after a look share the next', async () => {
    bench.restMs = 50
    bench.queue.add('a')
    await bench.clock.advance(15)
    bench.queue.add('a')
    await bench.clock.advance(20)
    bench.queue.add('a')
    bench.queue.add('b')
    await bench.clock.advance(200)
    expect(bench.began).toEqual(['a', 'b', 'a'])
    expect(bench.times).toEqual([0, 35, 50])
  })

  it('does not let hints wait for the rest', async () => {
    bench.restMs = 50
    bench.queue.add('a')
    await bench.clock.advance(15)
    bench.queue.hint('a')
    await bench.clock.advance(200)
    expect(bench.times).toEqual([0, 15])
  })

  it('looks at several keys at once, up to a bound, in order', async () => {
    await bench.stop()
    bench = new Bench({ atOnce: 2 })
    for (const key of ['a', 'b', 'c', 'd', 'e']) bench.queue.add(key)
    await bench.clock.advance(100)
    expect(bench.began).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(bench.mostAtOnce).toBe(2)
  })

  it('begins no other look while the first key is looked at or waits for it', async () => {
    await bench.stop()
    bench = new Bench({ first: 'host' })
    for (const key of ['a', 'b', 'host']) bench.queue.add(key)
    await bench.clock.advance(100)
    expect(bench.began).toEqual(['host', 'a', 'b'])
    expect(bench.times).toEqual([0, 10, 10])
  })

  it('lets the others go on when the look at the first key fails', async () => {
    await bench.stop()
    bench = new Bench({ first: 'host' })
    bench.fails = (key) => key === 'host'
    for (const key of ['host', 'a']) bench.queue.add(key)
    await bench.clock.advance(50)
    expect(bench.began).toEqual(['host', 'a'])
  })

  it('repeats a failed look after growing pauses, for ever', async () => {
    bench.fails = () => true
    bench.tookMs = 0
    bench.queue.add('a')
    await bench.clock.advance(200_000)
    const pauses = bench.times.slice(1).map((time, index) => time - (bench.times[index] ?? 0))
    expect(pauses.slice(0, 11)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
    expect(bench.log.lines[0]).toMatchObject({ level: 'warn', event: 'look failed', fields: { key: 'a', failures: 1 } })
  })

  it('looks at once after a change, also in the pause after a failure, and then begins the pauses anew', async () => {
    bench.fails = () => true
    bench.tookMs = 0
    bench.queue.add('a')
    await bench.clock.advance(3_500)
    const before = bench.times.length
    bench.queue.add('a')
    await bench.clock.advance(100)
    expect(bench.times.slice(before)).toEqual([3_500, 3_600])
  })

  it('is not hurried by hints while a key fails', async () => {
    bench.fails = () => true
    bench.queue.add('a')
    await bench.clock.advance(5)
    bench.queue.hint('a')
    await bench.clock.advance(50)
    bench.queue.hint('a')
    await bench.clock.advance(50)
    expect(bench.times).toEqual([0])
    await bench.clock.advance(10)
    expect(bench.times).toEqual([0, 110])
  })

  it('spaces looks that hints ask for by what they cost', async () => {
    bench.queue.add('a')
    await bench.clock.advance(5)
    bench.queue.hint('a')
    await bench.clock.advance(100)
    expect(bench.times).toEqual([0, 10])
    bench.queue.hint('a')
    await bench.clock.advance(11)
    bench.queue.hint('a')
    await bench.clock.advance(100)
    expect(bench.times).toEqual([0, 10, 105, 125])
  })

  it('looks at a set moment, or earlier when asked to', async () => {
    bench.queue.addAfter('a', 1_000)
    bench.queue.addAfter('b', 1_000)
    bench.queue.addAfter('b', 2_000)
    await bench.clock.advance(500)
    bench.queue.add('a')
    await bench.clock.advance(5_000)
    expect(bench.began).toEqual(['a', 'b'])
    expect(bench.times).toEqual([500, 1_000])
  })

  it('is settled when only set moments are left', async () => {
    bench.queue.addAfter('b', 1_000)
    bench.queue.add('a')
    let settledAt: number | undefined
    const settled = bench.queue.settled().then(() => {
      settledAt = bench.clock.now()
    })
    await bench.clock.advance(500)
    await settled
    expect(settledAt).toBe(10)
  })

  it('ends when told to, with the looks that run', async () => {
    bench.queue.add('a')
    await bench.clock.advance(5)
    await bench.stop()
    expect(bench.running).toBe(0)
    expect(bench.log.lines).toEqual([])
    await bench.queue.settled()
  })

  it('does not wait for ever for a look that heeds no signal', async () => {
    await bench.stop()
    bench = new Bench({ look: () => new Promise(() => {}) })
    bench.queue.add('a')
    await bench.clock.advance(5)
    const stopped = bench.stop()
    await bench.clock.advance(10_000)
    await stopped
    expect(bench.log.lines).toMatchObject([{ event: 'looks left running', fields: { keys: ['a'] } }])
  })

  it('looks at whatever was added after the last look at it began, one at a time, within the bound', async () => {
    const keys = ['host', 'a', 'b', 'c'] as const
    const happening = fc.record({
      what: fc.constantFrom('add', 'hint', 'later'),
      key: fc.constantFrom(...keys),
      pauseMs: fc.nat(30),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 30 }),
        fc.nat(25),
        fc.nat(3),
        async (events, tookMs, failing) => {
          const own = new Bench({ tookMs, atOnce: 2, first: 'host' })
          own.fails = (key) => own.began.length % 4 < failing && key !== 'c'
          const lastAdded = new Map<string, number>()
          for (const { what, key, pauseMs } of events) {
            if (what === 'add') own.queue.add(key)
            else if (what === 'hint') own.queue.hint(key)
            else own.queue.addAfter(key, pauseMs)
            if (what === 'add') lastAdded.set(key, own.clock.now())
            await own.clock.advance(pauseMs)
          }
          own.fails = () => false
          await own.clock.advance(120_000)
          await own.stop()
          expect(own.overlapping).toBe(0)
          expect(own.mostAtOnce).toBeLessThanOrEqual(2)
          for (const [key, addedAt] of lastAdded) {
            const looks = own.began.flatMap((looked, index) => (looked === key ? [own.times[index] ?? -1] : []))
            expect(Math.max(...looks)).toBeGreaterThanOrEqual(addedAt)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
