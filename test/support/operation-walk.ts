import type { Profile } from '../../src/api/profile.ts'
import type { Described } from '../../src/model/described.ts'
import { exampleIds } from '../../src/model/example-ids.ts'
import { type OperationName, operations } from '../../src/model/operations.ts'
import { type OutlyingName, outlyingOperations } from '../../src/model/outlying-operations.ts'
import { type Answer, logIn, type TestCloud } from './cloud.ts'

/** How an operation is tried where its example alone does not do. */
export interface Step {
  /** What has to be done or found first. */
  readonly before?: (walk: Walk) => Promise<void>
  readonly headers?: (walk: Walk) => Promise<Record<string, string>>
  /** The variable parts of its path, in the ids of the examples; `id` is that of its resource's example. */
  readonly params?: Readonly<Record<string, string>>
  readonly after?: (walk: Walk, answer: Answer) => Promise<void>
}

const ofProject = { id: exampleIds.project }
const ofConnection = { project_id: exampleIds.project, resource_id: exampleIds.connection }

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
  create_subnet: {},
  list_subnet: {},
  show_subnet: {},
  update_subnet: {},
  create_router: {},
  list_router: {},
  show_router: {},
  update_router: {},
  add_router_interface: { after: async (walk, { body }) => walk.know(exampleIds.port, body.port_id) },
  list_port: {},
  show_port: {},

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
  update_ipsec_site_connection: {},
  show_connection_traffic: {},

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

/** A cloud in which the objects of the examples come to be, under ids of its own. */
export class Walk {
  readonly cloud: TestCloud
  readonly #profile: Profile
  readonly #ids = new Map<string, string>()

  constructor(cloud: TestCloud, profile: Profile) {
    this.cloud = cloud
    this.#profile = profile
  }

  /** Sends the operation's example, with our ids in place of the example's. */
  async send(name: OperationName | OutlyingName): Promise<Answer> {
    const { path, operation, resource } = this.#operation(name)
    const { before, headers, params, after } = steps[name]
    await before?.(this)
    const { request } = operation.example(this.#profile)
    const parts: Readonly<Record<string, unknown>> = { id: resource?.example.object.id, ...params }
    const url = this.fill(path.replace(/:(\w+)/g, (_, part: string) => String(parts[part])))
    const body = request === undefined ? undefined : JSON.parse(this.fill(JSON.stringify(request)))
    const answer = await this.cloud.request(operation.method, url, body, await headers?.(this))
    if (resource && operation.answers === 201 && answer.status === 201) {
      this.know(String(resource.example.object.id), answer.body[resource.singular].id)
    }
    await after?.(this, answer)
    return answer
  }

  know(exampleId: string, id: string): void {
    this.#ids.set(exampleId, id)
  }

  fill(text: string): string {
    return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b/g, (id) => this.#ids.get(id) ?? id)
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
    const operation = outlyingOperations[name as OutlyingName]
    const prefix = operation.below === 'flavour' ? this.#profile.prefix : ''
    return { operation: operation as Described, resource: undefined, path: prefix + operation.path }
  }
}

async function anotherToken({ cloud }: Walk): Promise<Record<string, string>> {
  return { 'x-subject-token': await logIn(cloud.server, 'admin', 'admin-password') }
}

async function findExternalNetwork(walk: Walk): Promise<void> {
  const [network] = (await walk.cloud.get(walk.path('/networks?router:external=true'))).body.networks
  walk.know(exampleIds.external_network, network.id)
  walk.know(exampleIds.external_subnet, network.subnets[0])
  // It is the administrator's, as everything here.
  walk.know(exampleIds.project, network.tenant_id)
}

async function makeLocalGroup(walk: Walk): Promise<void> {
  const group = { type: 'subnet', endpoints: [walk.fill(exampleIds.subnet)] }
  const made = await walk.cloud.make(walk.path('/vpn/endpoint-groups'), 'endpoint_group', group)
  walk.know(exampleIds.local_group, made.id)
}

async function removeLocalGroup(walk: Walk): Promise<void> {
  await walk.cloud.delete(walk.path(`/vpn/endpoint-groups/${walk.fill(exampleIds.local_group)}`))
}
