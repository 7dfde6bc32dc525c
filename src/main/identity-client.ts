import type { Secret } from '../model/secret.ts'
import { type Json, objectIn, openServiceClient, type ServiceClient } from './service-client.ts'

/** The identity API of an installation that runs, asked as its administrator. */
export class IdentityClient {
  readonly #service: ServiceClient

  private constructor(service: ServiceClient) {
    this.#service = service
  }

  /** @throws Error in words for the operator */
  static async open(stateDir: string): Promise<IdentityClient> {
    return new IdentityClient(await openServiceClient(stateDir))
  }

  /** @returns the answer's body; of 204, an empty object. @throws Error in the words of the refusal */
  call(method: string, path: string, body?: object): Promise<Json> {
    return this.#service.ask(method, `/identity/v3${path}`, body)
  }

  /** The objects of a list. */
  async list(kind: string, query: Readonly<Record<string, string>> = {}): Promise<Json[]> {
    const found = (await this.call('GET', `/${kind}?${new URLSearchParams(query)}`))[kind]
    return Array.isArray(found) ? found.map(objectIn) : []
  }

  /** The one object of that name or id. @throws Error when there is none, or more than one */
  async find(kind: string, name: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const byName = await this.list(kind, { ...query, name })
    const found = byName.length > 0 ? byName : (await this.list(kind, query)).filter(({ id }) => id === name)
    const [one, another] = found
    if (!one) throw new Error(`there is no ${kind.slice(0, -1)} ${name}`)
    if (another) throw new Error(`there are several ${kind} called ${name}; say the id`)
    return one
  }

  /** Writes the administrator's new password down where the old one was, if it is the administrator's. */
  async keepPassword(user: Json, password: Secret): Promise<void> {
    if (user.name !== this.#service.username || user.domain_id !== 'default') return
    await this.#service.keepPassword(password)
  }
}
