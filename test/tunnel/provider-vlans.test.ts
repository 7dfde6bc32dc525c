import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ip, ipBatch } from '../../src/linux/ip.ts'
import { addAddress, addVeth, addVlan, deleteLink, readLinks, setUp } from '../../src/linux/links.ts'
import { addNamespace, deleteNamespace } from '../../src/linux/namespaces.ts'
import { run } from '../../src/linux/run.ts'
import type { Json } from '../support/client.ts'
import { anOperatorsBridge, kernelHasVlans, stateOf } from '../support/physical.ts'
import { ping } from '../support/ping.ts'
import { Service } from '../support/service.ts'
import { aTwoSites, bridgeOf, type TwoSites } from '../support/two-sites.ts'
import { until } from '../support/until.ts'

/** Networks that are VLANs of an interface, the trunk, with machines behind it that tag for themselves. */

const trunk = 'op-trunk'
const far = 'op-trunk-far'
const vlan = (number: number, physical = 'trunk') => ({
  'provider:network_type': 'vlan',
  'provider:physical_network': physical,
  'provider:segmentation_id': number,
})
const hasVlans = await kernelHasVlans()
const needsVlans = 'needs a kernel with VLANs, CONFIG_VLAN_8021Q'

describe.skipIf(hasVlans)('on a kernel without VLANs', () => {
  it('vlan is refused with what is possible', async () => {
    const service = await Service.open({ env: { SALLYPORT_PHYSICAL_NETWORKS: `trunk=${trunk}` } })
    try {
      const client = await service.client('/openstack/v2.0')
      const { status, body } = await client.request('POST', '/networks', { network: { name: 'v', ...vlan(100) } })
      expect([status, body.NeutronError.message]).toEqual([
        400,
        "Invalid input for operation: network_type value 'vlan' not supported; " +
          "provider:network_type can be 'local' or 'flat'.",
      ])
    } finally {
      await service.close()
    }
  })
})

describe.skipIf(!hasVlans)(`vlan networks (${needsVlans})`, () => {
  let sites: TwoSites
  let bridge: { close(): Promise<void> }
  let [inFirst, inSecond]: [Json, Json] = [undefined, undefined]
  let before: Json

  beforeAll(async () => {
    await addNamespace(far)
    await ip(addVeth(trunk, { name: 'eth0', namespace: far }))
    await ipBatch(
      [
        ...[addVlan('v100', { number: 100, device: 'eth0' }), addVlan('v200', { number: 200, device: 'eth0' })],
        ...[addAddress('v100', '10.82.3.10/24'), addAddress('v200', '10.82.4.10/24')],
        ...['lo', 'eth0', 'v100', 'v200'].map(setUp),
        ['route', 'add', '10.82.2.0/24', 'via', '10.82.3.1'],
      ],
      { namespace: far },
    )
    bridge = await anOperatorsBridge('op-vbridge')
    before = await stateOf(trunk)
    sites = await aTwoSites({
      name: 'vlan',
      block: 82,
      env: { SALLYPORT_PHYSICAL_NETWORKS: `trunk=${trunk}, bridge=op-vbridge` },
    })
    const { client, made } = sites
    const add = async (number: number, cidr: string) => {
      const network = await client.make('/networks', 'network', { name: `vlan ${number}`, ...vlan(number) })
      const subnet = await client.make('/subnets', 'subnet', { network_id: network.id, ip_version: 4, cidr })
      return { network, subnet }
    }
    inFirst = await add(100, '10.82.3.0/24')
    // Not on the router: who is in it hears of the first VLAN only what the host mixes up.
    inSecond = await add(200, '10.82.4.0/24')
    await client.put(`/routers/${made.router.id}/add_router_interface`, { subnet_id: inFirst.subnet.id })
    const group = await client.make('/vpn/endpoint-groups', 'endpoint_group', {
      ...{ type: 'subnet', endpoints: [inFirst.subnet.id] },
    })
    await sites.peer.configure({
      ...sites.peerConnection,
      children: [{ local: [sites.networks[1]], remote: ['10.82.3.0/24'] }],
    })
    const wanted = { ...sites.connection, local_ep_group_id: group.id }
    const { id } = await client.make('/vpn/ipsec-site-connections', 'ipsec_site_connection', wanted)
    await client.untilStatus(id, 'ACTIVE', 60_000)
  })
  afterAll(async () => {
    await sites?.close()
    await bridge?.close()
    await ip(deleteLink(trunk))
    await deleteNamespace(far)
  })

  it('carry a ping into the tunnel, whose packets have the tag on the trunk', async () => {
    const seen = run('timeout', ['20', 'tcpdump', '-i', trunk, '-nn', '-e', '-c', '4', 'vlan', '100', 'and', 'icmp'], {
      timeoutMs: 30_000,
    })
    await until(async () => (await ping({ from: far, to: sites.peer.hostAddress, count: 1 })).received === 1)
    expect(await ping({ from: far, to: sites.peer.hostAddress, count: 5 })).toEqual({ sent: 5, received: 5 })
    expect(await seen).toContain('vlan 100')
  })

  it('are kept apart: the gateway is met in its own VLAN only', async () => {
    expect(await ping({ from: far, to: '10.82.3.1', count: 1 })).toMatchObject({ received: 1 })
    await ipBatch([['route', 'replace', '10.82.3.1/32', 'dev', 'v200']], { namespace: far })
    try {
      expect(await ping({ from: far, to: '10.82.3.1', count: 2 })).toMatchObject({ received: 0 })
    } finally {
      await ipBatch([['route', 'delete', '10.82.3.1/32', 'dev', 'v200']], { namespace: far })
    }
    const links = await readLinks()
    const portsOf = (network: Json) =>
      links.filter(({ master }) => master === bridgeOf(network)).map(({ vlan: on }) => on)
    expect(portsOf(inSecond.network)).toEqual([{ number: 200, device: trunk }])
    expect(portsOf(inFirst.network)).toContainEqual({ number: 100, device: trunk })
  })

  it('can be VLANs of a bridge of the operator too', async () => {
    const network = await sites.client.make('/networks', 'network', vlan(100, 'bridge'))
    await until(async () =>
      (await readLinks()).some(({ master, vlan: on }) => master === bridgeOf(network) && on?.device === 'op-vbridge'),
    )
  })

  it('are gone after a cleanup, and the trunk is as it was', async () => {
    await sites.service.kill()
    await sites.service.cleanUp()
    expect(await stateOf(trunk)).toEqual(before)
    expect((await readLinks()).filter(({ name }) => /^sp[bveit][0-9a-f]/.test(name))).toEqual([])
  })
})
