/**
 * A gateway that is the host itself (decision 0014). Its namespace is the one we are in, under the gateway's name, so that
 * everything which acts in a gateway's namespace by name acts here. What differs is here:
 *
 *   - nothing of the host is made or changed: no device, no address, no route of its tables, no kernel setting. Ours are
 *     tables 220 and 221 and the rules that lead there, and these concern the peers' networks only;
 *   - a leg is an address that the host has. Which legs there are is in a file, as no device carries their names;
 *   - what is in the way (another key exchange daemon, somebody's use of our tables) is refused with what to do.
 */
import { readFile } from 'node:fs/promises'
import { type Family, ipFamilies } from '../../../linux/families.ts'
import { ip } from '../../../linux/ip.ts'
import { readLinksNamed } from '../../../linux/links.ts'
import { deleteNamespace, isHostNamespace, listNamespaces, nameNamespace } from '../../../linux/namespaces.ts'
import { flushTable } from '../../../linux/routes.ts'
import { addRules, deleteRules, isSameRule, type Rule, readRules } from '../../../linux/rules.ts'
import { CommandError } from '../../../linux/run.ts'
import { udpPortsInUse } from '../../../linux/udp-ports.ts'
import type { GatewayId, PortId } from '../../../model/ids.ts'
import type { Attachment } from '../../../model/tunnel.ts'
import { type GatewayFiles, readIfThere, replaceFile } from './files.ts'
import { type HostFacts, protectedIn, type RawFacts, readRawFacts } from './host-facts.ts'
import { HostRefusal } from './host-refusal.ts'
import { gatewayNamespace } from './names.ts'
import { attachmentRules, gatewayRules, protectedTable, tunnelTable } from './routing-rules.ts'

/** Whether the gateway is the host itself. */
export function isOnHost(gateway: GatewayId): Promise<boolean> {
  return isHostNamespace(gatewayNamespace(gateway))
}

/** @throws HostRefusal when the host does not forward, or somebody else uses our routing tables */
export async function makeOnHost(gateway: GatewayId, files: GatewayFiles, signal: AbortSignal): Promise<void> {
  if (!(await isOnHost(gateway))) {
    await refuseClosedHost()
    await refuseTablesInUse(signal)
    const namespace = gatewayNamespace(gateway)
    if ((await listNamespaces()).includes(namespace)) {
      throw new HostRefusal(`${namespace} is another namespace: it has to go before this host can be the gateway`)
    }
    await nameNamespace(namespace, process.pid, signal)
  }
  for (const family of ipFamilies())
    await addRules(gatewayRules, await readRules(family, { signal }), family, { signal })
  if ((await readIfThere(files.legs)) === undefined) await writeLegs(files, [])
}

