import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { byPassword, Identity, type Json } from '../support/identity.ts'

/** The catalog: what follows from the configuration, and what an administrator adds. */

let cloud: TestCloud
let identity: Identity
beforeEach(async () => {
  cloud = await TestCloud.open()
  identity = new Identity(cloud)
})
afterEach(() => cloud.close())

const ids = (list: readonly Json[]) => list.map(({ id }) => id).sort()

describe('what is built in', () => {
  it('is listed with a region for each flavour, and is the same as in tokens', async () => {
    expect(ids((await identity.get('/regions')).body.regions)).toEqual(['RegionOne', 'eu-de'])
    const { services } = (await identity.get('/services')).body
    const { endpoints } = (await identity.get('/endpoints?interface=public')).body
    expect(endpoints).toHaveLength(4)
    const { catalog } = (await identity.get('/auth/catalog')).body
    expect(catalog.map(({ id, type, name }: Json) => ({ id, type, name }))).toEqual(
      services.map(({ id, type, name }: Json) => ({ id, type, name })),
    )
    for (const endpoint of endpoints) {
      const { endpoints: there } = catalog.find(({ id }: Json) => id === endpoint.service_id)
      expect(there).toContainEqual({
        id: endpoint.id,
        interface: 'public',
        region: endpoint.region,
        region_id: endpoint.region_id,
        url: endpoint.url,
      })
    }
  })

  it('is found by type, region and service, and one by one', async () => {
    const [network] = (await identity.get('/services?type=network')).body.services
    expect(network).toMatchObject({ type: 'network', name: 'neutron', enabled: true })
    expect((await identity.get(`/services/${network.id}`)).body.service).toEqual(network)
    const query = `/endpoints?service_id=${network.id}&region_id=eu-de&interface=public`
    const [endpoint] = (await identity.get(query)).body.endpoints
    expect(endpoint.url).toMatch(/\/otc$/)
    expect((await identity.get('/regions/eu-de')).body.region).toMatchObject({ id: 'eu-de', parent_region_id: null })
    expect((await identity.get('/services/network')).body.error.message).toBe('Could not find service: network.')
  })

  it('is changed in the configuration only', async () => {
    const [service] = (await identity.get('/services?type=network')).body.services
    const [endpoint] = (await identity.get('/endpoints')).body.endpoints
    for (const [kind, what, id] of [
      ['region', 'Region', 'eu-de'],
      ['service', 'Service', service.id],
      ['endpoint', 'Endpoint', endpoint.id],
    ]) {
      const path = `/${kind}s/${id}`
      const sentence = `${what} ${id} follows from the configuration of this service and cannot be changed here.`
      for (const refused of [
        await identity.call('DELETE', path),
        await identity.call('PATCH', path, { body: { [kind]: {} } }),
      ]) {
        expect([refused.status, refused.body.error.message]).toEqual([403, sentence])
      }
    }
  })
})

describe('what is added', () => {
  const service = { type: 'object-store', name: 'swift' }

  it('is in the catalog of tokens, with the token’s project in addresses, until it is disabled', async () => {
    await identity.make('/regions', 'region', { id: 'north' })
    const { id: service_id } = await identity.make('/services', 'service', service)
    const url = 'https://store.example.org/v1/$(project_id)s'
    // As the `openstack` client sends it.
    const made = await identity.make('/endpoints', 'endpoint', {
      service_id,
      region: 'north',
      interface: 'public',
      url,
      enabled: true,
    })
    expect(made).toMatchObject({ region_id: 'north', region: 'north', url })
    const maria = await identity.person('maria')
    const swift = async () => {
      const { catalog } = (await identity.logIn(byPassword(maria))).body.token
      return catalog.find(({ type }: Json) => type === 'object-store')?.endpoints
    }
    expect(await swift()).toMatchObject([
      { region: 'north', interface: 'public', url: `https://store.example.org/v1/${maria.project.id}` },
    ])
    await identity.change(`/endpoints/${made.id}`, 'endpoint', { enabled: false })
    expect(await swift()).toEqual([])
    await identity.change(`/services/${service_id}`, 'service', { enabled: false })
    expect(await swift()).toBeUndefined()
  })

  it('may be an endpoint of a service that is built in', async () => {
    const [network] = (await identity.get('/services?type=network')).body.services
    await identity.make('/regions', 'region', { id: 'south' })
    const url = 'https://south.example.org'
    const endpoint = { service_id: network.id, region_id: 'south', interface: 'public', url }
    await identity.make('/endpoints', 'endpoint', endpoint)
    const { catalog } = (await identity.get('/auth/catalog')).body
    const regions = catalog.find(({ type }: Json) => type === 'network').endpoints.map(({ region }: Json) => region)
    expect(regions).toContain('south')
  })

  it('refers only to what there is, and takes its endpoints along', async () => {
    const { id: service_id } = await identity.make('/services', 'service', service)
    const make = (endpoint: object) =>
      identity.call('POST', '/endpoints', {
        body: { endpoint: { service_id, interface: 'public', url: 'https://a', ...endpoint } },
      })
    expect((await make({ service_id: 'none' })).body.error.message).toBe('Could not find service: none.')
    expect((await make({ region_id: 'none' })).body.error.message).toBe('Could not find region: none.')
    expect((await make({ url: 'store' })).status).toBe(400)
    const { endpoint } = (await make({ region_id: 'eu-de' })).body
    expect((await identity.call('DELETE', `/services/${service_id}`)).status).toBe(204)
    expect((await identity.get(`/endpoints/${endpoint.id}`)).status).toBe(404)
  })

  it('is a region with a parent, in no circle, and stays while it is used', async () => {
    await identity.make('/regions', 'region', { id: 'north' })
    await identity.make('/regions', 'region', { id: 'coast', parent_region_id: 'north' })
    expect((await identity.call('POST', '/regions', { body: { region: { id: 'eu-de' } } })).status).toBe(409)
    const circle = await identity.change('/regions/north', 'region', { parent_region_id: 'coast' })
    expect([circle.status, circle.body.error.message]).toEqual([
      400,
      'The specified parent region north would create a circular region hierarchy.',
    ])
    expect((await identity.call('DELETE', '/regions/north')).status).toBe(403)
    expect((await identity.call('DELETE', '/regions/coast')).status).toBe(204)
    expect((await identity.call('DELETE', '/regions/north')).status).toBe(204)
  })
})
