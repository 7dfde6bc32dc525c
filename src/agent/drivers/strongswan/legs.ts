/** The legs of a gateway: virtual cables from its namespace into the bridges of networks, with their addresses and rules. */
import { ipFamilies } from '../../../linux/families.ts'
import { ip, ipBatch } from '../../../linux/ip.ts'
import {
  addAddress,
  addVeth,
  deleteAddress,
  deleteLink,
  type Link,
  readLinksNamed,
  setAlias,
  setMaster,
  setNoOwnAddress,
  setUp,
} from '../../../linux/links.ts'
import { addRules, deleteRules, isSameRule } from '../../../linux/rules.ts'
import type { GatewayId, PortId } from '../../../model/ids.ts'
import type { Attachment } from '../../../model/tunnel.ts'
import { hostFacts, linkOfPort, type RawFacts, readRawFacts } from './host-facts.ts'
import { HostRefusal } from './host-refusal.ts'
import { deletePolicies, legPolicies, ownPolicies, putPolicies } from './kernel-policies.ts'
import {
  bridgeOfPort,
  gatewayEndName,
  gatewayNamespace,
  hardwareAddress,
  hostEndName,
  networkOfAlias,
  type PortName,
  portAlias,
  portOfAlias,
} from './names.ts'
import { attachmentRules } from './routing-rules.ts'

export interface LegOptions {
  /** ESP is in the kernel, which holds the packets of the leg against policies. */
  readonly kernelEsp: boolean
  readonly signal: AbortSignal
}

export interface AttachOptions extends LegOptions {
  /** The operator's bridge that the network is; absent: the network has a bridge of ours. */
  readonly bridge?: string | undefined
}

/** Makes the leg what it should be, from nothing or from whatever a broken-off plan left of it. */
export async function attach(gateway: GatewayId, leg: Attachment, options: AttachOptions): Promise<void> {
  const { kernelEsp, signal } = options
  const namespace = gatewayNamespace(gateway)
  const name: PortName = { ...leg, ...(options.bridge !== undefined && { bridge: options.bridge }) }
  const [host, inside, bridge] = [hostEndName(leg.port), gatewayEndName(leg), bridgeOfPort(name)]
  const [raw, devices] = await Promise.all([readRawFacts(gateway, signal), readLinksNamed([host, bridge], { signal })])
  if (raw === undefined) throw new HostRefusal(`gateway ${gateway} is not on this host`)
  const hostEnd = devices.find(({ name }) => name === host)
  refuseStrangers(name, { hostEnd, bridge: devices.find(({ name }) => name === bridge) })

  const link = linkOfPort(raw.links, leg.port)
  const fits = hostEnd !== undefined && link?.name === inside
  await ipBatch(
    [
      // A half-made cable, or one whose other end is elsewhere.
      ...(hostEnd === undefined || fits ? [] : [deleteLink(host)]),
      ...(fits ? [] : [addVeth(host, { name: inside, namespace, hardwareAddress: hardwareAddress(leg.port) })]),
      ...[setAlias(host, portAlias(name)), setNoOwnAddress(host), setMaster(host, bridge), setUp(host)],
    ],
    { signal },
  )
  const present = fits && link !== undefined ? link.addresses : []
  const surplus = present.filter((address) => !leg.addresses.includes(address))
  await removeRules({ ...leg, addresses: surplus }, raw, namespace, signal)
  if (kernelEsp) {
    // Before the rules, which say that the leg is whole.
    const { protectedCidrs } = hostFacts(gateway, raw)
    const policies = (own: Attachment) => [...ownPolicies(own, protectedCidrs), ...legPolicies(own)]
    await deletePolicies(gateway, policies({ ...leg, addresses: surplus }), signal)
    await putPolicies(gateway, policies(leg), signal)
  }
  await ipBatch(
    [
      setAlias(inside, portAlias(name)),
      ...surplus.map((address) => deleteAddress(inside, address)),
      ...leg.addresses.filter((address) => !present.includes(address)).map((address) => addAddress(inside, address)),
      setUp(inside),
    ],
    { namespace, signal },
  )
  for (const family of ipFamilies()) {
    // Read again where some went: two addresses may share a rule.
    const rules = surplus.length === 0 ? raw.rules : ((await readRawFacts(gateway, signal))?.rules ?? raw.rules)
    await addRules(attachmentRules(leg, family), rules.get(family) ?? [], family, { namespace, signal })
  }
}

/** A name holds only the beginning of an id. */
function refuseStrangers(leg: PortName, { hostEnd, bridge }: Record<'hostEnd' | 'bridge', Link | undefined>): void {
  const isThere = leg.bridge === undefined ? networkOfAlias(bridge?.alias) === leg.network : bridge?.kind === 'bridge'
  if (!isThere) throw new HostRefusal(`network ${leg.network} is not on this host`)
  const owner = portOfAlias(hostEnd?.alias)
  if (owner !== undefined && owner.port !== leg.port) {
    throw new HostRefusal(`port ${leg.port} cannot be told from port ${owner.port}: their ids begin alike`)
  }
}

export async function detach(gateway: GatewayId, port: PortId, { kernelEsp, signal }: LegOptions): Promise<void> {
  const namespace = gatewayNamespace(gateway)
  const raw = await readRawFacts(gateway, signal)
  const link = raw && linkOfPort(raw.links, port)
  const leg = portOfAlias(link?.alias)
  if (raw !== undefined && link !== undefined && leg !== undefined) {
    // Before the device: should this be broken off here, its addresses still tell which rules are its own.
    await removeRules({ ...leg, addresses: link.addresses }, raw, namespace, signal)
    if (kernelEsp) {
      const own = { ...leg, addresses: link.addresses }
      const policies = [...ownPolicies(own, hostFacts(gateway, raw).protectedCidrs), ...legPolicies(own)]
      await deletePolicies(gateway, policies, signal)
    }
    await ip(deleteLink(link.name), { namespace, signal })
    return
  }
  const [hostEnd] = await readLinksNamed([hostEndName(port)], { signal })
  if (portOfAlias(hostEnd?.alias)?.port === port) await ip(deleteLink(hostEndName(port)), { signal })
}

async function removeRules(
  leg: Pick<Attachment, 'side' | 'addresses'>,
  raw: RawFacts,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  for (const [family, present] of raw.rules) {
    const rules = attachmentRules(leg, family).filter((rule) => present.some((other) => isSameRule(rule, other)))
    await deleteRules(rules, family, { namespace, signal })
  }
}
