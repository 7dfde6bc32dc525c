import { describe, expect, it } from 'vitest'
import type { Link } from '../../../linux/links.ts'
import { routeOf } from '../../../linux/routes.ts'
import type { NewRule, Rule } from '../../../linux/rules.ts'
import type { GatewayId, NetworkId, PortId } from '../../../model/ids.ts'
import { hostFacts, type RawFacts } from './host-facts.ts'
import { bridgeName, gatewayAlias, gatewayEndName, hostEndName, portAlias } from './names.ts'
import { attachmentRules, gatewayRules } from './routing-rules.ts'

const gateway = 'aaaaaaaa-0000-4000-8000-000000000001' as GatewayId
const leg = {
  port: 'bbbbbbbb-0000-4000-8000-000000000002' as PortId,
  side: 'internal',
  network: 'cccccccc-0000-4000-8000-000000000003' as NetworkId,
  addresses: ['10.1.0.1/24'],
} as const

const link = (name: string, changes: Partial<Link> = {}): Link => ({
  ...{ name, alias: undefined, master: undefined, kind: undefined, vlan: undefined, isUp: true, addresses: [] },
  ...changes,
})

const rule = (changes: NewRule): Rule => ({
  ...{ isInverted: false, from: undefined, to: undefined, incoming: undefined, suppressPrefixLength: undefined },
  ...changes,
})

const whole: RawFacts = {
  links: [
    link('lo', { alias: gatewayAlias(gateway) }),
    link(gatewayEndName(leg), { alias: portAlias(leg), addresses: leg.addresses }),
    link('ipsec0'),
  ],
  hostEnds: [link(hostEndName(leg.port), { alias: portAlias(leg), master: bridgeName(leg.network) })],
  routes: [
    routeOf({ dst: 'default', gateway: '203.0.113.254', dev: 'spe' }),
    routeOf({ dst: 'default', gateway: '2001:db8::254', dev: 'spe', pref: 'medium' }),
    routeOf({ type: 'unreachable', dst: 'default', table: '221' }),
    routeOf({ type: 'unreachable', dst: '10.2.0.5', table: '221' }),
    routeOf({ type: 'unreachable', dst: 'default', table: '221', pref: 'medium' }),
    routeOf({ dst: '10.2.0.0/24', dev: 'ipsec0', table: '220' }),
  ],
  rules: new Map([
    [4, [...gatewayRules, ...attachmentRules(leg, 4)].map(rule)],
    [6, gatewayRules.map(rule)],
  ]),
}

describe('what the kernel tells about a gateway', () => {
  it('is read back as what was made', () => {
    expect(hostFacts(gateway, whole)).toEqual({
      present: true,
      attachments: [leg],
      nextHops: ['203.0.113.254', '2001:db8::254'],
      protectedCidrs: ['0.0.0.0/0', '10.2.0.5/32', '::/0'],
    })
  })

  it('shows a half-made gateway as none', () => {
    const links = [link('lo'), ...whole.links.slice(1)]
    expect(hostFacts(gateway, { ...whole, links }).present).toBe(false)
    const rules = new Map([...whole.rules, [6, []] as const])
    expect(hostFacts(gateway, { ...whole, rules }).present).toBe(false)
  })

  it.each([
    ['unplugged cable', { hostEnds: [] }],
    ['cable in another bridge', { hostEnds: whole.hostEnds.map((end) => ({ ...end, master: 'br0' })) }],
    ['missing rule', { rules: new Map([...whole.rules, [4, gatewayRules.map(rule)] as const]) }],
  ])('shows a leg with a %s as one that has to be mended', (_, damage) => {
    expect(hostFacts(gateway, { ...whole, ...damage }).attachments).toEqual([{ ...leg, addresses: [] }])
  })

  it('finds a leg whole whose cable is in a bridge of the operator, if it is that one', () => {
    const inOffice = { ...leg, bridge: 'br-office' }
    const links = whole.links.map((one) =>
      one.alias === portAlias(leg) ? { ...one, alias: portAlias(inOffice) } : one,
    )
    const inBridge = (master: string) => [link(hostEndName(leg.port), { alias: portAlias(inOffice), master })]
    expect(hostFacts(gateway, { ...whole, links, hostEnds: inBridge('br-office') }).attachments).toEqual([leg])
    expect(hostFacts(gateway, { ...whole, links, hostEnds: inBridge(bridgeName(leg.network)) }).attachments).toEqual([
      { ...leg, addresses: [] },
    ])
  })

  it('leaves devices of others alone', () => {
    const links = [...whole.links, link('spi12345678901'), link('eth0', { alias: portAlias(leg) })]
    expect(hostFacts(gateway, { ...whole, links }).attachments).toEqual([leg])
  })
})
