import { createHash } from 'node:crypto'
import type { Profile } from '../../src/api/profile.ts'
import { accessKeyExample } from '../../src/model/access-key-operations.ts'
import type { Described } from '../../src/model/described.ts'
import { exampleIds } from '../../src/model/example-ids.ts'
import { type OperationName, operations } from '../../src/model/operations.ts'
import { type HostOperation, type OutlyingName, outlyingOperations } from '../../src/model/outlying-operations.ts'
import { type Answer, logIn, type TestCloud } from './cloud.ts'

/** How an operation is tried where its example alone does not do. */
export interface Step {
  /** What has to be done or found first. */
  readonly before?: (walk: Walk) => Promise<void>
  readonly headers?: (walk: Walk) => Promise<Record<string, string>>
  /** The variable parts of its path, in the ids of the examples; `id` is that of its resource's example. */
  readonly params?: Readonly<Record<string, string>>
  readonly after?: (walk: Walk, answer: Answer) => Promise<void>
  /** What a member sends, who may not all that the example has. */
  readonly membersRequest?: unknown
}

const ofProject = { id: exampleIds.project }
/** By an id that follows from the access key. */
const ofCredential = { id: createHash('sha256').update(accessKeyExample.access).digest('hex') }
const exampleTag = { tag: 'berlin' }
const ofConnection = { project_id: exampleIds.project, resource_id: exampleIds.connection }

const ofUser = { user_id: exampleIds.user }
const inProject = { ...ofUser, project_id: exampleIds.own_project, role_id: exampleIds.role }
const onDomain = { ...ofUser, domain_id: exampleIds.domain, role_id: exampleIds.role }

/**
 * Every operation, in the order in which a project is set up and taken down again. An operation that is not here does not
 * compile.
 */
