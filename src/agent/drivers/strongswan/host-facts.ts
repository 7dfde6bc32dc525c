import { type Family, ipFamilies } from '../../../linux/families.ts'
import { ipShow } from '../../../linux/ip.ts'
import { type Link, linkOf, readLinksNamed, showLinks } from '../../../linux/links.ts'
import { namespaceDirectory, namespaceIdentity } from '../../../linux/namespaces.ts'
import { type Route, routeOf, showAllRoutes } from '../../../linux/routes.ts'
import { isSameRule, type NewRule, type Rule, readRules, ruleOf, showRules } from '../../../linux/rules.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { Attachment } from '../../../model/tunnel.ts'
import {
  bridgeOfPort,
  gatewayAlias,
  gatewayEndName,
  gatewayNamespace,
  hostEndName,
  hostEndOf,
  isGatewayEnd,
  type PortName,
  portAlias,
  portOfAlias,
} from './names.ts'
import { attachmentRules, gatewayRules, protectedTable } from './routing-rules.ts'

/** What a gateway is on the host, beneath its daemon. */
export interface HostFacts {
  /** Made to its end: a namespace that `make-gateway` did not finish does not count. */
  readonly present: boolean
  readonly onHost?: true
  readonly attachments: readonly Attachment[]
  readonly nextHops: readonly string[]
  readonly protectedCidrs: readonly string[]
}

export const noFacts: HostFacts = { present: false, attachments: [], nextHops: [], protectedCidrs: [] }

/** As the kernel tells it: three processes at once, some five milliseconds. */
export interface RawFacts {
  readonly links: readonly Link[]
  /** The other ends of the gateway's cables, as far as they exist. */
  readonly hostEnds: readonly Link[]
  readonly routes: readonly Route[]
  /** By the families this kernel has. */
  readonly rules: ReadonlyMap<Family, readonly Rule[]>
}

export async function readRawFacts(gateway: GatewayId, signal?: AbortSignal): Promise<RawFacts | undefined> {
  const namespace = gatewayNamespace(gateway)
  if ((await namespaceIdentity(`${namespaceDirectory}/${namespace}`)) === undefined) return undefined
  const [[linkRows = [], routeRows = [], ruleRows = []], rulesOfIpv6] = await Promise.all([
    ipShow([showLinks, showAllRoutes, showRules], { namespace, signal }),
    ipFamilies().includes(6) ? readRules(6, { namespace, signal }) : undefined,
  ])
  const links = linkRows.map(linkOf)
  const cables = links.map(({ name }) => name).filter(isGatewayEnd)
  return {
    links,
    hostEnds: await readLinksNamed(cables.map(hostEndOf), { signal }),
    routes: routeRows.map(routeOf),
    rules: new Map([[4, ruleRows.map(ruleOf)], ...(rulesOfIpv6 === undefined ? [] : [[6, rulesOfIpv6] as const])]),
  }
}

/** Pure. */
export function hostFacts(gateway: GatewayId, raw: RawFacts): HostFacts {
  const { links, routes } = raw
  const lo = links.find(({ name }) => name === 'lo')
  const hasRules = [...raw.rules.values()].every((rules) => gatewayRules.every((rule) => hasRule(rules, rule)))
  return {
    present: lo?.alias === gatewayAlias(gateway) && lo.isUp && hasRules,
    attachments: links.flatMap((link) => attachmentOf(link, raw)),
    nextHops: routes.filter(isDefaultRoute).flatMap(({ gateway: hop }) => hop ?? []),
    protectedCidrs: protectedIn(routes),
  }
}

export function protectedIn(routes: readonly Route[]): string[] {
  return routes
    .filter(({ table, type }) => table === String(protectedTable) && type === 'unreachable')
    .map(({ destination }) => destination)
}

/**
 * A leg that is not whole (cable unplugged, a rule missing, a plan broken off in the middle) is told without addresses:
 * it differs from whatever is desired, and so it is mended or taken away.
 */
function attachmentOf(link: Link, raw: RawFacts): Attachment[] {
  const port = portOfAlias(link.alias)
  if (port === undefined || link.name !== gatewayEndName(port)) return []
  const { bridge: _, ...leg } = { ...port, addresses: link.addresses }
  return [isWhole({ ...leg, ...port }, link, raw) ? leg : { ...leg, addresses: [] }]
}

function isWhole(leg: Attachment & PortName, link: Link, raw: RawFacts): boolean {
  const hostEnd = raw.hostEnds.find(({ name }) => name === hostEndName(leg.port))
  return (
    link.isUp &&
    hostEnd?.isUp === true &&
    hostEnd.alias === portAlias(leg) &&
    hostEnd.master === bridgeOfPort(leg) &&
    [...raw.rules].every(([family, rules]) => attachmentRules(leg, family).every((rule) => hasRule(rules, rule)))
  )
}

function hasRule(rules: readonly Rule[], rule: NewRule): boolean {
  return rules.some((present) => isSameRule(present, rule))
}

export function isDefaultRoute({ table, destination, gateway }: Route): boolean {
  return table === 'main' && gateway !== undefined && (destination === '0.0.0.0/0' || destination === '::/0')
}

export function linkOfPort(links: readonly Link[], port: PortName['port']): Link | undefined {
  return links.find(({ name, alias }) => isGatewayEnd(name) && portOfAlias(alias)?.port === port)
}
