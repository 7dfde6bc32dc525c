import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'
import { networkResources, refusal } from '../support/network-resources.ts'
import { absent, flavours } from '../support/vpn-resources.ts'

/** Tags of networks, subnets, routers and ports: the reference's `standard-attr-tag`, which Terraform uses. */

describe.each(flavours)('tags, $name', ({ v2 }) => {
  let cloud: TestCloud
  let make: ReturnType<typeof networkResources>
  let ids: Readonly<Record<string, string>>
  beforeAll(async () => {
    cloud = await TestCloud.open()
    make = networkResources(cloud, v2)
  })
  afterAll(() => cloud.close())
  beforeEach(async () => {
    const network = await make.network()
    const subnet = await make.subnet(network.id, '10.4.0.0/24')
    const router = await make.router()
    const { port_id } = (await make.attach(router.id, { subnet_id: subnet.id })).body
    ids = { networks: network.id, subnets: subnet.id, routers: router.id, ports: port_id }
  })

  it.each([
    ['networks', 'network'],
    ['subnets', 'subnet'],
    ['routers', 'router'],
    ['ports', 'port'],
  ])('%s: replaced, read, added, looked for, removed, cleared', async (plural, singular) => {
    const object = `${v2}/${plural}/${ids[plural]}`
    const shown = async () => (await cloud.get(object)).body[singular]
    const { revision_number: before } = await shown()
    const replaced = await cloud.put(`${object}/tags`, { tags: ['prod', 'berlin'] })
    expect([replaced.status, replaced.body]).toEqual([200, { tags: ['berlin', 'prod'] }])
    expect((await cloud.get(`${object}/tags`)).body).toEqual({ tags: ['berlin', 'prod'] })
    expect(await shown()).toMatchObject({ tags: ['berlin', 'prod'], revision_number: before + 1 })
    const listed = (await cloud.get(`${v2}/${plural}?id=${ids[plural]}`)).body[plural]
    expect(listed[0].tags).toEqual(['berlin', 'prod'])

    const added = await cloud.request('PUT', `${object}/tags/third%20floor`)
    expect([added.status, added.body]).toEqual([201, undefined])
    // Adding what is there already changes nothing.
    expect((await cloud.request('PUT', `${object}/tags/prod`)).status).toBe(201)
    expect(await shown()).toMatchObject({ tags: ['berlin', 'prod', 'third floor'], revision_number: before + 2 })
    expect((await cloud.get(`${object}/tags/third%20floor`)).status).toBe(204)
    expect((await cloud.delete(`${object}/tags/third%20floor`)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) {
      expect(refusal(await cloud.request(method, `${object}/tags/third%20floor`))).toEqual([
        404,
        'TagNotFound',
        'Tag third floor could not be found.',
      ])
    }
    const cleared = await cloud.delete(`${object}/tags`)
    expect([cleared.status, (await shown()).tags]).toEqual([204, []])
    expect((await cloud.get(`${v2}/${plural}/${absent}/tags`)).status).toBe(404)
  })

  it('lists are filtered by tags in four ways, beside other filters and page by page', async () => {
    for (const [name, tags] of [
      ['none', []],
      ['both', ['red', 'blue']],
      ['red', ['red']],
      ['blue', ['blue']],
      ['quoted', ['red,"x"'.replace(',', ' ')]],
    ] as const) {
      const { id } = await make.network({ name, description: 'painted' })
      await cloud.put(`${v2}/networks/${id}/tags`, { tags })
    }
    const names = async (query: string) =>
      (await cloud.get(`${v2}/networks?description=painted&${query}`)).body.networks
        .map(({ name }: { name: string }) => name)
        .sort()
    expect(await names('tags=red,blue')).toEqual(['both'])
    expect(await names('tags=red&tags=blue')).toEqual(['both'])
    expect(await names('tags=RED')).toEqual([])
    expect(await names('tags-any=red,blue')).toEqual(['blue', 'both', 'red'])
    expect(await names('not-tags=red,blue')).toEqual(['blue', 'none', 'quoted', 'red'])
    expect(await names('not-tags-any=red,blue')).toEqual(['none', 'quoted'])
    expect(await names('tags=red&not-tags=blue')).toEqual(['red'])
    expect(await names('tags=red&name=red')).toEqual(['red'])
    expect(await names('tags=&tags-any=,')).toEqual(['blue', 'both', 'none', 'quoted', 'red'])
    const page = (await cloud.get(`${v2}/networks?tags-any=red,blue&limit=2`)).body
    const next = page.networks_links.find(({ rel }: { rel: string }) => rel === 'next').href
    const rest = (await cloud.get(next.replace(/^http:\/\/[^/]+/, ''))).body
    expect([page.networks.length, rest.networks.length]).toEqual([2, 1])
  })

  it.each([
    [{ tags: 'red' }, "Invalid input for tags. Reason: 'red' is not a list."],
    [{ tags: ['red', 'red'] }, "Invalid input for tags. Reason: Duplicate items in the list: 'red'."],
    [{ tags: [7] }, "Invalid input for tags. Reason: '7' is not a valid string."],
    [{ tags: [''] }, 'Invalid input for tags. Reason: a tag is not empty.'],
    [{ tags: ['a,b'] }, "Invalid input for tags. Reason: 'a,b' has a comma, which separates tags."],
    [{ tags: ['x'.repeat(61)] }, `Invalid input for tags. Reason: '${'x'.repeat(61)}' exceeds maximum length of 60.`],
    [{}, "Failed to parse request. Required attribute 'tags' not specified"],
    [{ tags: [], colour: 1 }, "Unrecognized attribute(s) 'colour'"],
  ])('%j is refused, and the tags stay', async (body, message) => {
    const tags = `${v2}/networks/${ids.networks}/tags`
    await cloud.put(tags, { tags: ['kept'] })
    expect(refusal(await cloud.put(tags, body))).toEqual([400, 'HTTPBadRequest', message])
    expect((await cloud.get(tags)).body).toEqual({ tags: ['kept'] })
  })

  it('an object has fifty at most', async () => {
    const tags = `${v2}/routers/${ids.routers}/tags`
    const fifty = Array.from({ length: 50 }, (_, index) => `tag ${index}`)
    expect((await cloud.put(tags, { tags: fifty })).status).toBe(200)
    expect(refusal(await cloud.request('PUT', `${tags}/another`))).toEqual([
      400,
      'TooManyTags',
      'It would have 51 tags; it may have 50.',
    ])
  })

  it('who may only see an object does not change its tags, and who may not see it does not know it', async () => {
    const member = await aMember(cloud)
    const external = await make.external()
    const refused = await member.request('PUT', `${v2}/networks/${external.id}/tags`, { tags: ['mine'] })
    expect(refusal(refused)).toEqual([403, 'PolicyNotAuthorized', 'rule:update_networks_tags is disallowed by policy'])
    expect((await member.get(`${v2}/networks/${external.id}/tags`)).body).toEqual({ tags: [] })
    for (const plural of Object.keys(ids)) {
      expect((await member.get(`${v2}/${plural}/${ids[plural]}/tags`)).status).toBe(404)
      const answer = await member.request('PUT', `${v2}/${plural}/${ids[plural]}/tags`, { tags: ['mine'] })
      expect(answer.status).toBe(404)
    }
  })

  it('they go with their object', async () => {
    for (const plural of Object.keys(ids)) await cloud.put(`${v2}/${plural}/${ids[plural]}/tags`, { tags: ['gone'] })
    await make.detach(String(ids.routers), { subnet_id: ids.subnets })
    await cloud.delete(`${v2}/routers/${ids.routers}`)
    await cloud.delete(`${v2}/networks/${ids.networks}`)
    for (const plural of Object.keys(ids)) {
      expect((await cloud.get(`${v2}/${plural}?tags=gone`)).body[plural]).toEqual([])
    }
    // Nothing is left behind in the table either.
    const kept = await cloud.store.db.selectFrom('object_tag').select('tag').where('tag', '=', 'gone').execute()
    expect(kept).toEqual([])
  })
})
