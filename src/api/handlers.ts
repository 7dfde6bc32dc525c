import { found, visible } from '../domain/access.ts'
import { createConnection, deleteConnection, updateConnection } from '../domain/connections.ts'
import { createEndpointGroup, deleteEndpointGroup, updateEndpointGroup } from '../domain/endpoint-groups.ts'
import { createNetwork, deleteNetwork, listNetworks, showNetwork, updateNetwork } from '../domain/networks.ts'
import * as policies from '../domain/policies.ts'
import type { Asking, Work } from '../domain/ports.ts'
import { listPorts, showPort } from '../domain/router-ports.ts'
import { addInterface, createRouter, deleteRouter, removeInterface, updateRouter } from '../domain/routers.ts'
import { createService, deleteService, updateService } from '../domain/services.ts'
import { createSubnet, deleteSubnet, listSubnets, showSubnet, updateSubnet } from '../domain/subnets.ts'
import { decodeCreate, decodeUpdate } from '../model/decode.ts'
import { EndpointGroup } from '../model/endpoint-group.ts'
import type { Listing } from '../model/filter.ts'
import { IkePolicy } from '../model/ike-policy.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import { IpsecPolicy } from '../model/ipsec-policy.ts'
import { canonicalUuid } from '../model/kinds.ts'
import { Network } from '../model/network.ts'
import type { OperationName } from '../model/operations.ts'
import { Port } from '../model/port.ts'
import { problem } from '../model/problem.ts'
import { render, renderer } from '../model/render.ts'
import type { Attributes, Changes, Entity, Given, Resource } from '../model/resource.ts'
import { Router } from '../model/router.ts'
import { Subnet } from '../model/subnet.ts'
import { VpnService } from '../model/vpn-service.ts'
import { pageLinks } from './v2/page-links.ts'
import { fieldsOf, listingOf, type Query } from './v2/query.ts'

/** A request as a handler gets it: decoded as far as HTTP goes. */
export interface Call {
  /** The variable parts of the path by their names in the operations table. */
  readonly params: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  readonly query: Query
  /** Address of this request as the client knows it. */
  readonly url: () => string
}

/** Reads run outside a transaction, writes inside one; `undefined` is an answer without a body. */
export type Handler =
  | { readonly reads: (asking: Asking, call: Call) => Promise<object> }
  | { readonly writes: (work: Work, call: Call) => Promise<object | undefined> }

/** The object's id; a UUID in any spelling is the same id. */
function idOf({ id = '' }: Call['params']): string {
  return canonicalUuid(id) ?? id
}

/** What the domain does for a resource. `show` and `list` default to "what the caller's project has". */
interface Doing<A extends Attributes> {
  readonly create: (work: Work, given: Given<Resource<A>>) => Promise<Entity<Resource<A>>>
  readonly update: (work: Work, id: string, changes: Changes<Resource<A>>) => Promise<Entity<Resource<A>>>
  readonly remove: (work: Work, id: string) => Promise<void>
  readonly show?: (asking: Asking, id: string) => Promise<Entity<Resource<A>>>
  readonly list?: (asking: Asking, listing: Listing) => Promise<Entity<Resource<A>>[]>
}

/** Every resource has an id; its exact type is the attribute table's business. */
type Listed<A extends Attributes> = Entity<Resource<A>> & { readonly id?: unknown }

function reading<A extends Attributes>(resource: Resource<A>, doing: Pick<Doing<A>, 'show' | 'list'>) {
  const show = doing.show ?? ((asking: Asking, id: string) => found(asking, resource, id))
  const list = doing.list ?? ((asking: Asking, listing: Listing) => visible(asking, resource, listing))
  return {
    list: {
      reads: async (asking: Asking, { query, url }: Call) => {
        const listing = listingOf(resource, query, asking.dialect)
        const entities: readonly Listed<A>[] = await list(asking, listing)
        const fields = fieldsOf(query)
        const links = pageLinks(
          url(),
          entities.map(({ id }) => String(id)),
          listing.page,
        )
        return {
          [resource.plural]: entities.map(renderer(resource, asking.dialect, 'list', fields)),
          ...(links.length > 0 && { [`${resource.plural}_links`]: links }),
        }
      },
    },
    show: {
      reads: async (asking: Asking, { params, query }: Call) => {
        const entity = await show(asking, idOf(params))
        return { [resource.singular]: render(resource, entity, asking.dialect, 'show', fieldsOf(query)) }
      },
    },
  }
}