/** Opening a host that was closed would let its other networks talk to each other: that is for its operator to decide. */
async function refuseClosedHost(): Promise<void> {
  if ((await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')).trim() === '1') return
  throw new HostRefusal(
    'this host does not forward packets, so it cannot be a router: sysctl -w net.ipv4.ip_forward=1 (and a file in ' +
      '/etc/sysctl.d to keep it)',
  )
}

async function refuseTablesInUse(signal: AbortSignal): Promise<void> {
  for (const family of ipFamilies()) {
    const taken = (await readRules(family, { signal })).find(({ table }) => isOurs(table))
    if (taken === undefined) continue
    throw new HostRefusal(
      `routing table ${taken.table} of this host is in use already (ip rule, priority ${taken.priority}), by another ` +
        'IPsec daemon perhaps: stop that, or give it another table',
    )
  }
}

const isOurs = (table: string): boolean => table === String(tunnelTable) || table === String(protectedTable)

/** Before a daemon is started where the host's own services are. */
export async function refuseOtherDaemon(): Promise<void> {
  const used = await udpPortsInUse()
  const port = [500, 4500].find((each) => used.has(each))
  if (port !== undefined) {
    throw new HostRefusal(
      `UDP port ${port} of this host is in use, by another IPsec daemon perhaps: stop and disable that ` +
        '(systemctl disable --now strongswan-starter strongswan), or use a router with an address of its own',
    )
  }
  if ((await readLinksNamed(['ipsec0'])).length > 0) {
    throw new HostRefusal('this host has a device ipsec0, which the key exchange daemon would need: rename it')
  }
}

export async function attachOnHost(
  gateway: GatewayId,
  files: GatewayFiles,
  leg: Attachment,
  signal: AbortSignal,
): Promise<void> {
  const raw = await readRawFacts(gateway, signal)
  const missing = raw && leg.addresses.find((address) => !hasAddress(raw, address))
  if (raw === undefined || missing !== undefined) {
    throw new HostRefusal(
      `this host has no address ${missing?.split('/')[0]}: a router that is the host has the addresses that the host ` +
        'has, so give it that one, or the subnet another',
    )
  }
  const others = (await readLegs(files)).filter(({ port }) => port !== leg.port)
  // Before its rules: should this be broken off here, it is known whose they are.
  await writeLegs(files, [...others, leg])
  for (const [family, present] of raw.rules) await addRules(rulesOf(leg, family), present, family, { signal })
}

export async function detachOnHost(files: GatewayFiles, port: PortId, signal: AbortSignal): Promise<Attachment[]> {
  const legs = await readLegs(files)
  const gone = legs.filter((leg) => leg.port === port)
  const stay = legs.filter((leg) => leg.port !== port)
  for (const family of ipFamilies()) {
    const needed = stay.flatMap((leg) => rulesOf(leg, family))
    const present = await readRules(family, { signal })
    const surplus = gone
      .flatMap((leg) => rulesOf(leg, family))
      .filter(
        (rule) => !needed.some((other) => isSameRule(rule, other)) && present.some((one) => isSameRule(rule, one)),
      )
    await deleteRules(surplus, family, { signal })
  }
  await writeLegs(files, stay)
  return gone
}

export async function hostFactsOnHost(files: GatewayFiles, raw: RawFacts): Promise<HostFacts> {
  const legs = await readLegs(files)
  const hasRules = [...raw.rules.values()].every((rules) => gatewayRules.every((rule) => isAmong(rules, rule)))
  return {
    present: hasRules && (await readIfThere(files.legs)) !== undefined,
    onHost: true,
    attachments: legs.map((leg) => (isWhole(leg, raw) ? leg : { ...leg, addresses: [] })),
    nextHops: [],
    protectedCidrs: protectedIn(raw.routes),
  }
}

function isWhole(leg: Attachment, raw: RawFacts): boolean {
  return (
    leg.addresses.every((address) => hasAddress(raw, address)) &&
    [...raw.rules].every(([family, rules]) => rulesOf(leg, family).every((rule) => isAmong(rules, rule)))
  )
}

const isAmong = (rules: readonly Rule[], rule: Parameters<typeof isSameRule>[0]): boolean =>
  rules.some((present) => isSameRule(present, rule))

/** Whatever length of prefix the host has it with. */
function hasAddress({ links }: RawFacts, address: string): boolean {
  const [host = ''] = address.split('/')
  return links.some(({ addresses }) => addresses.some((one) => one.split('/')[0] === host))
}

/**
 * No rule for what the host itself sends from its outer address: that might lead past rules of the operator's. It is not
 * needed, as no peer network of this router may reach over the peer (`domain/host-router.ts`).
 */
function rulesOf(leg: Attachment, family: Family) {
  return leg.side === 'external' ? [] : attachmentRules(leg, family)
}

/** Takes away the rules and the two tables, by what they are: there may be no file any more. */
export async function removeFromHost(gateway: GatewayId, signal?: AbortSignal): Promise<void> {
  for (const family of ipFamilies()) {
    const rules = await readRules(family, { signal })
    const own = new Set(rules.filter(({ table }) => table === String(protectedTable)).map(({ from }) => from))
    const ours = rules.filter(
      ({ table, to, suppressPrefixLength }) =>
        isOurs(table) || (to !== undefined && suppressPrefixLength === 0 && table === 'main' && own.has(to)),
    )
    await deleteRules(ours, family, { signal })
    for (const table of [tunnelTable, protectedTable]) await emptyTable(table, family, signal)
  }
  await deleteNamespace(gatewayNamespace(gateway), signal)
}

async function emptyTable(table: number, family: Family, signal: AbortSignal | undefined): Promise<void> {
  try {
    await ip(flushTable(table), { family, signal })
  } catch (error) {
    const hasNone = error instanceof CommandError && /table does not exist/.test(error.stderr)
    if (!hasNone) throw error
  }
}

export async function readLegs({ legs }: Pick<GatewayFiles, 'legs'>): Promise<Attachment[]> {
  const text = await readIfThere(legs)
  const read: unknown = text === undefined ? [] : JSON.parse(text)
  return Array.isArray(read) ? read : []
}

async function writeLegs({ legs }: Pick<GatewayFiles, 'legs'>, attachments: readonly Attachment[]): Promise<void> {
  await replaceFile(legs, JSON.stringify(attachments))
}
