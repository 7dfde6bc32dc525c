import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'

/** Lists in parts: limits, markers, both directions, sorting, and the links that lead from page to page. */

const path = '/v2.0/vpn/ikepolicies'
const names = ['b', 'a', 'c', 'a', 'b', 'd', 'a']
let cloud: TestCloud
let whole: { id: string; name: string }[]

beforeAll(async () => {
  cloud = await TestCloud.open()
  for (const name of names) await cloud.make(path, 'ikepolicy', { name })
  whole = (await cloud.get(`${path}?fields=id&fields=name`)).body.ikepolicies
})
afterAll(() => cloud.close())

const page = async (query: string) => {
  const { status, body } = await cloud.get(`${path}?${query}`)
  expect(status).toBe(200)
  const links: Record<string, string> = {}
  for (const { rel, href } of body.ikepolicies_links ?? []) links[rel] = href
  return { ids: body.ikepolicies.map(({ id }: { id: string }) => id) as string[], links, body }
}

const pathOf = (href: string) => href.replace(/^http:\/\/[^/]+/, '')

describe('pages', () => {
  it('are the whole list, in the order of ids, without a limit', () => {
    expect(whole.map(({ id }) => id)).toEqual(whole.map(({ id }) => id).sort())
    expect(whole).toHaveLength(names.length)
  })

  it('followed by their links show everything once, forwards and back, whatever the limit and the order', async () => {
    const directions = fc.constantFrom('asc', 'desc')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.option(directions), async (limit, direction) => {
        const sort = direction ? `&sort_key=name&sort_dir=${direction}` : ''
        const all = (await page(`fields=id${sort}`)).ids
        const walk = async (first: string, rel: string) => {
          const seen: string[][] = []
          for (let next: string | undefined = first; next; ) {
            const { body } = await cloud.get(next)
            const links: { rel: string; href: string }[] = body.ikepolicies_links ?? []
            const href: string | undefined = links.find((link) => link.rel === rel)?.href
            seen.push(body.ikepolicies.map(({ id }: { id: string }) => id))
            next = href && pathOf(href)
          }
          return seen
        }
        const forwards = await walk(`${path}?fields=id&limit=${limit}${sort}`, 'next')
        expect(forwards.flat()).toEqual(all)
        const backwards = await walk(`${path}?fields=id&limit=${limit}&page_reverse=True${sort}`, 'previous')
        expect(backwards.reverse().flat()).toEqual(all)
      }),
      { numRuns: 40 },
    )
  })

  it('keep the other parameters in their links, which are absolute', async () => {
    const { links, ids } = await page('name=a&limit=2&fields=id')
    expect(links.next).toMatch(/^http:\/\/\S+\/v2\.0\/vpn\/ikepolicies\?name=a&limit=2&fields=id&marker=/)
    expect(links.next).toContain(`marker=${ids[1]}`)
    expect(links.previous).toMatch(new RegExp(`marker=${ids[0]}&page_reverse=True$`))
  })

  it('after the last object, or after one that is not there, are empty and have no links', async () => {
    expect(await page(`limit=2&marker=${whole.at(-1)?.id}`)).toMatchObject({ ids: [], links: {} })
    expect(await page('limit=2&marker=00000000-0000-4000-8000-00000000dead')).toMatchObject({ ids: [], links: {} })
  })

  it('sort texts by their characters, whatever the language of the database', async () => {
    const mixed = ['ä', 'Z', 'a', 'B', '_', 'é', '1']
    for (const name of mixed) await cloud.make('/v2.0/vpn/ipsecpolicies', 'ipsecpolicy', { name })
    const { body } = await cloud.get('/v2.0/vpn/ipsecpolicies?sort_key=name&sort_dir=asc&fields=name')
    expect(body.ipsecpolicies.map(({ name }: { name: string }) => name)).toEqual([...mixed].sort())
  })

  it('with limit 0 are the whole list', async () => {
    expect(await page('limit=0')).toMatchObject({ ids: whole.map(({ id }) => id), links: {} })
  })
})

describe('what cannot be listed', () => {
  it.each([
    ['limit=-1', 'BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not '-1'."],
    ['limit=abc', 'BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not 'abc'."],
    ['sort_key=name', 'HTTPBadRequest', 'The number of sort_keys and sort_dirs must be same'],
    ['sort_key=pfs&sort_dir=asc', 'HTTPBadRequest', "['pfs'] is invalid attribute for sort_keys"],
    [
      'sort_key=name&sort_dir=up',
      'HTTPBadRequest',
      "['up'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'",
    ],
  ])('%s', async (query, type, message) => {
    const { status, body } = await cloud.get(`${path}?${query}`)
    expect([status, body.NeutronError]).toEqual([400, { type, message, detail: '' }])
  })
})

describe('what was listed and shown before', () => {
  it('shows each change at once, in both flavours, and is gone when it was deleted', async () => {
    const made = await Promise.all(
      ['one', 'two', 'three'].map((name) => cloud.make(path, 'ikepolicy', { name, lifetime: { value: 3600 } })),
    )
    const kept = new Map<string, number>(made.map(({ id }) => [id, 3600]))
    const ids = made.map(({ id }) => id)
    const flavours = ['/otc', '/openstack']
    const change = fc.record({
      at: fc.nat(ids.length - 1),
      value: fc.integer({ min: 60, max: 86_400 }),
      asked: fc.constantFrom(...flavours),
      listed: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({ at, value, asked, listed }) => {
        const id = ids[at] ?? ''
        await cloud.put(`${path}/${id}`, { ikepolicy: { lifetime: { value } } })
        kept.set(id, value)
        if (listed) {
          const { ikepolicies } = (await cloud.get(`${asked}${path}`)).body
          const listedNow = ikepolicies.filter((policy: { id: string }) => kept.has(policy.id))
          expect(new Map(listedNow.map((policy: Listed) => [policy.id, policy.lifetime.value]))).toEqual(kept)
        } else {
          expect((await cloud.get(`${asked}${path}/${id}`)).body.ikepolicy.lifetime.value).toBe(value)
        }
      }),
      { numRuns: 60 },
    )
    for (const id of ids) await cloud.delete(`${path}/${id}`)
    for (const id of ids) expect((await cloud.get(`${path}/${id}`)).status).toBe(404)
    const { ikepolicies } = (await cloud.get(path)).body
    expect(ikepolicies.filter((policy: Listed) => kept.has(policy.id))).toEqual([])
  })
})

interface Listed {
  readonly id: string
  readonly lifetime: { readonly value: number }
}
