import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { AgentState } from '../../src/agent/agent-state.ts'
import type { Patience } from '../../src/api/app.ts'
import type { Profile } from '../../src/api/profile.ts'
import type { FlavourSwitches } from '../../src/api/profiles/all.ts'
import type { IsTrustedProxy } from '../../src/api/proxies.ts'
import { firstStart, firstStartWithKeystone } from '../../src/domain/first-start.ts'
import type { Passwords, Resolver } from '../../src/domain/ports.ts'
import type { RateLimit } from '../../src/domain/rate-limit.ts'
import { createServer, type Server, type ServerParts } from '../../src/main/server.ts'
import { randomIds, systemClock } from '../../src/main/world.ts'
import type { Capabilities } from '../../src/model/capabilities.ts'
import type { Clock } from '../../src/model/clock.ts'
import type { Ids } from '../../src/model/ids.ts'
import { Secret } from '../../src/model/secret.ts'
import type { DatabaseOptions } from '../../src/store/engine.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { createSealer } from '../../src/store/seal.ts'
import { aDatabase, type TestDatabase } from './databases.ts'
import { openedFor } from './opened-for.ts'

/** What an answer is for a test: status, decoded body, headers. */
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are what a client sees, untyped JSON
  readonly body: any
  readonly headers: Readonly<Record<string, unknown>>
}

export interface CloudOptions {
  readonly flavour?: Profile['name']
  readonly switches?: FlavourSwitches
  readonly capabilities?: Partial<Capabilities>
  readonly resolver?: Resolver
  /** One of the kind that this run of the suite is about, if none is given. */
  readonly database?: DatabaseOptions
  /** Where new ids come from; random otherwise. */
  readonly ids?: Ids
  readonly patience?: Patience
  /** The real time otherwise. */
  readonly clock?: Clock
  /** None otherwise. */
  readonly rateLimit?: RateLimit
  readonly isTrustedProxy?: IsTrustedProxy
  /** Quick ones otherwise. */
  readonly passwords?: Passwords
  /** Has the users; `token` is shown with requests that say nothing else. */
  readonly keystone?: NonNullable<ServerParts['keystone']> & { readonly token: string }
  readonly metricsToken?: Secret
  readonly agentState?: () => AgentState | undefined
}

/** Hashing that costs nothing: what it does is not what these tests are about. */
export const quickPasswords: Passwords = {
  hash: async (password) => `plain:${password.reveal()}`,
  verify: async (hash, password) => hash === `plain:${password.reveal()}`,
}

interface Opened {
  readonly database: TestDatabase | undefined
  readonly token: string
  readonly parts: ServerParts
}

/** A whole server in memory, driven without a socket. */
export class TestCloud {
  readonly server: Server
  readonly store: Store
  /** What it logged about requests that failed: nothing, if all is well. */
  readonly failures: readonly string[]
  readonly #database: TestDatabase | undefined
  readonly #token: string
  readonly #parts: ServerParts

  private constructor(
    server: Server,
    store: Store,
    { database, token, parts, failures }: Pick<TestCloud, 'failures'> & Opened,
  ) {
    this.failures = failures
    this.#parts = parts
    this.server = server
    this.store = store
    this.#database = database
    this.#token = token
  }

