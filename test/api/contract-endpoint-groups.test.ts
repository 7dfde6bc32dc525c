import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { words } from '../support/refusal.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What an endpoint is, and in which words other things are refused: `classic-api.md` §0.4 and §5. */

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

describe.each(flavours)('endpoint groups, $name', ({ name, v2 }) => {
  const path = `${v2}/vpn/endpoint-groups`
  const create = (endpoint_group: object) => cloud.post(path, { endpoint_group })
  const cidr = (endpoints: unknown) => create({ type: 'cidr', endpoints })

  it.each([[['10.0.0.24/24', '10.0.0.25/24']], [['0.0.0.0/0']], [['10.0.0.1/32', '2001:DB8::1/64', '::/0']]])(
    'CIDRs %j are kept as they were written',
    async (endpoints) => {
      expect((await cidr(endpoints)).body.endpoint_group.endpoints).toEqual(endpoints)
    },
  )

  it('a bare text is a list of one', async () => {
    expect((await cidr('10.0.0.0/24')).body.endpoint_group.endpoints).toEqual(['10.0.0.0/24'])
  })

  it.each([
    '10.0.0.0',
    '10.0.0/24',
    '010.0.0.0/24',
    '10.0.0.0/33',
    '10.0.0.0/024',
    '10.0.0.0/255.255.255.0',
    ' 10.0.0.0/24',
    '10.0.0.0/24\n',
    '10.0.0.0 /24',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    'nonsense',
    '',
  ])('%j is no CIDR', async (endpoint) => {
    expect(words(await cidr([endpoint]), 'InvalidEndpointInEndpointGroup')).toBe(
      `Endpoint '${endpoint}' is invalid for group type 'cidr': Invalid CIDR`,
    )
  })

  it('endpoints are there, each once, and of the type', async () => {
    const missing = 'MissingEndpointForEndpointGroup'
    for (const endpoints of [[], null, {}]) {
      expect(words(await create({ name: 'none', type: 'cidr', endpoints }), missing)).toBe(
        "No endpoints specified for endpoint group 'none'",
      )
    }
    expect(words(await create({ name: 'none', type: 'cidr' }), missing)).toBeTruthy()
    const invalid = 'InvalidEndpointInEndpointGroup'
    expect(words(await cidr(['nonsense', 'nonsense']), invalid)).toMatch('Endpoints have to be unique')
    expect(words(await create({ type: 'subnet', endpoints: ['10.0.0.0/24'] }), invalid)).toBe(
      "Endpoint '10.0.0.0/24' is invalid for group type 'subnet': Invalid UUID",
    )
    const unknown = '00000000-0000-4000-8000-00000000dead'
    expect(words(await create({ type: 'subnet', endpoints: [unknown] }), 'NonExistingSubnetInEndpointGroup')).toBe(
      `Subnet ${unknown} in endpoint group does not exist`,
    )
  })

  it.each(['vlan', 'network', 'router'])('the type %s is taken in the OpenStack flavour only', async (type) => {
    const answer = await create({ type, endpoints: ['100'] })
    if (name === 'openstack') expect(answer.status).toBe(201)
    else expect(words(answer)).toBe(`Invalid input for type. Reason: ${type} is not in valid_values.`)
  })
})
