import { found, visible } from '../domain/access.ts'
import { createConnection, deleteConnection, updateConnection } from '../domain/connections.ts'
import { listEvents, restartConnection, showDiagnosis, showTunnel } from '../domain/diagnosis.ts'
import { createEndpointGroup, deleteEndpointGroup, updateEndpointGroup } from '../domain/endpoint-groups.ts'
import { createNetwork, deleteNetwork, listNetworks, showNetwork, updateNetwork } from '../domain/networks.ts'
import * as policies from '../domain/policies.ts'
import type { Asking, Work } from '../domain/ports.ts'
import { addInterface, removeInterface } from '../domain/router-interfaces.ts'
import { listPorts, showPort } from '../domain/router-ports.ts'
import { createRouter, deleteRouter, listRouters, showRouter, updateRouter } from '../domain/routers.ts'
import { createService, deleteService, updateService } from '../domain/services.ts'
import { createSubnet, deleteSubnet, listSubnets, showSubnet, updateSubnet } from '../domain/subnets.ts'
import { listTaggedConnections, showTaggedConnection } from '../domain/tags.ts'
import { AuditEvent } from '../model/audit-event.ts'
import { ConnectionEvent } from '../model/connection-event.ts'
import { decodeCreate, decodeUpdate, type Request, unwrap } from '../model/decode.ts'
import { EndpointGroup } from '../model/endpoint-group.ts'
import type { Listing } from '../model/filter.ts'
import { IkePolicy } from '../model/ike-policy.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import { IpsecPolicy } from '../model/ipsec-policy.ts'
import { Network } from '../model/network.ts'
import type { OperationName } from '../model/operations.ts'
import { Port } from '../model/port.ts'
import { render, renderer, type Sight } from '../model/render.ts'
import type { Attributes, Changes, Entity, Given, Resource } from '../model/resource.ts'
import { Router } from '../model/router.ts'
import { Subnet } from '../model/subnet.ts'
import { unofferedResources } from '../model/unoffered.ts'
import { VpnService } from '../model/vpn-service.ts'
import { withLifetimeAsSent } from './v2/lifetime-as-sent.ts'
import { idOf } from './v2/object-id.ts'
import { objectTags } from './v2/object-tags.ts'
import { pageLinks } from './v2/page-links.ts'
import { fieldsOf, listingOf, type Query } from './v2/query.ts'
import { quotas } from './v2/quotas.ts'
import { interfaceToAdd, interfaceToRemove } from './v2/router-interface-body.ts'
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
  | { readonly reads: (asking: Asking, call: Call) => Promise<object | undefined> }
  | { readonly writes: (work: Work, call: Call) => Promise<object | undefined> }
  | { readonly decodes: (call: Call, request: Request) => (work: Work) => Promise<object | undefined> }

/** What the domain does for a resource. `show` and `list` default to "what the caller's project has". */
interface Doing<A extends Attributes> {
  readonly create: (work: Work, given: Given<Resource<A>>) => Promise<Entity<Resource<A>>>
  readonly update: (work: Work, id: string, changes: Changes<Resource<A>>) => Promise<Entity<Resource<A>>>
  readonly remove: (work: Work, id: string) => Promise<void>
  readonly show?: (asking: Asking, id: string) => Promise<Entity<Resource<A>>>
  readonly list?: (asking: Asking, listing: Listing, id: string) => Promise<readonly Entity<Resource<A>>[]>
}

function sightOf({ caller }: Asking, fields: readonly string[] = []): Sight {
  return { isAdmin: caller.isAdmin, fields }
}

/** Every resource has an id; its exact type is the attribute table's business. */
type Listed<A extends Attributes> = Entity<Resource<A>> & { readonly id?: unknown }

