import { EndpointGroup } from './endpoint-group.ts'
import { IkePolicy } from './ike-policy.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import { IpsecPolicy } from './ipsec-policy.ts'
import { Network } from './network.ts'
import { Port } from './port.ts'
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
  /** Name of the rule that may forbid it, as the reference's policy names it. */
  readonly permission: string
}

type Verb = 'create' | 'list' | 'show' | 'update' | 'delete'
type CrudName<Singular extends string> = `${Verb}_${Singular}`

function crud<const Singular extends string>(
  singular: Singular,
  resource: Resource,
): { readonly [Name in CrudName<Singular>]: Operation } {
  const { path } = resource
  const one = `${path}/:id`
  const rows: Readonly<Record<Verb, Operation>> = {
    create: { method: 'POST', path, resource, does: 'create', permission: `create_${singular}` },
    list: { method: 'GET', path, resource, does: 'list', permission: `get_${singular}` },
    show: { method: 'GET', path: one, resource, does: 'show', permission: `get_${singular}` },
    update: { method: 'PUT', path: one, resource, does: 'update', permission: `update_${singular}` },
    delete: { method: 'DELETE', path: one, resource, does: 'delete', permission: `delete_${singular}` },
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
  return { method: 'PUT', path: `${Router.path}/:id/${path}`, resource: Router, does: 'act', permission: path }
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
  add_router_interface: routerAction('add_router_interface'),
  remove_router_interface: routerAction('remove_router_interface'),
}

export type OperationName = keyof typeof operations