function crud<A extends Attributes>(resource: Resource<A>, doing: Doing<A>) {
  const request = ({ dialect, caller }: Work) => ({ dialect, asker: caller })
  return {
    ...reading(resource, doing),
    create: {
      writes: async (work: Work, { body }: Call) => {
        const entity = await doing.create(work, decodeCreate(resource, body, request(work)))
        return { [resource.singular]: render(resource, entity, work.dialect, 'create') }
      },
    },
    update: {
      writes: async (work: Work, { params, body }: Call) => {
        const changes = decodeUpdate(resource, body, request(work))
        const entity = await doing.update(work, idOf(params), changes)
        return { [resource.singular]: render(resource, entity, work.dialect, 'update') }
      },
    },
    delete: {
      writes: async (work: Work, { params }: Call) => {
        await doing.remove(work, idOf(params))
        return undefined
      },
    },
  }
}

const services = crud(VpnService, { create: createService, update: updateService, remove: deleteService })
const ikePolicies = crud(IkePolicy, policies.ikePolicies)
const ipsecPolicies = crud(IpsecPolicy, policies.ipsecPolicies)
const endpointGroups = crud(EndpointGroup, {
  create: createEndpointGroup,
  update: updateEndpointGroup,
  remove: deleteEndpointGroup,
})
const connections = crud(IpsecConnection, {
  create: createConnection,
  update: updateConnection,
  remove: deleteConnection,
})
const networks = crud(Network, {
  create: createNetwork,
  update: updateNetwork,
  remove: deleteNetwork,
  show: showNetwork,
  list: listNetworks,
})
const subnets = crud(Subnet, {
  create: createSubnet,
  update: updateSubnet,
  remove: deleteSubnet,
  show: showSubnet,
  list: listSubnets,
})
const routers = crud(Router, { create: createRouter, update: updateRouter, remove: deleteRouter })
const ports = reading(Port, { show: showPort, list: listPorts })

/** The body of the two router operations: one id, unwrapped. */
function interfaceTarget(body: unknown): { readonly subnet_id?: string; readonly port_id?: string } {
  for (const key of ['subnet_id', 'port_id'] as const) {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined
    const id = typeof value === 'string' ? canonicalUuid(value) : undefined
    if (id) return { [key]: id }
  }
  throw problem('RouterInterfaceBodyInvalid')
}

/** Every operation's handler; one that is missing does not compile. */
export const handlers: { readonly [Name in OperationName]: Handler } = {
  create_vpnservice: services.create,
  list_vpnservice: services.list,
  show_vpnservice: services.show,
  update_vpnservice: services.update,
  delete_vpnservice: services.delete,

  create_ikepolicy: ikePolicies.create,
  list_ikepolicy: ikePolicies.list,
  show_ikepolicy: ikePolicies.show,
  update_ikepolicy: ikePolicies.update,
  delete_ikepolicy: ikePolicies.delete,

  create_ipsecpolicy: ipsecPolicies.create,
  list_ipsecpolicy: ipsecPolicies.list,
  show_ipsecpolicy: ipsecPolicies.show,
  update_ipsecpolicy: ipsecPolicies.update,
  delete_ipsecpolicy: ipsecPolicies.delete,

  create_endpoint_group: endpointGroups.create,
  list_endpoint_group: endpointGroups.list,
  show_endpoint_group: endpointGroups.show,
  update_endpoint_group: endpointGroups.update,
  delete_endpoint_group: endpointGroups.delete,

  create_ipsec_site_connection: connections.create,
  list_ipsec_site_connection: connections.list,
  show_ipsec_site_connection: connections.show,
  update_ipsec_site_connection: connections.update,
  delete_ipsec_site_connection: connections.delete,

  create_network: networks.create,
  list_network: networks.list,
  show_network: networks.show,
  update_network: networks.update,
  delete_network: networks.delete,

  create_subnet: subnets.create,
  list_subnet: subnets.list,
  show_subnet: subnets.show,
  update_subnet: subnets.update,
  delete_subnet: subnets.delete,

  create_router: routers.create,
  list_router: routers.list,
  show_router: routers.show,
  update_router: routers.update,
  delete_router: routers.delete,

  list_port: ports.list,
  show_port: ports.show,

  add_router_interface: {
    writes: async (work, { params, body }) => {
      const { subnet_id } = interfaceTarget(body)
      if (!subnet_id) throw problem('RouterInterfaceBodyInvalid')
      return addInterface(work, idOf(params), subnet_id)
    },
  },
  remove_router_interface: {
    writes: (work, { params, body }) => removeInterface(work, idOf(params), interfaceTarget(body)),
  },
}
