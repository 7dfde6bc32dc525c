import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OpenstackCommand } from '../support/openstack-command.ts'
import { Service } from '../support/service.ts'

/** The `openstack` command with the files that the service wrote for it: a process per command, as users have it. */

let service: Service
let openstack: OpenstackCommand
beforeAll(async () => {
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated' } })
  openstack = await OpenstackCommand.open(service)
})
afterAll(async () => {
  await openstack?.close()
  await service?.close()
})

const externalNetworks = ['network', 'list', '--external', '-f', 'json']
const flavours = [
  { region: 'RegionOne', path: '/openstack', cloud: 'sallyport' },
  { region: 'eu-de', path: '/otc', cloud: 'sallyport-otc' },
]

describe.each(flavours)('in region $region', ({ region, path, cloud }) => {
  it('openrc and the region are all that the command needs', async () => {
    const env = { OS_REGION_NAME: region }
    const { code, output, error } = await openstack.run([...externalNetworks, '--debug'], { env })
    expect([code, JSON.parse(output)]).toEqual([
      0,
      [{ ID: expect.any(String), Name: 'public', Subnets: [expect.any(String)] }],
    ])
    expect(error).toContain(`${service.url}${path}/v2.0/networks`)
    expect(await openstack.json(['vpn', 'service', 'list'], { env })).toEqual([])
  })

  it('clouds.yaml and the name of the cloud are all that the command needs', async () => {
    const env = { OS_CLIENT_CONFIG_FILE: join(service.stateDir, 'clouds.yaml') }
    const command = ['--os-cloud', cloud, 'vpn', 'service', 'list', '-f', 'json', '--debug']
    const { code, output, error } = await openstack.run(command, { env, credentials: 'none' })
    expect([code, JSON.parse(output)]).toEqual([0, []])
    expect(error).toContain(`${service.url}${path}/v2.0/vpn/vpnservices`)
  })
})

it('openrc alone, without a region, speaks the OpenStack flavour, as the clients do', async () => {
  const { error } = await openstack.run(['network', 'list', '--debug'])
  expect(error).toContain(`${service.url}/openstack/v2.0/networks`)
})

describe('the catalog', () => {
  it('lists both services in both regions', async () => {
    const catalog: { Name: string; Type: string; Endpoints: { region: string; url: string }[] }[] =
      await openstack.json(['catalog', 'list'])
    const network = catalog.find(({ Type }) => Type === 'network')?.Endpoints ?? []
    expect(new Set(network.map(({ region, url }) => `${region} ${url}`))).toEqual(
      new Set(flavours.map(({ region, path }) => `${region} ${service.url}${path}`)),
    )
    const identity = catalog.find(({ Type }) => Type === 'identity')?.Endpoints ?? []
    expect(new Set(identity.map(({ url }) => url))).toEqual(new Set([`${service.url}/identity/v3`]))
    expect(await openstack.json(['catalog', 'show', 'network'])).toMatchObject({ name: 'neutron', type: 'network' })
  })

  it('leads to the versions of each service', async () => {
    const versions: Record<string, string>[] = await openstack.json(['versions', 'show'])
    const found = versions.map((each) => [each['Region Name'], each['Service Type'], each.Version, each.Status])
    for (const { region } of flavours) {
      expect(found).toContainEqual([region, 'identity', '3.14', 'CURRENT'])
      expect(found).toContainEqual([region, 'network', '2.0', 'CURRENT'])
    }
  })
})

describe('a token', () => {
  it('is issued for the project of openrc, does in place of the password, and is good until it is revoked', async () => {
    const token = await openstack.json(['token', 'issue'])
    expect(Date.parse(token.expires)).toBeGreaterThan(Date.now())
    expect(token).toMatchObject({ project_id: expect.stringMatching(/^[0-9a-f]{32}$/), user_id: expect.any(String) })
    const env = { OS_AUTH_TYPE: 'v3token', OS_TOKEN: token.id }
    const without = ['OS_USERNAME', 'OS_PASSWORD', 'OS_USER_DOMAIN_NAME'].map((name) => [name, ''])
    const byToken = { env: { ...env, ...Object.fromEntries(without) } }
    expect(await openstack.json(['network', 'list'], byToken)).toHaveLength(1)
    expect(await openstack.run(['token', 'revoke', token.id])).toMatchObject({ code: 0, output: '' })
    const refused = await openstack.run(['network', 'list'], byToken)
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('requires authentication')])
  })
})

describe('a refusal', () => {
  it('of a wrong password is told in one line', async () => {
    const { code, error } = await openstack.run(['network', 'list'], { env: { OS_PASSWORD: 'wrong' } })
    expect(code).toBe(1)
    expect(error).toMatch(/^The request you have made requires authentication. \(HTTP 401\) \(Request-ID: req-.*\)\n$/)
  })

  it('of the network API is our sentence, and the number of the request', async () => {
    const group = ['vpn', 'endpoint', 'group', 'create', '--type', 'cidr', '--value', '1.0.0.0/33', 'there']
    const { code, error } = await openstack.run(group)
    expect(code).toBe(1)
    expect(error).toContain("Endpoint '1.0.0.0/33' is invalid for group type 'cidr'")
    expect(error).toMatch(/Neutron server returns request_ids: \['req-[0-9a-f-]{36}'\]/)
    const subnet = ['subnet', 'create', '--network', 'public', '--subnet-range', '10.300.0.0/24', 'wrong']
    const refused = await openstack.run(subnet)
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining("'10.300.0.0/24' is not a valid")])
  })

  it('of a name that nothing has is the client’s own', async () => {
    const { code, error } = await openstack.run(['network', 'show', 'nowhere'])
    expect([code, error]).toEqual([1, expect.stringContaining('No Network found for nowhere')])
  })
})

it('a name of any words and letters is kept, and found again', async () => {
  const name = "Büro #1, it's <本社> & more"
  const made = await openstack.json(['network', 'create', '--description', `of ${name}`, name])
  expect(await openstack.json(['network', 'show', name])).toMatchObject({ id: made.id, description: `of ${name}` })
  await openstack.json(['vpn', 'ike', 'policy', 'create', name])
  expect(await openstack.run(['vpn', 'ike', 'policy', 'delete', name])).toEqual({ code: 0, output: '', error: '' })
})
