/** A gateway's namespace and its routes. */
import { ipFamilies } from '../../../linux/families.ts'
import { type IpCommand, ipBatch } from '../../../linux/ip.ts'
import { deleteLink, setAlias, setUp } from '../../../linux/links.ts'
import { addNamespace, deleteNamespace, listNamespaces } from '../../../linux/namespaces.ts'
import { deleteDefault, replaceDefault } from '../../../linux/routes.ts'
import { addRules } from '../../../linux/rules.ts'
import { type KernelSettings, writeKernelSettings } from '../../../linux/sysctl.ts'
import type { GatewayId } from '../../../model/ids.ts'
import { isDefaultRoute, readRawFacts } from './host-facts.ts'
import { gatewayAlias, gatewayNamespace, isGatewayEnd, portOfAlias } from './names.ts'
import { familyOf, gatewayRules } from './routing-rules.ts'

/** A gateway forwards between its legs, and is told its addresses and routes rather than taking what is advertised. */
const kernelSettings: KernelSettings = {
  'net/ipv4/ip_forward': '1',
  // What comes out of a tunnel does not come in by the device that leads back.
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '0',
  'net/ipv4/conf/all/accept_redirects': '0',
  'net/ipv4/conf/default/accept_redirects': '0',
}

const kernelSettingsOfIpv6: KernelSettings = {
  'net/ipv6/conf/all/forwarding': '1',
  // Duplicate address detection would keep each new address from being used for a second.
  'net/ipv6/conf/all/accept_dad': '0',
  'net/ipv6/conf/default/accept_dad': '0',
  'net/ipv6/conf/all/accept_ra': '0',
  'net/ipv6/conf/default/accept_ra': '0',
  'net/ipv6/conf/all/accept_redirects': '0',
  'net/ipv6/conf/default/accept_redirects': '0',
}

export async function makeGateway(gateway: GatewayId, signal: AbortSignal): Promise<void> {
  const namespace = gatewayNamespace(gateway)
  const families = ipFamilies()
  if (!(await listNamespaces()).includes(namespace)) await addNamespace(namespace, signal)
  const settings = { ...kernelSettings, ...(families.includes(6) && kernelSettingsOfIpv6) }
  await writeKernelSettings(namespace, settings, signal)
  const present = await readRawFacts(gateway, signal)
  for (const family of families) {
    await addRules(gatewayRules, present?.rules.get(family) ?? [], family, { namespace, signal })
  }
  // The alias last: it says that all the rest is there.
  await ipBatch([setUp('lo'), setAlias('lo', gatewayAlias(gateway))], { namespace, signal })
}

/** Its daemon must have been stopped. The cables are pulled by name, since a namespace may outlive the loss of its name. */
export async function removeNamespace(gateway: GatewayId, signal?: AbortSignal): Promise<void> {
  const namespace = gatewayNamespace(gateway)
  if (!(await listNamespaces()).includes(namespace)) return
  const cables = (await readRawFacts(gateway, signal))?.links.map(({ name }) => name).filter(isGatewayEnd) ?? []
  await ipBatch(cables.map(deleteLink), { namespace, signal })
  await deleteNamespace(namespace, signal)
}

export async function setNextHops(gateway: GatewayId, nextHops: readonly string[], signal: AbortSignal): Promise<void> {
  const namespace = gatewayNamespace(gateway)
  const raw = await readRawFacts(gateway, signal)
  const external = raw?.links.find(({ alias }) => portOfAlias(alias)?.side === 'external')
  for (const family of ipFamilies()) {
    const wanted = nextHops.filter((hop) => familyOf(hop) === family)
    const present = raw?.routes.filter((route) => isDefaultRoute(route) && route.version === family) ?? []
    const surplus = present.flatMap(({ gateway: hop }) => (hop === undefined || wanted.includes(hop) ? [] : [hop]))
    // In IPv4 a new default route takes the place of the old one.
    const deletions: IpCommand[] = family === 4 && wanted.length > 0 ? [] : surplus.map(deleteDefault)
    // A link-local next hop says nothing about the device it is behind.
    const additions = wanted.map((hop) => replaceDefault(hop, hop.startsWith('fe80:') ? external?.name : undefined))
    await ipBatch([...deletions, ...additions], { namespace, family, signal })
  }
}