export const steps: { readonly [Name in OperationName | OutlyingName]: Step } = {
  show_health: {},
  show_readiness: {},
  list_identity_versions: {},
  show_identity_version: {},
  log_in: {},
  show_token: { headers: anotherToken },
  log_out: { headers: anotherToken },
  show_catalog: {},
  create_credential: { before: findUser },
  list_credentials: {},
  show_credential: { params: ofCredential },
  update_credential: { params: ofCredential },
  delete_credential: { params: ofCredential },
  create_access_key: { after: async (walk, { body }) => walk.know(accessKeyExample.access, body.credential.access) },
  list_access_keys: {},
  show_access_key: { params: accessKeyExample },
  update_access_key: { params: accessKeyExample },
  delete_access_key: { params: accessKeyExample },

  create_domain: {},
  list_domain: {},
  show_domain: {},
  create_project: {},
  list_project: {},
  show_project: {},
  update_project: {},
  create_user: {},
  list_user: {},
  show_user: {},
  update_user: {},
  create_role: {},
  list_role: {},
  show_role: {},
  update_role: {},
  add_project_role: { params: inProject },
  check_project_role: { params: inProject },
  list_project_role: { params: inProject },
  add_domain_role: { params: onDomain },
  check_domain_role: { params: onDomain },
  list_domain_role: { params: onDomain },
  list_role_assignment: {},
  list_own_projects: {},
  list_own_domains: {},
  list_user_projects: { params: { id: exampleIds.user } },
  list_user_groups: {},
  list_group: {},
  change_password: { headers: theUser },
  create_application_credential: { params: ofUser, headers: theUserAnew },
  list_application_credential: { params: ofUser },
  show_application_credential: { params: ofUser },
  delete_application_credential: { params: ofUser },
  remove_domain_role: { params: onDomain },
  remove_project_role: { params: inProject },
  delete_user: {},
  delete_project: {},
  delete_role: {},
  update_domain: {},
  delete_domain: {},
  create_region: {},
  list_region: {},
  show_region: {},
  update_region: {},
  create_service: {},
  list_service: {},
  show_service: {},
  update_service: {},
  create_endpoint: {},
  list_endpoint: {},
  show_endpoint: {},
  update_endpoint: {},
  delete_endpoint: {},
  delete_service: {},
  delete_region: {},

  list_versions: {},
  list_collections: {},
  list_extensions: {},
  show_extension: { params: { id: 'vpnaas' } },

  show_quotas: { before: findExternalNetwork, params: ofProject },
  show_default_quotas: { params: ofProject },
  show_quota_usage: { params: ofProject },
  show_quota_tenant: {},
  show_quota_project: {},
  update_quotas: { params: ofProject },
  list_quotas: {},
  delete_quotas: { params: ofProject },

  create_network: {},
  list_network: {},
  show_network: {},
  update_network: {},
  replace_network_tags: {},
  list_network_tags: {},
  show_network_tag: { params: exampleTag },
  remove_network_tag: { params: exampleTag },
  add_network_tag: { params: exampleTag },
  delete_network_tags: {},
  create_subnet: {},
  list_subnet: {},
  show_subnet: {},
  update_subnet: {},
  replace_subnet_tags: {},
  list_subnet_tags: {},
  show_subnet_tag: { params: exampleTag },
  remove_subnet_tag: { params: exampleTag },
  add_subnet_tag: { params: exampleTag },
  delete_subnet_tags: {},
  create_router: {},
  list_router: {},
  show_router: {},
  // Only administrators choose addresses in external networks.
  update_router: { membersRequest: { router: { external_gateway_info: { network_id: exampleIds.external_network } } } },
  replace_router_tags: {},
  list_router_tags: {},
  show_router_tag: { params: exampleTag },
  remove_router_tag: { params: exampleTag },
  add_router_tag: { params: exampleTag },
  delete_router_tags: {},
  add_router_interface: { after: async (walk, { body }) => walk.know(exampleIds.port, body.port_id) },
  list_port: {},
  show_port: {},
  replace_port_tags: {},
  list_port_tags: {},
  show_port_tag: { params: exampleTag },
  remove_port_tag: { params: exampleTag },
  add_port_tag: { params: exampleTag },
  delete_port_tags: {},

  list_address_scope: {},
  list_agent: {},
  list_availability_zone: {},
  list_flavor: {},
  list_floatingip: {},
  list_security_group: {},
  list_security_group_rule: {},
  list_segment: {},
  list_subnetpool: {},
  list_trunk: {},

  create_vpnservice: { after: (walk) => walk.settle() },
  list_vpnservice: {},
  show_vpnservice: {},
  update_vpnservice: {},
  create_ikepolicy: {},
  list_ikepolicy: {},
  show_ikepolicy: {},
  update_ikepolicy: {},
  create_ipsecpolicy: {},
  list_ipsecpolicy: {},
  show_ipsecpolicy: {},
  update_ipsecpolicy: {},
  create_endpoint_group: {},
  list_endpoint_group: {},
  show_endpoint_group: {},
  update_endpoint_group: {},
  create_ipsec_site_connection: { before: makeLocalGroup, after: (walk) => walk.settle() },
  create_connection_tag: { params: ofConnection },
  change_connection_tags: { params: ofConnection },
  list_connection_tags: { params: ofConnection },
  list_project_tags: { params: ofConnection },
  search_connections_by_tags: { params: ofConnection },
  delete_connection_tag: { params: { ...ofConnection, key: 'env' } },
  list_ipsec_site_connection: {},
  show_ipsec_site_connection: {},
  update_ipsec_site_connection: { after: (walk) => walk.settle() },
  show_connection_diagnosis: {},
  show_connection_tunnel: {},
  list_connection_events: { params: { id: exampleIds.connection } },
  show_connection_traffic: {},
  restart_connection: {},

  delete_ipsec_site_connection: { after: (walk) => walk.settle() },
  delete_endpoint_group: {},
  delete_ipsecpolicy: {},
  delete_ikepolicy: {},
  delete_vpnservice: {},
  remove_router_interface: { before: removeLocalGroup },
  delete_router: {},
  delete_subnet: {},
  delete_network: {},

  list_audit_event: { after: async (walk, { body }) => walk.know(exampleIds.audit_event, body.audit_events[0].id) },
  show_audit_event: {},
}

/** Who walks. */
export interface Walker {
  readonly project: string
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** An operation's example as it is sent, with our ids in place of the example's. */
export interface WalkedRequest {
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** A cloud in which the objects of the examples come to be, under ids of its own. */
export class Walk {
  readonly cloud: TestCloud
  readonly #profile: Profile
  readonly #walker: Walker | undefined
  readonly #ids = new Map<string, string>()

  /** @param walker the administrator, unless told */
  constructor(cloud: TestCloud, profile: Profile, walker?: Walker) {
    this.cloud = cloud
    this.#profile = profile
    this.#walker = walker
  }

  /** Sends the operation's example. */
  async send(name: OperationName | OutlyingName): Promise<Answer> {
    return this.carryOut(name, await this.prepare(name))
  }

