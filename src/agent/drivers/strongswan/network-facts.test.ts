import { describe, expect, it } from 'vitest'
import type { Link } from '../../../linux/links.ts'
import type { NetworkId } from '../../../model/ids.ts'
import { type Footing, noteOf, readNote } from './footing.ts'
import { bridgeName, networkAlias, vlanName } from './names.ts'
import { networkFacts } from './network-facts.ts'

const id = 'cccccccc-0000-4000-8000-000000000003' as NetworkId
const physicalNetworks = { office: 'br0', floor: 'eth1', trunk: 'eth2' }

const link = (name: string, changes: Partial<Link> = {}): Link => ({
  ...{ name, alias: undefined, master: undefined, kind: undefined, vlan: undefined, isUp: true, addresses: [] },
  ...changes,
})
const bridge = link(bridgeName(id), { alias: networkAlias(id), kind: 'bridge' })
const tagged = link(vlanName(id), {
  ...{ alias: networkAlias(id), master: bridge.name, kind: 'vlan', vlan: { number: 100, device: 'eth2' } },
})

const office: Footing = { on: 'bridge', physicalNetwork: 'office', device: 'br0' }
const floor: Footing = { on: 'interface', physicalNetwork: 'floor', device: 'eth1' }
const lab: Footing = { on: 'vlan', physicalNetwork: 'trunk', device: 'eth2', vlan: 100 }
const plugged = link('eth1', { master: bridge.name })

const factsOf = (footing: Footing | undefined, links: readonly Link[]) =>
  networkFacts(new Map([[id, footing]]), links, physicalNetworks)

describe('what the kernel tells about a network', () => {
  it.each([
    ['alone', undefined, [bridge], {}],
    ['on a bridge', office, [link('br0', { kind: 'bridge' })], { segment: { physicalNetwork: 'office' } }],
    ['on an interface', floor, [bridge, plugged], { segment: { physicalNetwork: 'floor' } }],
    ['in a VLAN', lab, [bridge, link('eth2'), tagged], { segment: { physicalNetwork: 'trunk', vlan: 100 } }],
  ])('is read back as what was made: %s', (_, footing, links, segment) => {
    expect(factsOf(footing, links)).toEqual([{ id, hostAddresses: [], ...segment }])
  })

  it.each([
    ['no bridge', undefined, []],
    ['a bridge that is down', undefined, [{ ...bridge, isUp: false }]],
    ["a bridge that is another network's", undefined, [{ ...bridge, alias: 'mine' }]],
    ['no bridge of the operator', office, []],
    ['an interface in place of the bridge', office, [link('br0')]],
    ['an interface that is missing', floor, [bridge]],
    ['an interface that is unplugged', floor, [bridge, { ...plugged, master: undefined }]],
    ['an interface that is down', floor, [bridge, { ...plugged, isUp: false }]],
    ['a trunk that is missing', lab, [bridge, tagged]],
    ['a VLAN that is missing', lab, [bridge, link('eth2')]],
    ['a VLAN of another number', lab, [bridge, link('eth2'), { ...tagged, vlan: { number: 101, device: 'eth2' } }]],
    ['a VLAN of another interface', lab, [bridge, link('eth2'), { ...tagged, vlan: { number: 100, device: 'eth3' } }]],
    ['a VLAN that is unplugged', lab, [bridge, link('eth2'), { ...tagged, master: undefined }]],
    ['another device in the configuration since', { ...floor, device: 'eth9' }, [bridge, { ...plugged, name: 'eth9' }]],
    ['no device in the configuration any more', { ...floor, physicalNetwork: 'gone' }, [bridge, plugged]],
  ])('is broken with %s', (_, footing, links) => {
    expect(factsOf(footing, links)).toMatchObject([{ id, isBroken: true }])
  })
})

it.each([undefined, office, floor, lab])('a note of a mark is read as it was written: %j', (footing) => {
  expect(readNote(noteOf(footing))).toEqual(footing)
})
