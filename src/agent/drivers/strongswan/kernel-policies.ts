/**
 * What the routing rules say (`routing-rules.ts`), said again to the kernel's own ESP.
 *
 * User-space ESP is a device: what is routed there is in a tunnel, and what does not fit is dropped. The kernel's is a list
 * of policies that every packet is held against, wherever it is routed, and charon's routes lead to the external leg.
 * Without policies of our own beside charon's
 *
 *   - a packet to a peer network from a network that no tunnel is for would find charon's route, no policy, and leave in
 *     the clear: each peer network is blocked, behind the policies of all tunnels;
 *   - with a peer network as wide as everything the gateway would neither talk to its neighbours nor hear them: what comes
 *     from our own side, what goes there, and what the gateway says from an external address is let through before all
 *     tunnels. Charon sees to IKE by itself, and ESP packets are not held against policies again;
 *   - with transport mode, where it is the gateway's own packets that are to be protected, they would be let through in the
 *     clear by that: its policies stand before it, and between the two those packets are blocked, for the time without it.
 */
import { type Family, ipFamilies } from '../../../linux/families.ts'
import { ip, ipBatch } from '../../../linux/ip.ts'
import { CommandError } from '../../../linux/run.ts'
import {
  deleteAllowing,
  deletePoliciesWith,
  deletePolicy,
  deleteStatesWith,
  flushStates,
  type Policy,
  putPolicy,
} from '../../../linux/xfrm.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { Attachment } from '../../../model/tunnel.ts'
import type { HostFacts } from './host-facts.ts'
import { gatewayNamespace } from './names.ts'
import { familyOf, hostPrefix, networkOf } from './routing-rules.ts'

/** Without them not even IKE would reach a neighbour. */
const beforeAll = { priority: 1, action: 'allow' } as const
/** Told to charon, whose own choice would be in the hundred thousands, as it is for tunnels. */
export const transportPriority = 2
const behindTransport = { priority: 3, action: 'block' } as const
const beforeTunnels = { priority: 4, action: 'allow' } as const
const behindTunnels = { priority: 1_000_000_000, action: 'block' } as const

const everything: Readonly<Record<Family, string>> = { 4: '0.0.0.0/0', 6: '::/0' }

/** Asking a neighbour for its address, and answering (RFC 4861 §4.3, §4.4). */
const neighbourMessages = [135, 136]

/** Neighbours are found by these: IPv6 asks for them in packets that policies apply to. */
const neighbourDiscovery: readonly Policy[] = [
  { ...beforeAll, direction: 'out', from: 'fe80::/10', to: everything[6] },
  { ...beforeAll, direction: 'out', from: everything[6], to: 'ff00::/8' },
  ...neighbourMessages.flatMap((icmpType) =>
    (['out', 'in'] as const).map((direction) => ({
      ...{ ...beforeAll, direction, icmpType },
      ...{ from: everything[6], to: everything[6] },
    })),
  ),
]

/** Those that come and go with a leg. Pure. */
export function legPolicies({ side, addresses }: Pick<Attachment, 'side' | 'addresses'>): Policy[] {
  const policies = addresses.flatMap((address): Policy[] => {
    const any = everything[familyOf(address)]
    if (side === 'external') return [{ ...beforeTunnels, direction: 'out', from: hostPrefix(address), to: any }]
    const network = networkOf(address)
    return [
      { ...beforeTunnels, direction: 'out', from: any, to: network },
      { ...beforeTunnels, direction: 'in', from: network, to: any },
      { ...beforeTunnels, direction: 'fwd', from: network, to: any },
    ]
  })
  return policies.filter(({ from }) => ipFamilies().includes(familyOf(from)))
}

/** That of a peer network. Pure. */
export function blockPolicy(network: string): Policy {
  return { ...behindTunnels, direction: 'out', from: everything[familyOf(network)], to: network }
}

/**
 * Those that keep what the gateway itself has to say to a protected host from leaving in the clear. Of an external leg.
 * Pure.
 */
export function ownPolicies(
  { side, addresses }: Pick<Attachment, 'side' | 'addresses'>,
  protectedCidrs: readonly string[],
): Policy[] {
  if (side !== 'external') return []
  const hosts = protectedCidrs.filter((cidr) => cidr === hostPrefix(cidr))
  return addresses.flatMap((address) =>
    hosts
      .filter((host) => familyOf(host) === familyOf(address))
      .map((to): Policy => ({ ...behindTransport, direction: 'out', from: hostPrefix(address), to })),
  )
}

export async function putPolicies(gateway: GatewayId, policies: readonly Policy[], signal: AbortSignal): Promise<void> {
  await ipBatch(policies.map(putPolicy), { namespace: gatewayNamespace(gateway), signal })
}

export async function deletePolicies(
  gateway: GatewayId,
  policies: readonly Policy[],
  signal?: AbortSignal,
): Promise<void> {
  for (const policy of policies) {
    try {
      await ip(deletePolicy(policy), { namespace: gatewayNamespace(gateway), signal })
    } catch (error) {
      const wasNotThere = error instanceof CommandError && /No such file or directory/.test(error.stderr)
      if (!wasNotThere) throw error
    }
  }
}

/** All of ours. Pure. */
export function gatewayPolicies({
  attachments,
  protectedCidrs,
}: Pick<HostFacts, 'attachments' | 'protectedCidrs'>): Policy[] {
  return [
    ...(ipFamilies().includes(6) ? neighbourDiscovery : []),
    ...attachments.flatMap(legPolicies),
    ...attachments.flatMap((leg) => ownPolicies(leg, protectedCidrs)),
    ...protectedCidrs.map(blockPolicy),
  ]
}

/**
 * Takes away what a daemon before left, and all of ours that let packets pass with it, and puts ours back. No route into a
 * tunnel may be left. What we block stays blocked meanwhile: for the gateway's own packets no route stands in for it.
 */
export async function renewPolicies(
  gateway: GatewayId,
  { attachments, protectedCidrs, onHost }: Pick<HostFacts, 'attachments' | 'protectedCidrs' | 'onHost'>,
  signal: AbortSignal,
): Promise<void> {
  const inGateway = { namespace: gatewayNamespace(gateway), signal }
  if (onHost) await forgetOnHost({ attachments, protectedCidrs }, signal)
  else for (const command of [flushStates, deleteAllowing]) await ip(command, inGateway)
  await ipBatch(gatewayPolicies({ attachments, protectedCidrs }).map(putPolicy), inGateway)
}

/** On the host itself there may be others' policies and states: only those of our peers' networks and addresses go. */
export async function forgetOnHost(
  { attachments, protectedCidrs }: Pick<HostFacts, 'attachments' | 'protectedCidrs'>,
  signal?: AbortSignal,
): Promise<void> {
  const external = attachments.filter(({ side }) => side === 'external').flatMap(({ addresses }) => addresses)
  const commands = [
    ...external
      .map((address) => address.split('/')[0] ?? '')
      .flatMap((address) => [deleteStatesWith('src', address), deleteStatesWith('dst', address)]),
    ...protectedCidrs.flatMap((network) => [
      deletePoliciesWith('out', 'dst', network),
      deletePoliciesWith('in', 'src', network),
      deletePoliciesWith('fwd', 'src', network),
    ]),
  ]
  for (const command of commands) await ip(command, { signal })
}
