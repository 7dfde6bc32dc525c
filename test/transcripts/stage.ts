import { randomIds } from '../../src/main/world.ts'
import type { Ids } from '../../src/model/ids.ts'
import { type Answer, TestCloud } from '../support/cloud.ts'
import { tokenOf } from '../support/people.ts'
import type { Exchange } from './recording.ts'

export type Actor = Exchange['actor'] | 'nobody'

const projects = {
  admin: { id: 'ad000000000000000000000000000000', name: 'recorded-admin' },
  a: { id: 'aa000000000000000000000000000000', name: 'recorded-a' },
  b: { id: 'bb000000000000000000000000000000', name: 'recorded-b' },
}

/**
 * Our server with the people of the recording. It gives new objects the ids that the peer gave them: then requests can be
 * sent as they were recorded, answers need no translation, and lists come in the same order.
 */
export class Stage {
  readonly #cloud: TestCloud
  readonly #tokens: Readonly<Record<Actor, string>>
  readonly #ids: RecordedIds

  private constructor(cloud: TestCloud, tokens: Readonly<Record<Actor, string>>, ids: RecordedIds) {
    this.#cloud = cloud
    this.#tokens = tokens
    this.#ids = ids
  }

  static async open(): Promise<Stage> {
    const ids = new RecordedIds()
    const cloud = await TestCloud.open({ ids, capabilities: { physicalNetworks: ['external'] } })
    const person = (name: string, project: keyof typeof projects, roles: readonly string[]) =>
      tokenOf(cloud, { name, project: projects[project], roles })
    const tokens = {
      admin: await person('recorded-admin', 'admin', ['admin', 'member', 'reader']),
      a: await person('recorded-a', 'a', ['member', 'reader']),
      b: await person('recorded-b', 'b', ['member', 'reader']),
      reader: await person('recorded-reader', 'a', ['reader']),
      // A token without any role is not given out here; a role that means nothing is the nearest.
      nobody: await person('recorded-nobody', 'a', ['stranger']),
      none: '',
    }
    return new Stage(cloud, tokens, ids)
  }

  /** Sends a recorded request. @param as somebody else than it was recorded with, @param body another body. */
  async play({ request, response_body }: Exchange, as: Actor, body: unknown = bodyOf(request)): Promise<Answer> {
    const contentType = request.headers['Content-Type']
    const accept = request.headers.Accept
    // What makes nothing takes no id; the record of it, which the peer did not have, takes its own.
    const makes = request.method === 'POST' || request.path.endsWith('/add_router_interface')
    this.#ids.next = makes ? idIn(response_body) : undefined
    const answer = await this.#cloud.request(request.method, `/openstack${request.path}`, body, {
      'x-auth-token': this.#tokens[as],
      host: '127.0.0.1:9696',
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(accept !== undefined && { accept }),
    })
    this.#ids.next = undefined
    return answer
  }

  /** Removes what we made and the peer did not, so that later lists are of the same objects. */
  async remove(path: string, id: string): Promise<void> {
    const { status } = await this.#cloud.request('DELETE', `/openstack${path}/${id}`, undefined, {
      'x-auth-token': this.#tokens.admin,
    })
    if (status !== 204) throw new Error(`DELETE ${path}/${id} answered ${status}`)
  }

  close(): Promise<void> {
    return this.#cloud.close()
  }
}

/** Who sent an exchange. One line of the recording takes a member's roles away by a header. */
export function actorOf({ actor, request }: Exchange): Actor {
  return request.headers['X-Roles'] === '' ? 'nobody' : actor
}

function bodyOf({ body, raw }: Exchange['request']): unknown {
  return raw ?? body
}

class RecordedIds implements Ids {
  /** The next id that is asked for; random ones after it. */
  next: string | undefined

  uuid(): string {
    const id = this.next ?? randomIds.uuid()
    this.next = undefined
    return id
  }

  hex(): string {
    return randomIds.hex()
  }
}

/** The id the peer gave: of the object, or of the port that an interface became. */
function idIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { port_id, ...rest } = body as { readonly port_id?: unknown } & Record<string, unknown>
  if (typeof port_id === 'string') return port_id
  const [object] = Object.values(rest)
  const id: unknown = typeof object === 'object' && object !== null ? Reflect.get(object, 'id') : undefined
  return typeof id === 'string' ? id : undefined
}
