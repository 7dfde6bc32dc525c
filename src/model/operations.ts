import { AuditEvent } from './audit-event.ts'
import type { Described } from './described.ts'
import { diagnosisOperations } from './diagnosis-operations.ts'
import type { Feature } from './dialect.ts'
import { EndpointGroup } from './endpoint-group.ts'
import { IkePolicy } from './ike-policy.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import { IpsecPolicy } from './ipsec-policy.ts'
import { Network } from './network.ts'
import { objectTagOperations } from './object-tag-operations.ts'
import { Port } from './port.ts'
import { quotaOperations } from './quota-operations.ts'
import type { Resource } from './resource.ts'
import { bodiesOf, groupOf, type Verb, wordsOf } from './resource-operations.ts'
import { Router } from './router.ts'
import { AddedInterface, RemovedInterface, RouterInterface, routerInterfaceExample } from './router-interface.ts'
import { Subnet } from './subnet.ts'
import { tagOperations } from './tag-operations.ts'
import { trafficOperations } from './traffic-operations.ts'
import { unofferedOperations } from './unoffered.ts'
import { VpnService } from './vpn-service.ts'

/** One thing a client can ask for below `/v2.0`. The API's routes, its documents, tests and the command line read this. */
export interface Operation extends Described {
  readonly method: Exclude<Described['method'], 'PATCH'>
  readonly resource: Resource
  readonly does: 'create' | 'list' | 'show' | 'update' | 'delete' | 'act'
  /** Status of success; an answer of 204 has no body. */
  readonly answers: 200 | 201 | 204
  /** The least role that may: an administrator may everything (`semantics.md` §9). */
  readonly role: 'member' | 'admin'
  /** Served only by flavours that have this part; absent: by all. */
  readonly feature?: Feature
  /** Schemas of the query parameters of one that does not list or show its resource, by their names. */
  readonly query?: Readonly<Record<string, object>>
}

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
    ...wordsOf(resource, does),
    ...bodiesOf(resource, does),
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

function routerAction(path: string, told: Pick<Operation, 'summary' | 'command' | 'request'>): Operation {
  return {
    method: 'PUT',
    path: `${Router.path}/:id/${path}`,
    resource: Router,
    does: 'act',
    answers: 200,
    permission: path,
    role: 'member',
    group: groupOf(Router.words.many),
    answer: () => RouterInterface,
    example: () => routerInterfaceExample,
    ...told,
  }
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
  add_router_interface: routerAction('add_router_interface', {
    summary: 'Give a router an interface in a subnet.',
    command: 'router add subnet',
    request: () => AddedInterface,
  }),
  remove_router_interface: routerAction('remove_router_interface', {
    summary: 'Take a router’s interface out of a subnet.',
    command: 'router remove subnet',
    request: () => RemovedInterface,
  }),
  ...objectTagOperations('network', Network),
  ...objectTagOperations('subnet', Subnet),
  ...objectTagOperations('router', Router),
  ...objectTagOperations('port', Port),
  ...unofferedOperations,
  ...diagnosisOperations,
  ...trafficOperations,
  ...quotaOperations,
  ...tagOperations,
}

export type OperationName = keyof typeof operations
