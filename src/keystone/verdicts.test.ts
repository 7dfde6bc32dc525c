import { describe, expect, it } from 'vitest'
import { type Facts, Verdicts } from './verdicts.ts'

const facts: Facts = {
  user: { id: 'u', name: 'ann', domain: { id: 'default', name: 'Default' } },
  scope: { project: { id: 'ab12', name: 'p', domain: { id: 'default', name: 'Default' } } },
  roles: [],
  methods: ['password'],
  issuedAt: '2026-01-31T10:00:00.000000Z',
  expiresAt: '2026-01-31T11:00:00.000000Z',
  applicationCredential: undefined,
  auditId: 'a',
}
const lasting = { since: 0, until: 1_000 }

describe('what was said of tokens', () => {
  it('is known for its time, and not before it either', () => {
    const verdicts = new Verdicts()
    verdicts.keep('a', { facts, since: 10, until: 20 })
    expect(verdicts.find('a', 19)?.facts).toBe(facts)
    expect(verdicts.find('a', 20)).toBeUndefined()
    verdicts.keep('a', { facts, since: 10, until: 20 })
    expect(verdicts.find('a', 9)).toBeUndefined()
  })

  it('is of a bounded number, and rubbish does not push out what is good', () => {
    const verdicts = new Verdicts()
    verdicts.keep('good', { facts, ...lasting })
    for (let number = 0; number < 20_000; number++) verdicts.keep(`bad ${number}`, { facts: undefined, ...lasting })
    expect(verdicts.find('good', 1)?.facts).toBe(facts)
    expect(verdicts.find('bad 18999', 1)).toBeUndefined()
    expect(verdicts.find('bad 19000', 1)).toEqual({ facts: undefined, ...lasting })
    for (let number = 0; number < 10_000; number++) verdicts.keep(`good ${number}`, { facts, ...lasting })
    expect(verdicts.find('good', 1)).toBeUndefined()
    expect(verdicts.find('good 0', 1)?.facts).toBe(facts)
  })

  it('may change from one to the other', () => {
    const verdicts = new Verdicts()
    verdicts.keep('a', { facts, ...lasting })
    verdicts.keep('a', { facts: undefined, since: 1, until: 1_000 })
    expect(verdicts.find('a', 2)?.facts).toBeUndefined()
  })
})