  /** What `send` sends; what has to be done before it is done. */
  async prepare(name: OperationName | OutlyingName): Promise<WalkedRequest> {
    const { path, operation, resource } = this.#operation(name)
    const { before, headers, params, membersRequest } = steps[name]
    await before?.(this)
    const example = operation.example(this.#profile).request
    const request = this.#walker ? (membersRequest ?? example) : example
    const parts: Readonly<Record<string, unknown>> = { id: resource?.example.object.id, ...params }
    const url = this.fill(path.replace(/:(\w+)/g, (_, part: string) => String(parts[part])))
    const body = request === undefined ? undefined : JSON.parse(this.fill(JSON.stringify(request)))
    return { method: operation.method, url, body, headers: (await headers?.(this)) ?? {} }
  }

  async carryOut(name: OperationName | OutlyingName, { method, url, body, headers }: WalkedRequest): Promise<Answer> {
    const { resource } = this.#operation(name)
    const answer = await this.request(method, url, body, { ...headers })
    const made = answer.status === 201 ? answer.body?.[resource?.singular ?? ''] : undefined
    if (made) {
      this.know(String(resource?.example.object.id), made.id)
    }
    await steps[name].after?.(this, answer)
    return answer
  }

  /** As the one who walks. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return (this.#walker ?? this.cloud).request(method, path, body, headers)
  }

  /** The project of the one who walks; that of the first administrator if nobody was told. */
  get project(): string | undefined {
    return this.#walker?.project
  }

  /** Ids that came to be, or were found. */
  get ids(): readonly string[] {
    return [...this.#ids.values()]
  }

  know(exampleId: string, id: string): void {
    this.#ids.set(exampleId, id)
  }

  fill(text: string): string {
    return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b|\b[A-Z2-7]{20}\b/g, (id) => this.#ids.get(id) ?? id)
  }

  path(below: string): string {
    return `${this.#profile.prefix}/v2.0${below}`
  }

  /** The gateway has carried out what was asked. */
  async settle(): Promise<void> {
    const gateway = this.fill(exampleIds.router) as never
    const { revision, connections } = await this.cloud.server.controlPlane.desired(gateway)
    const reports = connections.map(({ id }) => ({ connection: id, state: 'up' as const }))
    await this.cloud.server.controlPlane.report({ gateway, revision, connections: reports })
  }

  #operation(name: OperationName | OutlyingName) {
    if (name in operations) {
      const operation = operations[name as OperationName]
      return { operation: operation as Described, resource: operation.resource, path: this.path(operation.path) }
    }
    const operation: HostOperation = outlyingOperations[name as OutlyingName]
    const prefix = operation.below === 'flavour' ? this.#profile.prefix : ''
    const resource = 'who' in operation ? operation.resource : undefined
    return { operation: operation as Described, resource, path: prefix + operation.path }
  }
}

async function anotherToken({ cloud }: Walk): Promise<Record<string, string>> {
  return { 'x-subject-token': await logIn(cloud.server, 'admin', 'admin-password') }
}

async function findUser(walk: Walk): Promise<void> {
  const { body } = await walk.send('log_in')
  walk.know(accessKeyExample.user_id, body.token.user.id)
}

/** The user of the examples, with the password of the examples. */
async function theUser(walk: Walk): Promise<Record<string, string>> {
  const path = walk.fill(`/identity/v3/users/${exampleIds.user}`)
  await walk.cloud.request('PATCH', path, { user: { password: 'until-now' } })
  return tokenOfUser(walk, 'until-now')
}

async function theUserAnew(walk: Walk): Promise<Record<string, string>> {
  return tokenOfUser(walk, 'from-now-on')
}

async function tokenOfUser(walk: Walk, password: string): Promise<Record<string, string>> {
  return { 'x-auth-token': await logIn(walk.cloud.server, 'maria', password, 'hamburg') }
}

async function findExternalNetwork(walk: Walk): Promise<void> {
  const [network] = (await walk.cloud.get(walk.path('/networks?router:external=true'))).body.networks
  walk.know(exampleIds.external_network, network.id)
  walk.know(exampleIds.external_subnet, network.subnets[0])
  // The external network is the administrator's; so is everything else where the administrator walks.
  walk.know(exampleIds.project, walk.project ?? network.tenant_id)
}

async function makeLocalGroup(walk: Walk): Promise<void> {
  const group = { type: 'subnet', endpoints: [walk.fill(exampleIds.subnet)] }
  const made = await walk.request('POST', walk.path('/vpn/endpoint-groups'), { endpoint_group: group })
  walk.know(exampleIds.local_group, made.body.endpoint_group.id)
}

async function removeLocalGroup(walk: Walk): Promise<void> {
  await walk.request('DELETE', walk.path(`/vpn/endpoint-groups/${walk.fill(exampleIds.local_group)}`))
}