function reading<A extends Attributes>(resource: Resource<A>, doing: Pick<Doing<A>, 'show' | 'list'>) {
  const show = doing.show ?? ((asking: Asking, id: string) => found(asking, resource, id))
  const list = doing.list ?? ((asking: Asking, listing: Listing) => visible(asking, resource, listing))
  return {
    list: {
      reads: async (asking: Asking, { params, query, url }: Call) => {
        const listing = listingOf(resource, query, asking.dialect)
        const entities: readonly Listed<A>[] = await list(asking, listing, idOf(params))
        const fields = fieldsOf(query)
        const ids = entities.map(({ id }) => String(id))
        // A page that nobody asked for is a page only where there is more than fits on it.
        const isPage = query.limit !== undefined || ids.length === listing.page.limit
        const links = isPage ? pageLinks(url(), ids, listing.page) : []
        return {
          [resource.plural]: entities.map(renderer(resource, asking.dialect, 'list', sightOf(asking, fields))),
          ...(links.length > 0 && { [`${resource.plural}_links`]: links }),
        }
      },
    },
    show: {
      reads: async (asking: Asking, { params, query }: Call) => {
        const entity = await show(asking, idOf(params))
        return {
          [resource.singular]: render(resource, entity, asking.dialect, 'show', sightOf(asking, fieldsOf(query))),
        }
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
          return { [resource.singular]: render(resource, entity, work.dialect, 'create', sightOf(work)) }
        }
      },
    },
    update: {
      decodes: ({ params, body }: Call, request: Request) => {
        const changes = decodeUpdate(resource, body, request)
        const given = unwrap(resource, body)
        return async (work: Work) => {
          const entity = await doing.update(work, idOf(params), changes)
          const shown = render(resource, entity, work.dialect, 'update', sightOf(work))
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

/** Nothing, for whoever asks properly. */
function empty(resource: Resource) {
  return {
    reads: async ({ dialect }: Asking, { query }: Call) => {
      listingOf(resource, query, dialect)
      return { [resource.plural]: [] }
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
const routers = crud(Router, {
  create: createRouter,
  update: updateRouter,
  remove: deleteRouter,
  show: showRouter,
  list: listRouters,
})
const ports = reading(Port, { show: showPort, list: listPorts })
const auditEvents = reading(AuditEvent, {})
const connectionEvents = reading(ConnectionEvent, { list: listEvents })

/** The named keys only; none named: all. */
function narrowed(shown: object, fields: readonly string[]): object {
  if (fields.length === 0) return shown
  return Object.fromEntries(Object.entries(shown).filter(([key]) => fields.includes(key)))
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

  list_network_tags: objectTags.network.list,
  replace_network_tags: objectTags.network.replace,
  delete_network_tags: objectTags.network.clear,
  show_network_tag: objectTags.network.show,
  add_network_tag: objectTags.network.add,
  remove_network_tag: objectTags.network.remove,

  list_subnet_tags: objectTags.subnet.list,
  replace_subnet_tags: objectTags.subnet.replace,
  delete_subnet_tags: objectTags.subnet.clear,
  show_subnet_tag: objectTags.subnet.show,
  add_subnet_tag: objectTags.subnet.add,
  remove_subnet_tag: objectTags.subnet.remove,

  list_router_tags: objectTags.router.list,
  replace_router_tags: objectTags.router.replace,
  delete_router_tags: objectTags.router.clear,
  show_router_tag: objectTags.router.show,
  add_router_tag: objectTags.router.add,
  remove_router_tag: objectTags.router.remove,

  list_port_tags: objectTags.port.list,
  replace_port_tags: objectTags.port.replace,
  delete_port_tags: objectTags.port.clear,
  show_port_tag: objectTags.port.show,
  add_port_tag: objectTags.port.add,
  remove_port_tag: objectTags.port.remove,

  list_address_scope: empty(unofferedResources.address_scope),
  list_agent: empty(unofferedResources.agent),
  list_availability_zone: empty(unofferedResources.availability_zone),
  list_flavor: empty(unofferedResources.flavor),
  list_floatingip: empty(unofferedResources.floatingip),
  list_security_group: empty(unofferedResources.security_group),
  list_security_group_rule: empty(unofferedResources.security_group_rule),
  list_segment: empty(unofferedResources.segment),
  list_subnetpool: empty(unofferedResources.subnetpool),
  list_trunk: empty(unofferedResources.trunk),

  add_router_interface: {
    writes: (work, { params, body }) => addInterface(work, idOf(params), interfaceToAdd(body)),
  },
  list_quotas: quotas.list,
  show_quotas: quotas.show,
  show_default_quotas: quotas.showDefault,
  show_quota_usage: quotas.showUsage,
  show_quota_tenant: quotas.showTenant,
  show_quota_project: quotas.showProject,
  update_quotas: quotas.update,
  delete_quotas: quotas.delete,

  show_connection_diagnosis: {
    reads: async (asking, { params, query }) => {
      const diagnosis = await showDiagnosis(asking, idOf(params))
      return { diagnosis: narrowed(diagnosis, fieldsOf(query)) }
    },
  },
  show_connection_tunnel: {
    reads: async (asking, { params, query }) => {
      return { tunnel: narrowed(await showTunnel(asking, idOf(params)), fieldsOf(query)) }
    },
  },
  list_connection_events: connectionEvents.list,
  restart_connection: {
    writes: async (work, { params }) => {
      await restartConnection(work, idOf(params))
      return undefined
    },
  },
  show_connection_traffic: traffic.show,

  create_connection_tag: tags.create,
  change_connection_tags: tags.change,
  list_connection_tags: tags.list,
  delete_connection_tag: tags.delete,
  list_project_tags: tags.listOfProject,
  search_connections_by_tags: tags.search,

  remove_router_interface: {
    writes: (work, { params, body }) => removeInterface(work, idOf(params), interfaceToRemove(body)),
  },
}
