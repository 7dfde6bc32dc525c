import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Passwords } from '../../src/domain/ports.ts'
import { quickPasswords, TestCloud } from '../support/cloud.ts'
import { type Person, tokenOf } from '../support/people.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** What becomes of log-ins with wrong passwords, and of those with the right one beside them. */

let cloud: TestCloud
let clock: VirtualClock
let verifying: { now: number; most: number; total: number; order: string[] }
/** Holds every verification up until it is called. */
let gate: Promise<void> | undefined

beforeEach(async () => {
  clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'))
  verifying = { now: 0, most: 0, total: 0, order: [] }
  gate = undefined
  const passwords: Passwords = {
    ...quickPasswords,
    async verify(hash, password) {
      verifying.now += 1
      verifying.total += 1
      verifying.order.push(password.reveal())
      verifying.most = Math.max(verifying.most, verifying.now)
      await gate
      verifying.now -= 1
      return quickPasswords.verify(hash, password)
    },
  }
  cloud = await TestCloud.open({ clock, passwords })
  for (const name of ['anna', 'berta']) await tokenOf(cloud, personNamed(name))
  verifying.total = 0
})
afterEach(() => cloud.close())

function personNamed(name: string): Person {
  return { name, project: { id: 'f'.repeat(32), name: 'office' }, roles: ['member'] }
}

const home = '198.51.100.1'
const right = (name: string) => `password of ${name}`

/** Tries to log in. @returns what a client sees of it. */
async function tryIt(name: string, password: string, remoteAddress = '203.0.113.7') {
  const user = { name, password, domain: { name: 'Default' } }
  const answer = await cloud.server.api.inject({
    method: 'POST',
    url: '/identity/v3/auth/tokens',
    remoteAddress,
    payload: { auth: { identity: { methods: ['password'], password: { user } } } },
  })
  const { 'x-openstack-request-id': _id, date: _date, ...headers } = answer.headers
  return { status: answer.statusCode, headers, body: answer.payload }
}

async function statuses(count: number, attempt: (index: number) => ReturnType<typeof tryIt>): Promise<number[]> {
  const all: number[] = []
  for (let index = 0; index < count; index += 1) all.push((await attempt(index)).status)
  return all
}

describe('whoever guesses one password', () => {
  it('is paused after five failures, before any work is done, in Keystone’s words', async () => {
    expect(await statuses(5, () => tryIt('anna', 'wrong'))).toEqual([401, 401, 401, 401, 401])
    verifying.total = 0
    const refused = await tryIt('anna', 'wrong')
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
    expect(JSON.parse(refused.body)).toEqual({
      error: { code: 429, title: 'Too Many Requests', message: 'Too many log-ins. Retry after 1 s.' },
    })
    expect(verifying.total).toBe(0)
  })

  it('waits longer after each further failure, and as long as it was told', async () => {
    await statuses(5, () => tryIt('anna', 'wrong'))
    const pauses: number[] = []
    for (let round = 0; round < 10; round += 1) {
      const { status, headers } = await tryIt('anna', 'wrong')
      expect(status).toBe(429)
      const seconds = Number(headers['retry-after'])
      pauses.push(seconds)
      await clock.advance(seconds * 1_000 - 1)
      expect((await tryIt('anna', 'wrong')).status).toBe(429)
      await clock.advance(1)
      expect((await tryIt('anna', 'wrong')).status).toBe(401)
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
  })

  it('holds up neither the owner of the account elsewhere, nor others where it is', async () => {
    await statuses(20, () => tryIt('anna', 'wrong'))
    expect((await tryIt('anna', 'wrong')).status).toBe(429)
    expect((await tryIt('anna', right('anna'), home)).status).toBe(201)
    expect((await tryIt('berta', right('berta'))).status).toBe(201)
  })

  it('is let in with the right one when the pause is over, and begins anew', async () => {
    await statuses(5, () => tryIt('anna', 'wrong'))
    expect((await tryIt('anna', right('anna'))).status).toBe(429)
    await clock.advance(1_000)
    expect((await tryIt('anna', right('anna'))).status).toBe(201)
    expect(await statuses(4, () => tryIt('anna', 'wrong'))).toEqual([401, 401, 401, 401])
    expect((await tryIt('anna', right('anna'))).status).toBe(201)
  })
})

describe('an account that does not exist', () => {
  it('is refused like one that does, to the byte, from the first failure to the last', async () => {
    const seen: number[] = []
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const known = await tryIt('anna', 'wrong', '203.0.113.1')
      const unknown = await tryIt('nobody', 'wrong', '203.0.113.2')
      expect(unknown).toEqual(known)
      seen.push(unknown.status)
      if (attempt % 3 === 2) await clock.advance(1_000)
    }
    expect(seen).toEqual([401, 401, 401, 401, 401, 429, 401, 429, 429, 429, 429, 429])
  })

  it('costs the same verification of a password', async () => {
    await tryIt('anna', 'wrong')
    await tryIt('nobody', 'wrong')
    expect(verifying.total).toBe(2)
  })
})