  static async open(options: CloudOptions = {}): Promise<TestCloud> {
    const failures: string[] = []
    const database = options.database ? undefined : await aDatabase()
    const store = await openStore(options.database ?? openedFor(database?.url ?? ''), createSealer(randomBytes(32)))
    const capabilities: Capabilities = {
      backend: 'kernel',
      protocols: ['esp', 'ah'],
      modes: ['tunnel', 'transport'],
      networkTypes: ['local', 'flat', 'vlan'],
      physicalNetworks: [],
      daemon: 'none',
      ...options.capabilities,
    }
    const parts: ServerParts = {
      store,
      world: {
        clock: options.clock ?? systemClock,
        ids: options.ids ?? randomIds,
        resolver: options.resolver ?? { resolve: async () => undefined },
        capabilities: () => capabilities,
      },
      passwords: options.passwords ?? quickPasswords,
      ...(options.keystone && { keystone: options.keystone }),
      ...(options.isTrustedProxy && { isTrustedProxy: options.isTrustedProxy }),
      rateLimit: options.rateLimit,
      ...(options.patience && { patience: options.patience }),
      flavour: options.flavour ?? 'otc',
      switches: options.switches ?? {},
      publicUrl: undefined,
      process: () => ({
        cpuSeconds: 1,
        memoryBytes: 1,
        heapBytes: 1,
        startedAtSeconds: 1,
        eventLoopDelaySeconds: 0,
      }),
      metricsToken: options.metricsToken,
      agentState: options.agentState ?? (() => undefined),
      health: () => ({
        version: 'test',
        driver: 'simulated',
        backend: 'none',
        daemon: 'none',
        database: store.engine.name,
        identity: options.keystone ? 'keystone' : 'builtin',
        ready: true,
      }),
      log: pino({ level: 'error' }, { write: (line) => failures.push(line) }),
    }
    const server = createServer(parts)
    const token = await firstToken(server, store, options)
    return new TestCloud(server, store, { database, token, parts, failures })
  }

  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.server.api.inject({
      method: method as 'GET',
      url: path,
      headers: {
        'x-auth-token': this.#token,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    })
    const text = answer.payload
    return { status: answer.statusCode, body: text ? JSON.parse(text) : undefined, headers: answer.headers }
  }

  get = (path: string) => this.request('GET', path)
  post = (path: string, body: unknown) => this.request('POST', path, body)
  put = (path: string, body: unknown) => this.request('PUT', path, body)
  delete = (path: string) => this.request('DELETE', path)

  /** Makes an object and returns it. @throws Error when the answer is not 201. */
  async make(path: string, singular: string, attributes: object): Promise<Answer['body']> {
    const { status, body } = await this.post(path, { [singular]: attributes })
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(body)}`)
    return body[singular]
  }

  /** A second server on the same database, which the first knows nothing of. Its owner closes it. */
  another(): Server {
    return createServer(this.#parts)
  }

  async close(): Promise<void> {
    await this.server.api.close()
    await this.store.close()
    await this.#database?.remove()
  }
}

/** Makes what a first start makes. @returns the administrator's token */
async function firstToken(
  server: Server,
  store: Store,
  { keystone, passwords = quickPasswords }: CloudOptions,
): Promise<string> {
  const origin = { ids: randomIds, clock: systemClock }
  if (keystone) {
    await firstStartWithKeystone(store, origin)
    return keystone.token
  }
  await firstStart(store, origin, passwords, new Secret('admin-password'))
  return logIn(server, 'admin', 'admin-password')
}

/** @param project name of the project that the token is for. */
export async function logIn(server: Server, name: string, password: string, project = 'admin'): Promise<string> {
  const domain = { name: 'Default' }
  const answer = await server.api.inject({
    method: 'POST',
    url: '/identity/v3/auth/tokens',
    payload: {
      auth: {
        identity: { methods: ['password'], password: { user: { name, password, domain } } },
        scope: { project: { name: project, domain } },
      },
    },
  })
  const token = answer.headers['x-subject-token']
  if (typeof token !== 'string') throw new Error(`log-in answered ${answer.statusCode}: ${answer.payload}`)
  return token
}

/** What a connection needs before it can be made, by their ids. */
export interface Ground {
  readonly network: string
  readonly subnet: string
  readonly router: string
  readonly vpnservice_id: string
  readonly ikepolicy_id: string
  readonly ipsecpolicy_id: string
  readonly local_ep_group_id: string
  readonly peer_ep_group_id: string
}

/** A network, a router with a gateway and an interface, a service, both policies and both groups. */
export async function aGround(
  cloud: Pick<TestCloud, 'get' | 'put' | 'make'>,
  { v2 = '/v2.0', cidr = '10.1.0.0/24' }: { v2?: string; cidr?: string } = {},
): Promise<Ground> {
  const external = await cloud.get(`${v2}/networks?router:external=true`)
  const network = await cloud.make(`${v2}/networks`, 'network', { name: 'site' })
  const subnet = await cloud.make(`${v2}/subnets`, 'subnet', {
    network_id: network.id,
    ip_version: 4,
    cidr,
  })
  const router = await cloud.make(`${v2}/routers`, 'router', {
    name: 'edge',
    external_gateway_info: { network_id: external.body.networks[0].id },
  })
  await cloud.put(`${v2}/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id })
  const service = await cloud.make(`${v2}/vpn/vpnservices`, 'vpnservice', { router_id: router.id })
  const ike = await cloud.make(`${v2}/vpn/ikepolicies`, 'ikepolicy', { ike_version: 'v2', pfs: 'group14' })
  const ipsec = await cloud.make(`${v2}/vpn/ipsecpolicies`, 'ipsecpolicy', { pfs: 'group14' })
  const local = await cloud.make(`${v2}/vpn/endpoint-groups`, 'endpoint_group', {
    type: 'subnet',
    endpoints: [subnet.id],
  })
  const peer = await cloud.make(`${v2}/vpn/endpoint-groups`, 'endpoint_group', {
    type: 'cidr',
    endpoints: ['10.2.0.0/24'],
  })
  return {
    network: network.id,
    subnet: subnet.id,
    router: router.id,
    vpnservice_id: service.id,
    ikepolicy_id: ike.id,
    ipsecpolicy_id: ipsec.id,
    local_ep_group_id: local.id,
    peer_ep_group_id: peer.id,
  }
}

/** The seed's example request, on this ground. */
export function seedRequest(ground: Ground) {
  return {
    psk: 'secret',
    initiator: 'bi-directional',
    ipsecpolicy_id: ground.ipsecpolicy_id,
    admin_state_up: true,
    mtu: 1500,
    peer_ep_group_id: ground.peer_ep_group_id,
    ikepolicy_id: ground.ikepolicy_id,
    vpnservice_id: ground.vpnservice_id,
    local_ep_group_id: ground.local_ep_group_id,
    peer_address: '172.24.4.233',
    peer_id: '172.24.4.233',
    name: 'vpnconnection1',
  }
}
