/**
 * One request of a client and what it needs to be answered. Texts may name what earlier answers gave: `{router}` stands
 * for the id that was kept as `router`; `{P}` is the network URL of the catalog and `{identity}` the identity's, both as paths.
 */
export interface RecordedExchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: object
  readonly status: number
  /** What the answer has to hold among other things. */
  readonly answer?: object
  /** What later requests name: a name, and the place of its value in the answer (`router.id`, `networks.0.id`). */
  readonly keep?: Readonly<Record<string, string>>
}

/** What one client says from its first request to its last. */
export interface Conversation {
  readonly client: string
  readonly flavour: 'otc' | 'openstack'
  /** Whether the answers go into structures of Go, which take no other JSON type than their own. */
  readonly decodesInGo: boolean
  readonly exchanges: readonly RecordedExchange[]
}

type Further = Omit<RecordedExchange, 'method' | 'path' | 'status'>

export const get = (path: string, further: Further = {}, status = 200): RecordedExchange => ({
  ...further,
  method: 'GET',
  path,
  status,
})

/** A creation under `/v2.0`, answered with 201; what it makes is kept under `name`. */
export function create(
  path: string,
  singular: string,
  name: string,
  attributes: object,
  answer?: object,
): RecordedExchange {
  return {
    method: 'POST',
    path: `{P}/v2.0${path}`,
    body: { [singular]: attributes },
    status: 201,
    keep: { [name]: `${singular}.id` },
    ...(answer && { answer: { [singular]: answer } }),
  }
}

/** A refused creation. */
export function refused(path: string, singular: string, attributes: object, status = 400): RecordedExchange {
  return { method: 'POST', path: `{P}/v2.0${path}`, body: { [singular]: attributes }, status }
}

export function read(path: string, singular: string, answer: object): RecordedExchange {
  return get(`{P}/v2.0${path}`, { answer: { [singular]: answer } })
}

export function update(path: string, singular: string, attributes: object, answer?: object): RecordedExchange {
  const expected = answer && { answer: { [singular]: answer } }
  return { method: 'PUT', path: `{P}/v2.0${path}`, body: { [singular]: attributes }, status: 200, ...expected }
}

/** A deletion, and the look that finds it gone. */
export function removed(path: string): RecordedExchange[] {
  return [{ method: 'DELETE', path: `{P}/v2.0${path}`, status: 204 }, get(`{P}/v2.0${path}`, {}, 404)]
}

export const put = (path: string, body: object, further: Further = {}, status = 200): RecordedExchange => ({
  ...further,
  method: 'PUT',
  path: `{P}/v2.0${path}`,
  body,
  status,
})

export const absent = '00000000-0000-4000-8000-00000000dead'