describe('whoever tries many accounts', () => {
  const sweep = (count: number) => statuses(count, (index) => tryIt(`name-${index}`, 'wrong'))

  it('is paused by the address, and those who were let in from there before are not', async () => {
    expect((await tryIt('anna', right('anna'))).status).toBe(201)
    expect((await sweep(60)).slice(48)).toEqual([401, 401, ...Array(10).fill(429)])
    expect((await tryIt('anna', right('anna'))).status).toBe(201)
    expect((await tryIt('berta', right('berta'))).status).toBe(429)
    expect((await tryIt('berta', right('berta'), home)).status).toBe(201)
  })

  it('does not learn from the pause who was let in from there before', async () => {
    expect((await tryIt('anna', right('anna'))).status).toBe(201)
    await sweep(50)
    const [known, unknown, another] = [
      await tryIt('anna', 'wrong'),
      await tryIt('nobody', 'wrong'),
      await tryIt('x', ''),
    ]
    expect(known).toEqual(unknown)
    expect(another).toEqual(unknown)
  })
})

describe('an account that is tried from many addresses', () => {
  it('has short pauses for addresses it is not known at, and none where its owner is', async () => {
    expect((await tryIt('anna', right('anna'), home)).status).toBe(201)
    await statuses(100, (index) => tryIt('anna', 'wrong', `203.0.113.${index}`))
    expect((await tryIt('anna', 'wrong', '203.0.113.200')).status).toBe(429)
    expect((await tryIt('anna', right('anna'), home)).status).toBe(201)
    for (let round = 0; round < 20; round += 1) {
      await clock.advance(10_000)
      await tryIt('anna', 'wrong', `203.0.113.${210 + round}`)
    }
    const newPlace = await tryIt('anna', right('anna'), '192.0.2.9')
    expect(Number(newPlace.headers['retry-after'])).toBeLessThanOrEqual(10)
    await clock.advance(10_000)
    expect((await tryIt('anna', right('anna'), '192.0.2.9')).status).toBe(201)
  })
})

describe('many log-ins at once', () => {
  /** Lets verifications go on one after the other. */
  async function holdUp<T>(work: () => Promise<T>): Promise<T> {
    let open: () => void = () => undefined
    gate = new Promise((resolve) => {
      open = resolve
    })
    const result = work()
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    open()
    return result
  }

  it('of the right password are all let in, however fast a script is', async () => {
    const all = await holdUp(() =>
      Promise.all(Array.from({ length: 40 }, () => tryIt('anna', right('anna'), home).then(({ status }) => status))),
    )
    expect(all).toEqual(Array(40).fill(201))
    expect(await statuses(200, () => tryIt('anna', right('anna'), home))).toEqual(Array(200).fill(201))
  })

  it('of wrong ones are verified one at a time, and no more of them than one after the other', async () => {
    const all = await holdUp(() =>
      Promise.all(Array.from({ length: 1_000 }, (_, index) => tryIt('anna', 'wrong', `203.0.113.${index % 4}`))),
    )
    const count = (wanted: number) => all.filter(({ status }) => status === wanted).length
    expect([count(401), count(429)]).toEqual([20, 980])
    expect(verifying).toMatchObject({ most: 1, total: 20 })
    for (const { status, headers } of all) if (status === 429) expect(headers['retry-after']).toMatch(/^[12]$/)
  })

  it('let those go first who were let in before', async () => {
    expect((await tryIt('anna', right('anna'), home)).status).toBe(201)
    verifying.order = []
    await holdUp(async () => {
      const strangers = Array.from({ length: 30 }, (_, index) => tryIt(`name-${index}`, 'wrong'))
      await Promise.all([...strangers, tryIt('anna', right('anna'), home)])
    })
    expect(verifying.order.indexOf(right('anna'))).toBe(1)
  })

  it('leave other requests alone', async () => {
    let answered = 0
    await holdUp(async () => {
      const attack = Promise.all(Array.from({ length: 200 }, (_, index) => tryIt(`name-${index}`, 'wrong')))
      answered = (await cloud.get('/v2.0/vpn/vpnservices')).status
      return attack
    })
    expect(answered).toBe(200)
  })
}, 20_000)
