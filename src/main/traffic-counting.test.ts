import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyTally, type Tally, tallied, told, toTell } from '../agent/traffic-tally.ts'
import { credited } from '../domain/traffic-account.ts'
import type { ConnectionId } from '../model/ids.ts'
import { type SaReading, sum, type Traffic, trafficMeasures } from '../model/traffic.ts'
import { emptyAccount, type TrafficAccount } from '../model/traffic-account.ts'

/** The way of counters from a daemon over the agent's tally into the server's account, through whatever may happen. */

const connection = 'a-connection' as ConnectionId

type Happening =
  | { readonly what: 'carries'; readonly sa: number; readonly traffic: Traffic }
  | { readonly what: 'look'; readonly blindTo: number; readonly delivery: 'taken' | 'answer-lost' | 'lost' | 'twice' }
  | { readonly what: 'rekey'; readonly sa: number }
  | { readonly what: 'daemon-dies' | 'agent-restarts' | 'late-report' }

const traffic = fc.record({
  bytesIn: fc.nat(1_000_000),
  bytesOut: fc.nat(1_000_000),
  packetsIn: fc.nat(1_000),
  packetsOut: fc.nat(1_000),
})
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('carries' as const), sa: fc.nat(3), traffic }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('look' as const),
      blindTo: fc.nat(8),
      delivery: fc.constantFrom('taken' as const, 'answer-lost' as const, 'lost' as const, 'twice' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rekey' as const), sa: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constantFrom('daemon-dies' as const, 'agent-restarts' as const, 'late-report' as const),
    }),
  },
)

/** Daemon, agent and server, with what truly went through beside them. */
class World {
  truth = none
  /** What nobody could know: carried after the last reading before a daemon died, or read and not told by an agent that died. */
  unknowable = none
  account: TrafficAccount = emptyAccount
  #tally: Tally = emptyTally
  #now = 0
  #made = 0
  #alive: SaReading[] = [this.#newSa(), this.#newSa()]
  /** Ended, and told by an event that the agent has not taken up yet. */
  #ended: SaReading[] = []
  #reports: (readonly SaReading[])[] = []
  /** What agent or server know of each. */
  readonly #lastRead = new Map<string, Traffic>()

  happens(it: Happening): void {
    this.#now += 3_000
    if (it.what === 'carries') this.#carry(it.sa, it.traffic)
    else if (it.what === 'look') this.#look(it.blindTo, it.delivery)
    else if (it.what === 'rekey') this.#rekey(it.sa)
    else if (it.what === 'daemon-dies') this.#daemonDies()
    else if (it.what === 'agent-restarts') this.#agentRestarts()
    else this.#take(this.#reports[0] ?? [])
  }

  /** Looks until all is told. */
  settle(): void {
    for (let look = 0; look < 3; look++) {
      this.#now += 10_000
      this.#look(8, 'taken')
    }
  }

  #newSa(): SaReading {
    this.#made += 1
    return { connection, sa: `sa-${this.#made}`, localCidrs: [], peerCidrs: [], counted: none, isOver: false }
  }

  #carry(index: number, more: Traffic): void {
    this.#alive = this.#alive.map((sa, each) => (each === index ? { ...sa, counted: sum(sa.counted, more) } : sa))
    if (index < this.#alive.length) this.truth = sum(this.truth, more)
  }

  /** Charon leaves out of its list whatever it is working on. */
  #look(blindTo: number, delivery: 'taken' | 'answer-lost' | 'lost' | 'twice'): void {
    const read = [...this.#ended, ...this.#alive.filter((_, index) => index !== blindTo)]
    this.#ended = []
    for (const { sa, counted } of read) this.#lastRead.set(sa, counted)
    this.#tally = tallied(this.#tally, read)
    const readings = toTell(this.#tally, this.#now)
    if (readings.length === 0 || delivery === 'lost') return
    this.#reports.push(readings)
    this.#take(readings)
    if (delivery === 'twice') this.#take(readings)
    if (delivery !== 'answer-lost') this.#tally = told(this.#tally, readings, this.#now)
  }

  #rekey(index: number): void {
    const old = this.#alive[index]
    if (old === undefined) return
    this.#ended.push({ ...old, isOver: true })
    this.#alive = this.#alive.with(index, this.#newSa())
  }

  #daemonDies(): void {
    for (const { sa, counted } of this.#alive) this.#lose(counted, this.#lastRead.get(sa) ?? none)
    this.#alive = [this.#newSa(), this.#newSa()]
  }

  /** What goes on to live is read again; what ended and was not told is lost with the memory of it. */
  #agentRestarts(): void {
    const alive = new Set(this.#alive.map(({ sa }) => sa))
    const gone = new Map([...this.#tally.untold.values(), ...this.#ended].map((reading) => [reading.sa, reading]))
    for (const { sa, counted } of gone.values()) {
      if (!alive.has(sa)) this.#lose(counted, this.account.counted[sa]?.counted ?? none)
    }
    for (const sa of alive) this.#lastRead.set(sa, this.account.counted[sa]?.counted ?? none)
    this.#ended = []
    this.#tally = emptyTally
  }

  #lose(had: Traffic, known: Traffic): void {
    const less = Object.fromEntries(trafficMeasures.map((measure) => [measure, had[measure] - known[measure]]))
    this.unknowable = sum(this.unknowable, { ...none, ...less })
  }

  #take(readings: readonly SaReading[]): void {
    this.account = credited(this.account, readings, this.#now)
  }
}

const none: Traffic = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 }

describe('counting what went through', () => {
  it('never goes back, whatever happens to daemons, agents and reports', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (history) => {
        const world = new World()
        let before = world.account.total
        for (const each of history) {
          world.happens(each)
          const now = world.account.total
          for (const measure of trafficMeasures) expect(now[measure]).toBeGreaterThanOrEqual(before[measure])
          before = now
        }
      }),
    )
  })

  it('misses only what nobody could read or tell any more, and counts nothing twice', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (history) => {
        const world = new World()
        for (const each of history) world.happens(each)
        world.settle()
        expect(sum(world.account.total, world.unknowable)).toEqual(world.truth)
      }),
      { numRuns: 500 },
    )
  })

  it('is the same by pair of networks as in total', () => {
    const reading = (sa: string, cidr: string, bytesIn: number): SaReading => {
      const counted = { ...none, bytesIn }
      return { connection, sa, localCidrs: [cidr], peerCidrs: ['10.2.0.0/24'], counted, isOver: false }
    }
    const first = credited(emptyAccount, [reading('1', '10.1.0.0/24', 5), reading('2', '10.3.0.0/24', 7)], 0)
    const then = credited(first, [reading('3', '10.1.0.0/24', 2), reading('2', '10.3.0.0/24', 8)], 1)
    expect(then.total.bytesIn).toBe(15)
    const pairs = Object.fromEntries(then.pairs.map(({ localCidrs, total }) => [localCidrs[0], total.bytesIn]))
    expect(pairs).toEqual({ '10.1.0.0/24': 7, '10.3.0.0/24': 8 })
  })

  it('forgets SAs that nobody speaks of any more', () => {
    const sa = { connection, localCidrs: [], peerCidrs: [], counted: none, isOver: false }
    const minutes = [0, 1, 5, 12].map((minute) => minute * 60_000)
    let account = credited(emptyAccount, [{ ...sa, sa: 'old' }], 0)
    for (const now of minutes) account = credited(account, [{ ...sa, sa: 'new' }], now)
    expect(Object.keys(account.counted)).toEqual(['new'])
  })
})
