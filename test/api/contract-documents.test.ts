import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What a client finds out before it begins, and the spellings of a path: `classic-api.md` §1, `client-traffic.md` §1. */

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

const announced = {
  otc: ['quotas', 'router', 'sallyport', 'vpn-endpoint-groups', 'vpnaas'],
  openstack: [
    'external-net',
    'pagination',
    'project-id',
    'quotas',
    'router',
    'sallyport',
    'service-type',
    'sorting',
    'vpn-aes-ctr',
    'vpn-endpoint-groups',
    'vpn-flavors',
    'vpnaas',
  ],
}

describe.each(flavours)('$name', ({ name, v2 }) => {
  it('announces its extensions, all together and one by one', async () => {
    const { extensions } = (await cloud.get(`${v2}/extensions`)).body
    expect(extensions.map(({ alias }: { alias: string }) => alias).sort()).toEqual(announced[name])
    for (const extension of extensions) {
      expect(Object.keys(extension).sort()).toEqual(['alias', 'description', 'links', 'name', 'updated'])
      expect((await cloud.get(`${v2}/extensions/${extension.alias}`)).body).toEqual({ extension })
    }
    const unknown = await cloud.get(`${v2}/extensions/router_availability_zone`)
    expect([unknown.status, unknown.body.NeutronError.message]).toEqual([
      404,
      'Extension with alias router_availability_zone does not exist',
    ])
  })

  it('names the resources beside the VPN’s, with links that can be followed', async () => {
    for (const path of [v2, `${v2}/`]) {
      const { status, body } = await cloud.get(path)
      expect(status).toBe(200)
      expect(body.resources.map(({ collection }: { collection: string }) => collection)).toEqual([
        'networks',
        'subnets',
        'routers',
        'ports',
        'audit_events',
      ])
      for (const { links } of body.resources) {
        expect((await cloud.get(links[0].href.replace(/^http:\/\/[^/]+/, ''))).status).toBe(200)
      }
    }
    expect((await cloud.request('GET', `${v2}/`, undefined, { 'x-auth-token': '' })).status).toBe(401)
  })

  it('takes a path with a slash at the end, with the version twice, and with .json', async () => {
    const policy = await cloud.make(`${v2}/vpn/ikepolicies`, 'ikepolicy', { name: name })
    for (const path of [
      `${v2}/vpn/ikepolicies/${policy.id}`,
      `${v2}/vpn/ikepolicies/${policy.id}/`,
      `${v2}/v2.0/vpn/ikepolicies/${policy.id}`,
      `${v2}/vpn/ikepolicies/${policy.id}.json`,
      `${v2}/vpn/ikepolicies/${policy.id.replaceAll('-', '')}`,
    ]) {
      const { status, body } = await cloud.get(path)
      expect([path, status, body.ikepolicy?.id]).toEqual([path, 200, policy.id])
    }
    const list = await cloud.get(`${v2}/v2.0/vpn/ikepolicies.json?name=${name}&fields=id&limit=1`)
    expect(list.body.ikepolicies).toEqual([{ id: policy.id }])
    expect(list.body.ikepolicies_links[0].href).toContain(`${v2}/vpn/ikepolicies?`)
    expect((await cloud.request('PUT', `${v2}/v2.0/vpn/ikepolicies/${policy.id}`, { ikepolicy: {} })).status).toBe(200)
    expect((await cloud.delete(`${v2}/v2.0/vpn/ikepolicies/${policy.id}/`)).status).toBe(204)
  })

  it('takes underscores for the dashes of a collection, as the reference does', async () => {
    expect((await cloud.get(`${v2}/vpn/endpoint_groups`)).body).toEqual({ endpoint_groups: [] })
    expect((await cloud.get(`${v2}/vpn/ipsec_site_connections`)).body).toEqual({ ipsec_site_connections: [] })
  })

  it('takes nothing else for a path of its own', async () => {
    for (const path of ['/vpn', '/vpn/', '/vpn/nothing', '/vpn/ikepolicies.xml', '/vpn/ikepolicies/x/edit', '.json']) {
      const { status, body } = await cloud.get(v2 + path)
      expect([path, status, body.NeutronError.message]).toEqual([path, 404, 'The resource could not be found.'])
    }
    const word = await cloud.get(`${v2}/vpn/ikepolicies/new`)
    expect([word.status, word.body.NeutronError.type]).toEqual([404, 'IKEPolicyNotFound'])
  })

  it('answers HEAD as GET, without the body', async () => {
    const { status, body } = await cloud.request('HEAD', `${v2}/vpn/ikepolicies`)
    expect([status, body]).toEqual([200, undefined])
  })
})

it('the OpenStack flavour says who provides its VPN', async () => {
  expect((await cloud.get('/openstack/v2.0/service-providers')).body).toEqual({
    service_providers: [{ service_type: 'VPN', name: 'strongswan', default: true }],
  })
  expect((await cloud.get('/otc/v2.0/service-providers')).status).toBe(404)
})
