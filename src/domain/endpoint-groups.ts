import { parseCidr } from '../model/cidr.ts'
import { changed } from '../model/decode.ts'
import { EndpointGroup } from '../model/endpoint-group.ts'
import { canonicalUuid } from '../model/kinds.ts'
import { type Problem, problem, refuseFirst } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { Subnet } from '../model/subnet.ts'
import { connectionsReferring, forgetDeleted } from '../store/connections.ts'
import { find, insert, remove, update } from '../store/resources.ts'
import { subnetsOf } from '../store/subnets.ts'
import { found, scopeOf } from './access.ts'
import type { Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'

type NewGroup = Given<typeof EndpointGroup>

export async function createEndpointGroup(work: Work, given: NewGroup): Promise<EndpointGroup> {
  await refuseOverQuota(work, 'endpoint_group', given.tenant_id)
  refuseFirst(endpointsMissing(given), endpointsRepeated(given), endpointMalformed(given))
  const endpoints = given.type === 'subnet' ? await subnetIds(work, given.endpoints) : given.endpoints
  refuseFirst(endpointsRepeated({ ...given, endpoints }))
  const group = { ...given, endpoints, id: work.world.ids.uuid() }
  await insert(work.tx, EndpointGroup, group)
  return group
}

export async function updateEndpointGroup(
  work: Work,
  id: string,
  changes: Changes<typeof EndpointGroup>,
): Promise<EndpointGroup> {
  const group = changed(EndpointGroup, await found(work, EndpointGroup, id), changes)
  await update(work.tx, EndpointGroup, id, group)
  return group
}

export async function deleteEndpointGroup(work: Work, id: string): Promise<void> {
  await found(work, EndpointGroup, id)
  for (const column of ['local_ep_group_id', 'peer_ep_group_id'] as const) {
    const users = await connectionsReferring(work.tx, column, id)
    if (users.length > 0) throw problem('EndpointGroupInUse', { id })
    await forgetDeleted(work.tx, column, id)
  }
  await remove(work.tx, EndpointGroup, id)
}

function endpointsMissing({ endpoints, name }: NewGroup): Problem | undefined {
  return endpoints.length === 0 ? problem('EndpointsMissing', { group: name }) : undefined
}

/** Uniqueness is of texts: `10.0.0.24/24` and `10.0.0.25/24` are two endpoints (`semantics.md` §2.3). */
function endpointsRepeated({ endpoints, type }: Pick<NewGroup, 'endpoints' | 'type'>): Problem | undefined {
  const seen = new Set<string>()
  for (const endpoint of endpoints) {
    if (seen.has(endpoint)) return problem('EndpointInvalid', { endpoint, type, why: 'Endpoints have to be unique' })
    seen.add(endpoint)
  }
  return undefined
}

function endpointMalformed({ endpoints, type }: NewGroup): Problem | undefined {
  if (type === 'cidr') {
    const wrong = endpoints.find((endpoint) => !parseCidr(endpoint))
    return wrong === undefined ? undefined : problem('EndpointInvalid', { endpoint: wrong, type, why: 'Invalid CIDR' })
  }
  if (type === 'subnet') {
    const wrong = endpoints.find((endpoint) => !canonicalUuid(endpoint))
    return wrong === undefined ? undefined : problem('EndpointInvalid', { endpoint: wrong, type, why: 'Invalid UUID' })
  }
  return undefined
}

/**
 * The subnets that endpoints name: by their own ids, or by that of a network which has no other subnet, where the flavour
 * lets it stand for the subnet. Kept, and shown, is the subnet's id: the network may get another subnet later.
 */
async function subnetIds(work: Work, endpoints: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const endpoint of endpoints) {
    const id = canonicalUuid(endpoint) ?? endpoint
    if (await find(work.tx, Subnet, id, scopeOf(work.caller))) ids.push(id)
    else ids.push(await onlySubnetOf(work, id))
  }
  return ids
}

async function onlySubnetOf({ tx, caller, dialect }: Work, id: string): Promise<string> {
  const subnets = dialect.quirks.networksAreEndpoints ? await subnetsOf(tx, id) : []
  const scope = scopeOf(caller)
  const [only, ...others] = subnets
  if (!only || others.length > 0 || (scope !== undefined && only.tenant_id !== scope)) {
    throw problem('EndpointSubnetUnknown', { id })
  }
  return only.id
}
