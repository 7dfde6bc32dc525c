import { AuditEvent } from './audit-event.ts'
import type { Feature } from './dialect.ts'
import { EndpointGroup } from './endpoint-group.ts'
import { IkePolicy } from './ike-policy.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import { IpsecPolicy } from './ipsec-policy.ts'
import { Network } from './network.ts'
import { Port } from './port.ts'
import { Quota } from './quota.ts'
import type { Resource } from './resource.ts'
import { Router } from './router.ts'
import { Subnet } from './subnet.ts'
import { VpnService } from './vpn-service.ts'

/** One thing a client can ask for below `/v2.0`. The API's routes, and later the documents and the CLI, read this. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** After `/v2.0`; `:id` is the object's id. */
  readonly path: string
  readonly resource: Resource
  readonly does: 'create' | 'list' | 'show' | 'update' | 'delete' | 'act'
  /** Status of success; an answer of 204 has no body. */
  readonly answers: 200 | 201 | 204
  /** Name of the rule that may forbid it, as the reference's policy names it. */
  readonly permission: string
  /** The least role that may: an administrator may everything (`semantics.md` §9). */
  readonly role: 'member' | 'admin'
  /** Served only by flavours that have this part; absent: by all. */
  readonly feature?: Feature
}

type Verb = 'create' | 'list' | 'show' | 'update' | 'delete'
type CrudName<Singular extends string> = `${Verb}_${Singular}`

function crud<const Singular extends string>(
  singular: Singular,
  resource: Resource,
): { readonly [Name in CrudName<Singular>]: Operation } {
  const { path } = resource
  const one = `${path}/:id`
  const row = (does: Verb, method: Operation['method'], where: string, answers: Operation['answers']): Operation => ({
    method,
    path: where,
    resource,
    does,
    answers,
    permission: `${does === 'list' || does === 'show' ? 'get' : does}_${singular}`,
    role: 'member',
  })
  const rows: Readonly<Record<Verb, Operation>> = {
    create: row('create', 'POST', path, 201),
    list: row('list', 'GET', path, 200),
    show: row('show', 'GET', one, 200),
    update: row('update', 'PUT', one, 200),
    delete: row('delete', 'DELETE', one, 204),
  }
  return Object.fromEntries(Object.entries(rows).map(([verb, row]) => [`${verb}_${singular}`, row])) as {
    readonly [Name in CrudName<Singular>]: Operation
  }
}

function readOnly<const Singular extends string>(
  singular: Singular,
  resource: Resource,
): { readonly [Name in `${'list' | 'show'}_${Singular}`]: Operation } {
  const { [`list_${singular}` as const]: list, [`show_${singular}` as const]: show } = crud(singular, resource)
  return { [`list_${singular}`]: list, [`show_${singular}`]: show } as {
    readonly [Name in `${'list' | 'show'}_${Singular}`]: Operation
  }
}

function routerAction(path: string): Operation {
  return {
    method: 'PUT',
    path: `${Router.path}/:id/${path}`,
    resource: Router,
    does: 'act',
    answers: 200,
    permission: path,
    role: 'member',
  }
}

/** One of the tag API: its resource is the connection, its paths have the project instead of `/vpn`. */
function ofTags(
  method: Operation['method'],
  path: string,
  answers: Operation['answers'],
  permission: string,
): Operation {
  return {
    method,
    path: `/:project_id/ipsec-site-connections${path}`,
    resource: IpsecConnection,
    does: 'act',
    answers,
    permission,
    role: 'member',
    feature: 'tags',
  }
}

/** One about quotas: its object is a project, which is seen or not without regard to its quotas, so nothing is hidden. */
function ofQuotas(
  method: Operation['method'],
  path: string,
  { answers = 200, role = 'member' }: Partial<Pick<Operation, 'answers' | 'role'>> = {},
): Operation {
  const permission = { GET: 'get_quota', PUT: 'update_quota', POST: 'create_quota', DELETE: 'delete_quota' }[method]
  return { method, path: `${Quota.path}${path}`, resource: Quota, does: 'act', answers, permission, role }
}

export const operations = {
  ...crud('vpnservice', VpnService),
  ...crud('ikepolicy', IkePolicy),
  ...crud('ipsecpolicy', IpsecPolicy),
  ...crud('endpoint_group', EndpointGroup),
  ...crud('ipsec_site_connection', IpsecConnection),
  ...crud('network', Network),
  ...crud('subnet', Subnet),
  ...crud('router', Router),
  ...readOnly('port', Port),
  ...readOnly('audit_event', AuditEvent),
  add_router_interface: routerAction('add_router_interface'),
  remove_router_interface: routerAction('remove_router_interface'),
  list_quotas: ofQuotas('GET', '', { role: 'admin' }),
  show_quotas: ofQuotas('GET', '/:id'),
  show_default_quotas: ofQuotas('GET', '/:id/default'),
  show_quota_usage: ofQuotas('GET', '/:id/details'),
  show_quota_tenant: ofQuotas('GET', '/tenant'),
  show_quota_project: ofQuotas('GET', '/project'),
  update_quotas: ofQuotas('PUT', '/:id', { role: 'admin' }),
  delete_quotas: ofQuotas('DELETE', '/:id', { answers: 204, role: 'admin' }),
  create_connection_tag: ofTags('POST', '/:resource_id/tags', 204, 'update_ipsec_site_connection'),
  change_connection_tags: ofTags('POST', '/:resource_id/tags/action', 204, 'update_ipsec_site_connection'),
  list_connection_tags: ofTags('GET', '/:resource_id/tags', 200, 'get_ipsec_site_connection'),
  delete_connection_tag: ofTags('DELETE', '/:resource_id/tags/:key', 204, 'update_ipsec_site_connection'),
  list_project_tags: ofTags('GET', '/tags', 200, 'get_ipsec_site_connection'),
  search_connections_by_tags: ofTags('POST', '/resource_instances/action', 200, 'get_ipsec_site_connection'),
}

export type OperationName = keyof typeof operations
