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
import { listTaggedConnections, showTaggedConnection } from '../domain/tags.ts'
import { AuditEvent } from '../model/audit-event.ts'
import { decodeCreate, decodeUpdate, type Request, unwrap } from '../model/decode.ts'
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
import { withLifetimeAsSent } from './v2/lifetime-as-sent.ts'
import { idOf } from './v2/object-id.ts'
import { pageLinks } from './v2/page-links.ts'
import { fieldsOf, listingOf, type Query } from './v2/query.ts'
import { quotas } from './v2/quotas.ts'
import { tags } from './v2/tags.ts'
import { traffic } from './v2/traffic.ts'

/** A request as a handler gets it: decoded as far as HTTP goes. */
export interface Call {
  /** The variable parts of the path by their names in the operations table. */
  readonly params: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  readonly query: Query
  /** Address of this request as the client knows it. */
  readonly url: () => string
}

/**
 * Reads run outside a transaction, writes inside one; `undefined` is an answer without a body. The caller's role is asked
 * for before, but after what `decodes` refuses in the body.
 */
export type Handler =
  | { readonly reads: (asking: Asking, call: Call) => Promise<object> }
  | { readonly writes: (work: Work, call: Call) => Promise<object | undefined> }
  | { readonly decodes: (call: Call, request: Request) => (work: Work) => Promise<object | undefined> }

/** What the domain does for a resource. `show` and `list` default to "what the caller's project has". */
interface Doing<A extends Attributes> {
  readonly create: (work: Work, given: Given<Resource<A>>) => Promise<Entity<Resource<A>>>
  readonly update: (work: Work, id: string, changes: Changes<Resource<A>>) => Promise<Entity<Resource<A>>>
  readonly remove: (work: Work, id: string) => Promise<void>
  readonly show?: (asking: Asking, id: string) => Promise<Entity<Resource<A>>>
  readonly list?: (asking: Asking, listing: Listing) => Promise<readonly Entity<Resource<A>>[]>
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
        const ids = entities.map(({ id }) => String(id))
        // A page that nobody asked for is a page only where there is more than fits on it.
        const isPage = query.limit !== undefined || ids.length === listing.page.limit
        const links = isPage ? pageLinks(url(), ids, listing.page) : []
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
  return {
    ...reading(resource, doing),
    create: {
      decodes: ({ body }: Call, request: Request) => {
        const given = decodeCreate(resource, body, request)
        return async (work: Work) => {
          const entity = await doing.create(work, given)
          return { [resource.singular]: render(resource, entity, work.dialect, 'create') }
        }
      },
    },
    update: {
      decodes: ({ params, body }: Call, request: Request) => {
        const changes = decodeUpdate(resource, body, request)
        const given = unwrap(resource, body)
        return async (work: Work) => {
          const entity = await doing.update(work, idOf(params), changes)
          const shown = render(resource, entity, work.dialect, 'update')
          return { [resource.singular]: work.dialect.quirks.echoesLifetime ? withLifetimeAsSent(shown, given) : shown }
        }
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
  show: showTaggedConnection,
  list: listTaggedConnections,
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
const auditEvents = reading(AuditEvent, {})

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

  list_audit_event: auditEvents.list,
  show_audit_event: auditEvents.show,

  add_router_interface: {
    writes: async (work, { params, body }) => {
      const { subnet_id } = interfaceTarget(body)
      if (!subnet_id) throw problem('RouterInterfaceBodyInvalid')
      return addInterface(work, idOf(params), subnet_id)
    },
  },
  list_quotas: quotas.list,
  show_quotas: quotas.show,
  show_default_quotas: quotas.showDefault,
  show_quota_usage: quotas.showUsage,
  show_quota_tenant: quotas.showTenant,
  show_quota_project: quotas.showProject,
  update_quotas: quotas.update,
  delete_quotas: quotas.delete,

  show_connection_traffic: traffic.show,

  create_connection_tag: tags.create,
  change_connection_tags: tags.change,
  list_connection_tags: tags.list,
  delete_connection_tag: tags.delete,
  list_project_tags: tags.listOfProject,
  search_connections_by_tags: tags.search,

  remove_router_interface: {
    writes: (work, { params, body }) => removeInterface(work, idOf(params), interfaceTarget(body)),
  },
}
