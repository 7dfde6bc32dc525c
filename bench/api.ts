import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ApiClient } from '../test/support/client.ts'
import { PostgresServer } from '../test/support/postgres-server.ts'
import { Service } from '../test/support/service.ts'
import { until } from '../test/support/until.ts'
import { type Cost, cpuOf, measure } from './load.ts'

/**
 * What requests cost the server and its database, beside a bare `node:http` server in the same run. Like Neutron's, the
 * figures to compare are without an agent; what writes cost with the agent of an all-in-one server behind them, reading
 * what should be, comparing and reporting, is given apart.
 */

/** CPU of a request to OpenStack's Neutron with its VPN plugin, server and database, in milliseconds, and our share. */
export const neutron = {
  get_one: { cpu_ms: 2.8, part: 20 },
  list_of_100: { cpu_ms: 24.6, part: 20 },
  post: { cpu_ms: 110, part: 50 },
  put: { cpu_ms: 51, part: 20 },
  delete: { cpu_ms: 12.7, part: 20 },
} as const

export type Kind = keyof typeof neutron

export interface RequestFigure extends Cost {
  readonly bare: Cost
  /** CPU as a multiple of the bare server's. */
  readonly times_bare: number
  /** Neutron's CPU as a multiple of ours; absent for what was not measured there. */
  readonly times_cheaper_than_neutron?: number
  readonly wanted_times_cheaper?: number
}

export interface ApiFigures {
  readonly database: string
  /** Among a hundred connections. */
  readonly requests: Readonly<Record<Kind, RequestFigure>>
  /** Among ten thousand connections, a thousand on each gateway. */
  readonly crowded: Readonly<Record<'page_of_100' | 'get_one' | 'post' | 'delete', RequestFigure>>
  /** The compiled program as users have it, with the simulated driver and its agent; 100 to 500 connections on the gateway. */
  readonly with_agent: Readonly<Record<'post' | 'put' | 'delete', RequestFigure>>
}

const v2 = '/openstack/v2.0'
const connections = '/vpn/ipsec-site-connections'
const rounds = 3

/** @param database a URL, `postgres` for a PostgreSQL server of our own, or absent for a SQLite file */
export async function benchApi(database?: string, manyConnections = 10_000): Promise<ApiFigures> {
  const closers: (() => Promise<void> | void)[] = []
  try {
    const bare = await BareServer.start()
    closers.push(() => bare.close())
    const kept = await keptIn(database)
    closers.push(kept.close)

    const alone = await ServerAlone.start(await kept.url())
    closers.push(() => alone.close())
    const client = await ApiClient.logIn(alone.url, alone.password, v2)
    const cpu = async () => (await cpuOf(alone.pid)) + (await kept.cpu())
    const load = new Load({ url: alone.url, cpu }, client, bare)
    const first = await Gateway.make(client, 1)
    const some = await load.fill(first, 100)
    await alone.settle(client)
    const requests = {
      get_one: await load.getOne(some),
      list_of_100: await load.list(`${connections}?limit=100`),
      post: await load.post(first),
      put: await load.put(some),
      delete: await load.delete(first),
    }
    const gateways: Gateway[] = []
    const all: string[] = []
    for (let number = 2; number < 12; number += 1) {
      const gateway = await Gateway.make(client, number)
      gateways.push(gateway)
      all.push(...(await load.fill(gateway, manyConnections / 10)))
    }
    const [busy = first] = gateways
    const crowded = {
      page_of_100: await load.pages(all),
      get_one: await load.getOne(all),
      post: await load.post(busy),
      delete: await load.delete(busy),
    }
    return { database: kept.name, requests, crowded, with_agent: await withAgent(await kept.url(), kept.cpu, bare) }
  } finally {
    for (const close of closers.reverse()) await close()
  }
}

async function withAgent(
  url: string,
  database: () => Promise<number>,
  bare: BareServer,
): Promise<ApiFigures['with_agent']> {
  const env = { SALLYPORT_DRIVER: 'simulated', SALLYPORT_LOG_LEVEL: 'error', SALLYPORT_DATABASE_URL: url }
  const service = await Service.open({ env })
  try {
    const client = await service.client(v2)
    const cpu = async () => (await cpuOf(service.pid)) + (await database())
    // Few, because each makes the gateway larger, and the agent looks at all of it.
    const load = new Load({ url: service.url, cpu, writes: 100 }, client, bare)
    const gateway = await Gateway.make(client, 1)
    const some = await load.fill(gateway, 100)
    await client.untilStatus(some.at(-1) ?? '', 'ACTIVE')
    return { post: await load.post(gateway), put: await load.put(some), delete: await load.delete(gateway) }
  } finally {
    await service.close()
  }
}

