import { type IpVersion, networkText, parseCidr } from '../model/cidr.ts'
import { EndpointGroup } from '../model/endpoint-group.ts'
import type { IpsecConnection } from '../model/ipsec-connection.ts'
import { type Problem, problem, refuseFirst } from '../model/problem.ts'
import { Subnet } from '../model/subnet.ts'
import type { VpnService } from '../model/vpn-service.ts'
import type { Reading } from '../store/open.ts'
import { routerSubnets } from '../store/ports.ts'
import { find, findAll } from '../store/resources.ts'
import { found } from './access.ts'
import type { Work } from './ports.ts'
import { commonVersion, groupHasType, modeOf, peerCidrsAreValid } from './rules.ts'

/** The networks on both sides of a connection, as CIDRs. */
export interface Endpoints {
  readonly local: readonly string[]
  readonly peer: readonly string[]
}

type Sides = Pick<IpsecConnection, 'peer_cidrs' | 'local_ep_group_id' | 'peer_ep_group_id'>

/** Finds and checks the networks of a connection, rows 4–11 of `semantics.md` §2.4 in their order. */
export async function checkedEndpoints(
  work: Work,
  connection: Sides,
  service: VpnService,
): Promise<Endpoints & { readonly localVersion: IpVersion }> {
  const { groupsAlways, subnetsPerSide } = work.dialect.quirks
  const sides =
    modeOf(connection, service, groupsAlways) === 'groups'
      ? await ofGroups(work, connection, service, subnetsPerSide)
      : await ofService(work, connection, service)
  const localVersion = commonVersion(sides.local)
  if (!localVersion || localVersion !== commonVersion(sides.peer)) throw problem('ConnectionMixesIpVersions')
  return { ...sides, localVersion }
}

async function ofGroups(work: Work, connection: Sides, service: VpnService, limit: number): Promise<Endpoints> {
  const local = await found(work, EndpointGroup, connection.local_ep_group_id ?? '')
  const peer = await found(work, EndpointGroup, connection.peer_ep_group_id ?? '')
  refuseFirst(groupHasType(local, 'subnet'))
  const attached = await routerSubnets(work.tx, service.router_id)
  const localCidrs = local.endpoints.map((subnet_id) => {
    const subnet = attached.find(({ id }) => id === subnet_id)
    if (!subnet) throw problem('SubnetNotOnRouter', { subnet_id, router_id: service.router_id })
    return subnet.cidr
  })
  refuseFirst(
    oneVersion(local, localCidrs),
    groupHasType(peer, 'cidr'),
    oneVersion(peer, peer.endpoints),
    tooMany(local, limit),
    tooMany(peer, limit),
  )
  return { local: localCidrs, peer: peer.endpoints }
}

function oneVersion(group: EndpointGroup, cidrs: readonly string[]): Problem | undefined {
  return commonVersion(cidrs) ? undefined : problem('EndpointsMixIpVersions', { id: group.id })
}

function tooMany({ id, endpoints }: EndpointGroup, limit: number): Problem | undefined {
  return endpoints.length > limit ? problem('TooManySubnets', { id, count: endpoints.length, limit }) : undefined
}

async function ofService(work: Work, { peer_cidrs }: Sides, service: VpnService): Promise<Endpoints> {
  refuseFirst(peerCidrsAreValid(peer_cidrs), commonVersion(peer_cidrs) ? undefined : problem('PeerCidrsMixIpVersions'))
  const subnet = await find(work.tx, Subnet, service.subnet_id ?? '')
  if (!subnet) throw problem('SubnetNotFound', { id: service.subnet_id })
  return { local: [subnet.cidr], peer: peer_cidrs }
}

/** What the networks of accepted connections of one router are looked up in. */
export interface EndpointLookup {
  /** The subnets of the router, and those of its services, by id. */
  readonly subnets: ReadonlyMap<string, Pick<Subnet, 'cidr'>>
  readonly groups: ReadonlyMap<string, Pick<EndpointGroup, 'endpoints'>>
}

/** The networks of a connection that was accepted: nothing is checked again. */
export function endpointsOf(
  connection: Sides,
  service: Pick<VpnService, 'subnet_id'>,
  lookup: EndpointLookup,
): Endpoints {
  const { local_ep_group_id, peer_ep_group_id, peer_cidrs } = connection
  const cidrs = (ids: readonly string[]) => ids.flatMap((id) => lookup.subnets.get(id)?.cidr ?? [])
  if (local_ep_group_id === null || peer_ep_group_id === null) {
    return { local: cidrs(service.subnet_id === null ? [] : [service.subnet_id]), peer: peer_cidrs }
  }
  return {
    local: cidrs(lookup.groups.get(local_ep_group_id)?.endpoints ?? []),
    peer: lookup.groups.get(peer_ep_group_id)?.endpoints ?? [],
  }
}

/** Reads in two statements what any number of connections of one router need. */
export async function endpointLookup(
  tx: Reading,
  router: string,
  services: readonly Pick<VpnService, 'subnet_id'>[],
  connections: readonly Sides[],
): Promise<EndpointLookup> {
  const groupIds = connections.flatMap(({ local_ep_group_id, peer_ep_group_id }) => [
    local_ep_group_id,
    peer_ep_group_id,
  ])
  const subnets = await routerSubnets(tx, router)
  const missing = services.flatMap(({ subnet_id }) =>
    subnet_id === null || subnets.some(({ id }) => id === subnet_id) ? [] : [subnet_id],
  )
  return {
    subnets: byId([...subnets, ...(await findAll(tx, Subnet, missing))]),
    groups: byId(
      await findAll(
        tx,
        EndpointGroup,
        groupIds.filter((id) => id !== null),
      ),
    ),
  }
}

function byId<T extends { readonly id: string }>(entities: readonly T[]): ReadonlyMap<string, T> {
  return new Map(entities.map((entity) => [entity.id, entity]))
}

/** Both sides in a form that is equal for equal networks, whatever order or host bits they were written with. */
export function endpointsText({ local, peer }: Endpoints): string {
  return JSON.stringify([canonical(local), canonical(peer)])
}

/** Networks with host bits cleared, sorted, none twice. */
export function canonical(cidrs: readonly string[]): string[] {
  const networks = cidrs.flatMap((text) => {
    const cidr = parseCidr(text)
    return cidr ? [networkText(cidr)] : []
  })
  return [...new Set(networks)].sort()
}
