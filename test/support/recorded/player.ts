import type { GatewayId } from '../../../src/model/ids.ts'
import { type Answer, TestCloud } from '../cloud.ts'
import type { Conversation, RecordedExchange } from './exchange.ts'

const prefixes = { otc: '/otc', openstack: '/openstack' }

/** Says a client's part of a conversation to a server, with the ids that this server gave. */
export class Player {
  readonly cloud: TestCloud
  readonly #kept: Map<string, string>

  private constructor(cloud: TestCloud, kept: Map<string, string>) {
    this.cloud = cloud
    this.#kept = kept
  }

  static async open({ flavour }: Pick<Conversation, 'flavour'>): Promise<Player> {
    const cloud = await TestCloud.open()
    const P = prefixes[flavour]
    const [external] = (await cloud.get(`${P}/v2.0/networks?router:external=true`)).body.networks
    const known = { P, identity: '/identity', external: external.id, project: external.tenant_id }
    return new Player(cloud, new Map(Object.entries(known)))
  }

  /** Sends a request, and lets the gateway carry out what it asked for before the client goes on. */
  async say({ method, path, body, keep = {} }: RecordedExchange): Promise<Answer> {
    const answer = await this.cloud.request(
      method,
      this.fill(path),
      body && JSON.parse(this.fill(JSON.stringify(body))),
    )
    for (const [name, place] of Object.entries(keep)) this.#kept.set(name, String(valueAt(answer.body, place)))
    if (method !== 'GET' && answer.status < 300) await this.#settle()
    return answer
  }

  fill(text: string): string {
    return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => this.#kept.get(name) ?? whole)
  }

  /** What an answer has to hold, with this server's ids. */
  expected(answer: object): object {
    return JSON.parse(this.fill(JSON.stringify(answer)))
  }

  close(): Promise<void> {
    return this.cloud.close()
  }

  async #settle(): Promise<void> {
    const { controlPlane } = this.cloud.server
    const { gateways } = await controlPlane.desiredHost()
    for (const gateway of gateways) await this.#reportUp(gateway)
  }

  async #reportUp(gateway: GatewayId): Promise<void> {
    const { controlPlane } = this.cloud.server
    const { revision, connections } = await controlPlane.desired(gateway)
    const reports = connections.map(({ id }) => ({ connection: id, state: 'up' as const }))
    await controlPlane.report({ gateway, revision, connections: reports })
  }
}

function valueAt(body: unknown, place: string): unknown {
  return place.split('.').reduce<unknown>((value, key) => Reflect.get(Object(value), key), body)
}
