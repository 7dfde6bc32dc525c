import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { aMember } from '../support/member.ts'

const [type, physical, segment] = ['provider:network_type', 'provider:physical_network', 'provider:segmentation_id']
const path = '/openstack/v2.0/networks'
const flat = (name: string) => ({ [type]: 'flat', [physical]: name })
const vlan = (name: string, number: number | string) => ({ [type]: 'vlan', [physical]: name, [segment]: number })

describe('networks on the wires of the host', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await TestCloud.open({ capabilities: { physicalNetworks: ['uplink', 'trunk'] } })
  })
  afterAll(() => cloud.close())

  const refused = async (attributes: object) => {
    const { status, body } = await cloud.post(path, { network: attributes })
    return [status, body.NeutronError.type, body.NeutronError.message]
  }

  it('are made and shown with what they stand on, and others with nothing', async () => {
    const office = await cloud.make(path, 'network', { name: 'office', ...flat('uplink') })
    expect(office).toMatchObject({ [type]: 'flat', [physical]: 'uplink', [segment]: null })
    const lab = await cloud.make(path, 'network', { name: 'lab', ...vlan('trunk', '100') })
    expect(lab).toMatchObject(vlan('trunk', 100))
    const plain = await cloud.make(path, 'network', { name: 'plain', [type]: 'local' })
    expect(plain).toMatchObject({ [type]: 'local', [physical]: null, [segment]: null })
    for (const network of [office, lab, plain]) {
      expect((await cloud.get(`${path}/${network.id}`)).body.network).toEqual(network)
    }
    const found = await cloud.get(`${path}?${physical}=trunk&${segment}=100`)
    expect(found.body.networks.map(({ id }: { id: string }) => id)).toEqual([lab.id])
    for (const network of [office, lab, plain]) await cloud.delete(`${path}/${network.id}`)
  })

  it.each([
    [
      { [type]: 'vxlan' },
      "network_type value 'vxlan' not supported; provider:network_type can be 'local' or 'flat' or 'vlan'.",
    ],
    [
      { [type]: 'gre' },
      "network_type value 'gre' not supported; provider:network_type can be 'local' or 'flat' or 'vlan'.",
    ],
    [
      { [physical]: 'uplink' },
      "physical_network prohibited for local provider network; provider:physical_network goes with provider:network_type 'flat' or 'vlan'.",
    ],
    [
      { ...flat('uplink'), [segment]: 5 },
      "segmentation_id prohibited for flat provider network; provider:segmentation_id goes with provider:network_type 'vlan'.",
    ],
    [
      { [type]: 'flat' },
      "physical_network required for flat provider network; provider:physical_network can be 'uplink' or 'trunk'.",
    ],
    [
      flat('moon'),
      "physical_network 'moon' unknown for flat provider network; provider:physical_network can be 'uplink' or 'trunk'.",
    ],
    [
      vlan('moon', 5),
      "physical_network 'moon' unknown for VLAN provider network; provider:physical_network can be 'uplink' or 'trunk'.",
    ],
    [
      { [type]: 'vlan', [physical]: 'trunk' },
      'Physical network trunk requires segmentation_id to be specified when creating a provider network; ' +
        'provider:segmentation_id can be 1 through 4094.',
    ],
    [vlan('trunk', 0), 'segmentation_id out of range (1 through 4094); provider:segmentation_id is 0.'],
    [vlan('trunk', 4095), 'segmentation_id out of range (1 through 4094); provider:segmentation_id is 4095.'],
    [vlan('trunk', 'ten'), "'ten' is not an integer."],
  ])('%j is refused', async (attributes, words) => {
    expect(await refused(attributes)).toEqual([400, 'InvalidInput', `Invalid input for operation: ${words}`])
  })

  it('are alone where they are: the wire without a tag once, each VLAN once, and free again when they go', async () => {
    const office = await cloud.make(path, 'network', flat('trunk'))
    const lab = await cloud.make(path, 'network', vlan('trunk', 7))
    expect(await refused(flat('trunk'))).toEqual([
      409,
      'FlatNetworkInUse',
      `Unable to create the flat network. Physical network trunk is in use. Network ${office.id} is that network.`,
    ])
    expect(await refused(vlan('trunk', 7))).toEqual([
      409,
      'VlanIdInUse',
      'Unable to create the network. The VLAN 7 on physical network trunk is in use. ' +
        `Network ${lab.id} is that VLAN.`,
    ])
    const [beside, elsewhere] = [
      await cloud.make(path, 'network', vlan('trunk', 8)),
      await cloud.make(path, 'network', vlan('uplink', 7)),
    ]
    for (const { id } of [office, lab, beside, elsewhere])
      expect((await cloud.delete(`${path}/${id}`)).status).toBe(204)
    for (const attributes of [flat('trunk'), vlan('trunk', 7)]) {
      const { id } = await cloud.make(path, 'network', attributes)
      await cloud.delete(`${path}/${id}`)
    }
  })

  it.each([type, physical, segment])('stay where they are: %s is not changed', async (attribute) => {
    const { id } = await cloud.make(path, 'network', vlan('trunk', 30))
    const value = { [type]: 'flat', [physical]: 'uplink', [segment]: 31 }[attribute]
    const { status, body } = await cloud.put(`${path}/${id}`, { network: { [attribute]: value } })
    expect([status, body.NeutronError.message]).toEqual([400, `Cannot update read-only attribute ${attribute}`])
    await cloud.delete(`${path}/${id}`)
  })

  it('are placed by administrators only', async () => {
    const member = await aMember(cloud)
    for (const [attributes, attribute] of [
      [flat('uplink'), type],
      [{ [physical]: 'uplink' }, physical],
      [{ [segment]: 5 }, segment],
    ] as const) {
      const { status, body } = await member.request('POST', path, { network: attributes })
      expect(status).toBe(403)
      expect(body.NeutronError.message).toContain(`create_network:${attribute}`)
    }
    expect((await member.request('POST', path, { network: { [type]: 'local' } })).status).toBe(201)
  })

  it('are told to the agent with their place, and the host is next hop of none of them', async () => {
    const wire = await cloud.make(path, 'network', { 'router:external': true, ...vlan('trunk', 40) })
    const cidr = { ip_version: 4, cidr: '198.51.100.0/24' }
    await cloud.make('/openstack/v2.0/subnets', 'subnet', { network_id: wire.id, ...cidr })
    const { networks } = await cloud.server.controlPlane.desiredHost()
    expect(networks.find(({ id }) => id === wire.id)).toEqual({
      id: wire.id,
      hostAddresses: [],
      segment: { physicalNetwork: 'trunk', vlan: 40 },
    })
    await cloud.delete(`${path}/${wire.id}`)
  })
})

it('a host without physical networks says how to get one, and a kernel without VLANs that it has none', async () => {
  const cloud = await TestCloud.open({ capabilities: { networkTypes: ['local', 'flat'] } })
  const words = async (attributes: object) =>
    (await cloud.post(path, { network: attributes })).body.NeutronError.message.replace(/^.*operation: /, '')
  expect(await words(flat('uplink'))).toBe(
    "physical_network 'uplink' unknown for flat provider network; provider:physical_network can be given when the " +
      'configuration names one (physical_networks).',
  )
  expect(await words(vlan('uplink', 1))).toBe(
    "network_type value 'vlan' not supported; provider:network_type can be 'local' or 'flat'.",
  )
  await cloud.close()
})
