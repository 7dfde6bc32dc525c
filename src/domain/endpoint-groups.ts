import { parseCidr } from '../model/cidr.ts'
import { changed } from '../model/decode.ts'
import { EndpointGroup } from '../model/endpoint-group.ts'
import { canonicalUuid } from '../model/kinds.ts'
import { type Problem, problem, refuseFirst } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { Subnet } from '../model/subnet.ts'
import { connectionsReferring, forgetDeleted } from '../store/connections.ts'
import { find, insert, remove, update } from '../store/resources.ts'
import { found, scopeOf } from './access.ts'
import type { Work } from './ports.ts'

type NewGroup = Given<typeof EndpointGroup>

export async function createEndpointGroup(work: Work, given: NewGroup): Promise<EndpointGroup> {
  refuseFirst(endpointsMissing(given), endpointsRepeated(given), endpointMalformed(given))
  const endpoints = given.type === 'subnet' ? given.endpoints.map((id) => canonicalUuid(id) ?? id) : given.endpoints
  if (given.type === 'subnet') await refuseUnknownSubnets(work, endpoints)
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
function endpointsRepeated({ endpoints, type }: NewGroup): Problem | undefined {
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

async function refuseUnknownSubnets(work: Work, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (!(await find(work.tx, Subnet, id, scopeOf(work.caller)))) throw problem('EndpointSubnetUnknown', { id })
  }
}