/** Where a run keeps its objects, and what that costs beside the server's own process. */
interface Kept {
  readonly name: string
  /** Of a database with nothing in it. */
  url(): Promise<string>
  cpu(): Promise<number>
  close(): Promise<void>
}

async function keptIn(database: string | undefined): Promise<Kept> {
  if (database === 'postgres') {
    const server = await PostgresServer.open()
    return {
      name: 'a PostgreSQL server on the same machine, its processes included',
      url: () => server.database(),
      cpu: () => cpuOf(server.pid, true),
      close: () => server.close(),
    }
  }
  const none = async () => 0
  if (database !== undefined) {
    const name = `${database.replace(/:.*/, '')} elsewhere, its processes not included`
    return { name, url: async () => database, cpu: none, close: async () => undefined }
  }
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  let files = 0
  return {
    name: 'SQLite',
    url: async () => {
      files += 1
      return `sqlite://${join(folder, `${files}.db`)}`
    },
    cpu: none,
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** `server-alone.ts` in a process of its own. */
class ServerAlone {
  readonly password = 'of-the-benchmark'
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  static async start(database: string): Promise<ServerAlone> {
    const program = fileURLToPath(new URL('server-alone.ts', import.meta.url))
    const args = ['--import', 'tsx', program, database, 'of-the-benchmark']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [port] = await once(child.stdout, 'data')
    return new ServerAlone(child, `http://127.0.0.1:${String(port).trim()}`)
  }

  get pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error('the server does not run')
    return pid
  }

  /** Lets every gateway report once. Resolves when nothing is pending any more. */
  async settle(client: ApiClient): Promise<void> {
    this.#child.kill('SIGUSR1')
    const pending = async () =>
      (await client.get(`${connections}?status=PENDING_CREATE&fields=id`)).ipsec_site_connections
    await until(async () => (await pending()).length === 0, { what: 'nothing pending' })
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}

/** The series, each against the service and the bare server. */
class Load {
  readonly #server: { readonly url: string; readonly cpu: () => Promise<number> }
  readonly #client: ApiClient
  readonly #bare: BareServer
  readonly #headers: Readonly<Record<string, string>>
  /** Writes of one round. */
  readonly #amount: number
  /** Made by `post`, for `delete`. */
  #made: string[] = []

  constructor(
    {
      writes = 500,
      ...server
    }: { readonly url: string; readonly cpu: () => Promise<number>; readonly writes?: number },
    client: ApiClient,
    bare: BareServer,
  ) {
    this.#server = server
    this.#amount = writes
    this.#client = client
    this.#bare = bare
    this.#headers = { 'x-auth-token': client.token }
  }

  /** Makes so many connections of a gateway. @returns their ids */
  async fill(gateway: Gateway, count: number): Promise<string[]> {
    const made: string[] = []
    await measure({
      ...this.#series('POST', connections, count, 1),
      each: (index) => ({ body: gateway.bodyOfConnection(index) }),
      answered: (body) => made.push(idIn(body)),
    })
    return made
  }

  async getOne(ids: readonly string[]): Promise<RequestFigure> {
    const cost = await measure({
      ...this.#series('GET', connections, 4_000, rounds),
      each: (index) => ({ path: `${v2}${connections}/${ids[(index * 7919) % ids.length]}` }),
    })
    const size = await this.#sizeOf(`${connections}/${ids[0]}`)
    return figure('get_one', cost, await this.#bare.measure('GET', `/${size}`, 1_000))
  }

  async list(path: string): Promise<RequestFigure> {
    const cost = await measure(this.#series('GET', path, 500, rounds))
    const size = Math.round((await this.#sizeOf(path)) / 100)
    return figure('list_of_100', cost, await this.#bare.measure('GET', `/${size}/100`, 300))
  }

  /** Pages from everywhere in the list, one client after the other: what one of them waits for. */
  async pages(ids: readonly string[]): Promise<RequestFigure> {
    const cost = await measure({
      ...this.#series('GET', connections, 300, rounds),
      connections: 1,
      each: (index) => ({ path: `${v2}${connections}?limit=100&marker=${ids[(index * 7919) % ids.length]}` }),
    })
    const size = Math.round((await this.#sizeOf(`${connections}?limit=100`)) / 100)
    return figure(undefined, cost, await this.#bare.measure('GET', `/${size}/100`, 300))
  }

  async post(gateway: Gateway): Promise<RequestFigure> {
    this.#made = []
    let number = 5_000
    const cost = await measure({
      ...this.#series('POST', connections, this.#amount, rounds),
      each: () => {
        number += 1
        return { body: gateway.bodyOfConnection(number) }
      },
      answered: (body) => this.#made.push(idIn(body)),
    })
    return figure('post', cost, await this.#bare.measure('POST', '/', 200, gateway.bodyOfConnection(1)))
  }

  async put(ids: readonly string[]): Promise<RequestFigure> {
    let number = 0
    const body = () => {
      number += 1
      return JSON.stringify({ ipsec_site_connection: { name: `renamed-${number}`, mtu: 1400 + (number % 100) } })
    }
    const cost = await measure({
      ...this.#series('PUT', connections, this.#amount, rounds),
      each: (index) => ({ path: `${v2}${connections}/${ids[index % ids.length]}`, body: body() }),
    })
    return figure('put', cost, await this.#bare.measure('PUT', '/', 200, body()))
  }

  /** Deletes what `post` made. */
  async delete(gateway: Gateway): Promise<RequestFigure> {
    if (this.#made.length === 0) await this.post(gateway)
    const amount = Math.floor(this.#made.length / (rounds + 1))
    const cost = await measure({
      ...this.#series('DELETE', connections, amount, rounds),
      each: () => ({ path: `${v2}${connections}/${this.#made.pop()}` }),
    })
    return figure('delete', cost, await this.#bare.measure('DELETE', '/', amount))
  }

  #series(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, amount: number, times: number) {
    const { url, cpu } = this.#server
    return { url: url + v2 + path, method, headers: this.#headers, cpu, amount, rounds: times }
  }

  async #sizeOf(path: string): Promise<number> {
    return JSON.stringify(await this.#client.get(path)).length
  }
}

function idIn(body: string): string {
  const id: unknown = JSON.parse(body).ipsec_site_connection?.id
  if (typeof id !== 'string') throw new Error(`no connection was made: ${body}`)
  return id
}

function figure(kind: Kind | undefined, cost: Cost, bare: Cost): RequestFigure {
  const peer = kind && neutron[kind]
  return {
    ...cost,
    bare,
    times_bare: cost.cpu_ms / bare.cpu_ms,
    ...(peer && { times_cheaper_than_neutron: peer.cpu_ms / cost.cpu_ms, wanted_times_cheaper: peer.part }),
  }
}

/** A router with a VPN service, and what its connections need. */
class Gateway {
  readonly #number: number
  readonly #shared: Readonly<Record<string, string>>

  private constructor(number: number, shared: Readonly<Record<string, string>>) {
    this.#number = number
    this.#shared = shared
  }

  static async make(client: ApiClient, number: number): Promise<Gateway> {
    const external = (await client.get('/networks?router:external=true')).networks[0]
    const network = await client.make('/networks', 'network', { name: `site-${number}` })
    const cidr = `10.${number}.0.0/24`
    const subnet = await client.make('/subnets', 'subnet', { network_id: network.id, ip_version: 4, cidr })
    const router = await client.make('/routers', 'router', { external_gateway_info: { network_id: external.id } })
    await client.put(`/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id })
    const group = (type: string, endpoints: string[]) =>
      client.make('/vpn/endpoint-groups', 'endpoint_group', { type, endpoints })
    const service = await client.make('/vpn/vpnservices', 'vpnservice', { router_id: router.id })
    const ike = await client.make('/vpn/ikepolicies', 'ikepolicy', { ike_version: 'v2', pfs: 'group14' })
    const ipsec = await client.make('/vpn/ipsecpolicies', 'ipsecpolicy', { pfs: 'group14' })
    const local = await group('subnet', [subnet.id])
    const peer = await group('cidr', [`10.${100 + number}.0.0/24`])
    return new Gateway(number, {
      vpnservice_id: service.id,
      ikepolicy_id: ike.id,
      ipsecpolicy_id: ipsec.id,
      local_ep_group_id: local.id,
      peer_ep_group_id: peer.id,
    })
  }

  bodyOfConnection(index: number): string {
    const address = `172.${16 + this.#number}.${(index >> 8) & 255}.${index & 255}`
    return JSON.stringify({
      ipsec_site_connection: {
        ...this.#shared,
        name: `site-${this.#number}-${index}`,
        psk: `the-secret-of-connection-${index}`,
        peer_address: address,
        peer_id: address,
      },
    })
  }
}

/** `bare-http.ts` in a process of its own. */
class BareServer {
  readonly #child: ChildProcess
  readonly #url: string

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.#url = url
  }

  static async start(): Promise<BareServer> {
    const program = fileURLToPath(new URL('bare-http.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [port] = await once(child.stdout, 'data')
    return new BareServer(child, `http://127.0.0.1:${String(port).trim()}`)
  }

  measure(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, amount: number, body?: string): Promise<Cost> {
    const { pid } = this.#child
    if (pid === undefined) throw new Error('the bare server does not run')
    // It is so much cheaper that a tick of the clock would be all there is of a short round.
    const series = { url: this.#url + path, method, cpu: () => cpuOf(pid), amount: Math.max(amount, 1_000), rounds: 2 }
    return measure({ ...series, ...(body !== undefined && { each: () => ({ body }) }) })
  }

  close(): void {
    this.#child.kill()
  }
}
