import fc, { type Arbitrary } from 'fast-check'
import type { Profile } from '../../src/api/profile.ts'
import type { JsonSchema } from '../../src/model/json-schema.ts'
import { type Operation, operations } from '../../src/model/operations.ts'
import { attributeIn, type Resource } from '../../src/model/resource.ts'
import { arbitraryOf } from './arbitrary-json.ts'
import { anyText, hostile, reference, valuesOf } from './arbitrary-value.ts'
import { Fields, Raw, Reference, type Wire, wireText } from './wire-json.ts'

/** One request as bytes. */
export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

/** A request that is made out when it is sent, because what it names lives and dies meanwhile. */
export interface Planned {
  /** Name of the operation, or of the oddity. */
  readonly what: string
  readonly operation: Operation | undefined
  send(living: Living): SentRequest
}

/** The ids of what there is, by kind, oldest first. The first ones are what the others stand on. */
export class Living {
  readonly #ids = new Map<string, string[]>()

  of(singular: string): string[] {
    const found = this.#ids.get(singular) ?? []
    this.#ids.set(singular, found)
    return found
  }

  born(singular: string, id: string): void {
    this.of(singular).push(id)
  }

  died(singular: string, id: string): void {
    this.#ids.set(
      singular,
      this.of(singular).filter((each) => each !== id),
    )
  }

  readonly idOf = (singular: string, index: number): string => {
    const ids = this.of(singular)
    return ids[index % Math.max(1, ids.length)] ?? nobody
  }

  /** One of those that nothing stands on. */
  youngerThanFirst(singular: string, index: number): string {
    const ids = this.of(singular).slice(1)
    return ids[index % Math.max(1, ids.length)] ?? nobody
  }
}

const nobody = '00000000-0000-4000-8000-00000000dead'

/** Requests of one flavour: everything its operations can be asked, rightly, nearly rightly and wrongly. */
export function requestsOf(profile: Profile): Arbitrary<Planned> {
  const all = Object.entries(operations as Readonly<Record<string, Operation>>).filter(
    ([, { feature }]) => feature === undefined || profile.features.includes(feature),
  )
  const doing = (does: Operation['does']) => all.filter(([, operation]) => operation.does === does)
  const v2 = `${profile.prefix}/v2.0`
  const oneOf = (does: Operation['does'], plan: (name: string, operation: Operation) => Arbitrary<Planned>) =>
    fc.oneof(...doing(does).map(([name, operation]) => plan(name, operation)))
  const isInterface = ({ path }: Operation) => path.endsWith('_router_interface')
  const isObjectTag = ({ path }: Operation) => path.includes('/:id/tags')
  const acting = (
    isMeant: (operation: Operation) => boolean,
    plan: (name: string, operation: Operation) => Arbitrary<Planned>,
  ) =>
    fc.oneof(
      ...doing('act')
        .filter(([, each]) => isMeant(each))
        .map(([name, each]) => plan(name, each)),
    )
  const connections = 'create_ipsec_site_connection'
  const services = 'create_vpnservice'
  return fc
    .oneof(
      { weight: 24, arbitrary: oneOf('create', (name, operation) => creation(name, operation, profile, v2)) },
      { weight: 6, arbitrary: creation(connections, operations[connections], profile, v2) },
      { weight: 3, arbitrary: creation(services, operations[services], profile, v2) },
      { weight: 25, arbitrary: oneOf('update', (name, operation) => update(name, operation, profile, v2)) },
      { weight: 10, arbitrary: oneOf('delete', (name, operation) => removal(name, operation, v2)) },
      { weight: 8, arbitrary: oneOf('show', (name, operation) => look(name, operation, v2)) },
      { weight: 12, arbitrary: oneOf('list', (name, operation) => listing(name, operation, v2)) },
      { weight: 14, arbitrary: acting(isInterface, (name, operation) => routerAction(name, operation, v2)) },
      {
        weight: 6,
        arbitrary: acting(
          (each) => !isInterface(each) && !isObjectTag(each),
          (name, operation) => otherAction(name, operation, profile, v2),
        ),
      },
      {
        weight: 12,
        arbitrary: acting(isObjectTag, (name, operation) => otherAction(name, operation, profile, v2)),
      },
      { weight: 4, arbitrary: oddity(v2) },
      { weight: 3, arbitrary: logIn },
    )
    .map((planned) => Object.assign(planned, { [fc.toStringMethod]: () => planned.what }))
}

const json = { 'content-type': 'application/json' }

/** What has to be in a POST for it to be taken. */
const beginnings: Readonly<Record<string, Arbitrary<Fields>>> = {
  ipsec_site_connection: fc
    .tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 }), fc.oneof(fc.constant(1), fc.nat({ max: 9 })))
    .map(([third, last, peerGroup]) =>
      Fields.of({
        vpnservice_id: new Reference('vpnservice', 0),
        ikepolicy_id: new Reference('ikepolicy', 0),
        ipsecpolicy_id: new Reference('ipsecpolicy', 0),
        local_ep_group_id: new Reference('endpoint_group', 0),
        peer_ep_group_id: new Reference('endpoint_group', peerGroup),
        peer_address: `172.24.${third}.${last}`,
        peer_id: 'peer',
        psk: 'a-long-enough-secret',
      }),
    ),
  // The second network is the external one.
  router: fc
    .boolean()
    .map((isEdge) =>
      Fields.of(isEdge ? { external_gateway_info: Fields.of({ network_id: new Reference('network', 1) }) } : {}),
    ),
  vpnservice: reference('router').map((router_id) => Fields.of({ router_id })),
  subnet: fc.tuple(reference('network'), fc.nat({ max: 255 })).map(([network_id, third]) => {
    return Fields.of({ network_id, ip_version: 4, cidr: `10.77.${third}.0/24` })
  }),
  endpoint_group: fc
    .tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 }))
    .map(([second, third]) => Fields.of({ type: 'cidr', endpoints: [`10.${second}.${third}.0/24`] })),
}

const oddNames = ['nonsense', '__proto__', 'constructor', 'toString', 'project_id', 'tenant_id', 'id', '']

/** One attribute with a value: mostly right, so that requests get past the first check. */
function change(resource: Resource, profile: Profile, isAllowed: (name: string) => boolean): Arbitrary<[string, Wire]> {
  const names = Object.keys(resource.attributes)
  const values = new Map(names.map((name) => [name, valuesOf(resource, name, profile)]))
  const given = (some: readonly string[], which: 'valid' | 'nearly') =>
    fc.constantFrom(...some).chain((name) => fc.tuple(fc.constant(name), values.get(name)?.[which] ?? hostile))
  const allowed = names.filter(isAllowed)
  return fc.oneof(
    { weight: 6, arbitrary: given(allowed, 'valid') },
    { weight: 2, arbitrary: given(allowed, 'nearly') },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...allowed), hostile) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...names, ...oddNames), hostile) },
  )
}

function creation(name: string, operation: Operation, profile: Profile, v2: string): Arbitrary<Planned> {
  const { resource } = operation
  const isAllowed = (each: string) => {
    const attribute = attributeIn(resource, each, profile)
    return attribute !== undefined && attribute.inPost !== 'refused'
  }
  const beginning = beginnings[resource.singular] ?? fc.constant(Fields.of({}))
  const attributes = fc
    .tuple(beginning, fc.array(change(resource, profile, isAllowed), { maxLength: 3 }), fc.nat({ max: 99 }))
    .map(([begun, changes, dice]) => {
      const whole = begun.with(changes)
      const dropped = whole.entries[dice]
      if (dropped && dice < 12) return whole.without(dropped[0])
      return dice > 95 ? new Fields([...whole.entries, ...changes, ...begun.entries]) : whole
    })
  return fc.tuple(attributes, framing(resource)).map(([fields, frame]) => ({
    what: name,
    operation,
    send: (living) => ({ method: 'POST', path: v2 + operation.path, ...frame(fields, living) }),
  }))
}

function update(name: string, operation: Operation, profile: Profile, v2: string): Arbitrary<Planned> {
  const { resource } = operation
  const isAllowed = (each: string) => attributeIn(resource, each, profile)?.inPut === 'allowed'
  const changes = fc.array(change(resource, profile, isAllowed), { minLength: 1, maxLength: 2 })
  return fc.tuple(changes, framing(resource), fc.nat({ max: 30 }), oddId).map(([all, frame, index, odd]) => ({
    what: name,
    operation,
    send: (living) => {
      // What everything stands on keeps what makes it usable.
      const isFoundation = ['ipsec_site_connection', 'ikepolicy', 'ipsecpolicy'].includes(resource.singular)
      const id = isFoundation
        ? living.youngerThanFirst(resource.singular, index)
        : living.idOf(resource.singular, index)
      return { method: 'PUT', path: v2 + pathOf(operation, odd ?? id), ...frame(new Fields(all), living) }
    },
  }))
}

function removal(name: string, operation: Operation, v2: string): Arbitrary<Planned> {
  const { singular } = operation.resource
  return fc.tuple(fc.nat({ max: 30 }), oddId, fc.nat({ max: 99 })).map(([index, odd, dice]) => ({
    what: name,
    operation,
    send: (living) => {
      // The first connection is what keeps all that it uses from being removed; everything else may be tried.
      const isSpared = singular === 'ipsec_site_connection'
      const id = isSpared ? living.youngerThanFirst(singular, index) : living.idOf(singular, index)
      const body = dice < 3 ? Buffer.from('{}') : undefined
      return { method: 'DELETE', path: v2 + pathOf(operation, odd ?? id), headers: {}, body }
    },
  }))
}

function look(name: string, operation: Operation, v2: string): Arbitrary<Planned> {
  return fc
    .tuple(reference(operation.resource.singular), oddId, queryOf(operation.resource))
    .map(([one, odd, query]) => ({
      what: name,
      operation,
      send: (living) => {
        const id = odd ?? one.spell(living.idOf(one.singular, one.index))
        return { method: 'GET', path: v2 + pathOf(operation, id) + query(living), headers: {}, body: undefined }
      },
    }))
}

function listing(name: string, operation: Operation, v2: string): Arbitrary<Planned> {
  return fc.tuple(queryOf(operation.resource), oddHeaders).map(([query, headers]) => ({
    what: name,
    operation,
    send: (living) => {
      // Where a list belongs to something, that is a connection.
      const path = pathOf(operation, living.idOf('ipsec_site_connection', 0))
      return { method: 'GET', path: v2 + path + query(living), headers, body: undefined }
    },
  }))
}

function routerAction(name: string, operation: Operation, v2: string): Arbitrary<Planned> {
  const entry = fc.tuple(
    fc.constantFrom('subnet_id', 'port_id', 'subnet_id', '__proto__'),
    fc.oneof({ weight: 5, arbitrary: reference('subnet') }, { weight: 2, arbitrary: reference('port') }, hostile),
  )
  // One id of the right kind is what is taken; both together have to belong to each other.
  const right = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant('subnet_id'), reference('subnet')) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('port_id'), reference('port')) },
  )
  const target = fc.oneof(
    { weight: 3, arbitrary: right.map((one): [string, Wire][] => [one]) },
    { weight: 2, arbitrary: fc.array(entry, { maxLength: 2 }) },
  )
  return fc.tuple(reference('router'), target, bytes).map(([router, entries, spoil]) => ({
    what: name,
    operation,
    send: (living) => ({
      method: 'PUT',
      path: v2 + pathOf(operation, living.idOf('router', router.index)),
      headers: json,
      body: spoil(wireText(new Fields(entries), living.idOf)),
    }),
  }))
}

/** Quotas, tags, restarts: their example, anything that their schema allows, or what it does not. */
function otherAction(name: string, operation: Operation, profile: Profile, v2: string): Arbitrary<Planned> {
  const { method, resource, request } = operation
  const example = { value: operation.example(profile).request as Wire, isExample: true }
  const odd = request ? fc.oneof(arbitraryOf(request(profile) as JsonSchema), hostile) : hostile
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constant(example) },
    { weight: 4, arbitrary: odd.map((each) => ({ value: each as Wire, isExample: false })) },
  )
  return fc.tuple(value, bytes, reference(resource.singular), oddId).map(([given, spoil, one, oddPart]) => ({
    what: name,
    operation,
    send: (living) => {
      const own = living.idOf('project', 0)
      const object = living.idOf(one.singular, one.index)
      // Numbers of any size would leave the one project of these requests without room.
      const project = given.isExample || method !== 'PUT' ? own : 'another-project'
      const isOfProject = resource.singular === 'quota'
      // Tags gather on the oldest object, so that there are some to remove.
      const isTagged = operation.path.includes('/tags')
      const parts: Readonly<Record<string, string>> = {
        id: oddPart ?? (isOfProject ? project : isTagged ? living.idOf(resource.singular, 0) : object),
        tag: 'berlin',
        project_id: own,
        resource_id: object,
        key: oddPart ?? 'env',
      }
      const path = operation.path.replace(/:(\w+)/g, (_, part: string) => parts[part] ?? '')
      const body = request && spoil(wireText(given.value, living.idOf))
      return { method, path: v2 + path, headers: body ? json : {}, body }
    },
  }))
}

/** Methods, paths and headers that nobody asks with. */
function oddity(v2: string): Arbitrary<Planned> {
  const path = fc.oneof(
    fc.constantFrom(
      '',
      '/',
      '//',
      '/..',
      '/vpn',
      '/vpn/ikepolicies/../../../identity',
      '/extensions/%00',
      '/%2e%2e/',
      '/%',
    ),
    fc.webPath(),
    fc.constant(`/vpn/ikepolicies/${'x'.repeat(5_000)}`),
    fc.constant(`/vpn/ikepolicies?${'name=x&'.repeat(2_000)}`),
  )
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE')
  return fc.tuple(method, path, oddHeaders, hostile).map(([verb, tail, headers, body]) => ({
    what: 'oddity',
    operation: undefined,
    send: (living) => ({
      method: verb,
      path: v2 + tail,
      headers,
      body: verb.startsWith('P') ? Buffer.from(wireText(body, living.idOf)) : undefined,
    }),
  }))
}

/** Log-ins that are none. */
const logIn: Arbitrary<Planned> = fc
  .tuple(anyText, anyText, hostile, fc.nat({ max: 9 }), fc.constantFrom('name', 'id'))
  .map(([user, project, value, dice, key]) => ({
    what: 'log-in',
    operation: undefined,
    send: (living) => {
      const domain = Fields.of({ id: 'default' })
      const password = Fields.of({ user: Fields.of({ [key]: user, password: 'wrong', domain }) })
      const scope = dice < 3 ? value : Fields.of({ project: Fields.of({ [key]: project, domain }) })
      const identity = Fields.of({ methods: ['password'], password: dice === 4 ? value : password })
      const auth = dice === 5 ? value : Fields.of({ identity, scope })
      const body = Buffer.from(wireText(Fields.of({ auth }), living.idOf))
      return { method: 'POST', path: '/identity/v3/auth/tokens', headers: json, body }
    },
  }))

function pathOf({ path }: Operation, id: string): string {
  return path.replace(':id', () => id)
}

/** An id that is none, now and then. */
const oddId: Arbitrary<string | undefined> = fc.oneof(
  { weight: 14, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%00',
      'a%00b',
      '%ED%A0%80',
      '%ff',
      '%',
      '%zz',
      '0',
      '..%2f..',
      "%27%20or%201='1",
      'x'.repeat(600),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map(encodeURIComponent) },
)

const oddHeaders: Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Record<string, string>>({}) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { host: '[' },
      { host: 'a b' },
      { host: '' },
      { host: "x'; drop table token; --" },
      { host: 'example.org:99999' },
      { 'x-forwarded-proto': 'javascript' },
      { accept: 'application/xml' },
      { 'x-auth-token': '__proto__' },
      { 'x-auth-token': 'x'.repeat(5_000) },
      { 'x-auth-token': "' or 1=1 --" },
      { 'if-match': '*', range: 'bytes=0-' },
    ),
  },
)

/** Filters, pages, orders and fields, of attributes and of what is none, with values of every sort. */
function queryOf(resource: Resource): Arbitrary<(living: Living) => string> {
  const words = ['fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir', 'limit', 'marker']
  const key = fc.constantFrom(
    ...Object.keys(resource.attributes),
    ...words,
    '__proto__',
    'constructor',
    'toString',
    'project_id',
  )
  const words2 = [
    'id',
    'name',
    'asc',
    'desc',
    '1',
    '2',
    '0',
    '-1',
    'true',
    'True',
    '2147483648',
    '99999999999999999999',
    '%00',
  ]
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words2) },
    { weight: 1, arbitrary: anyText.map(encoded) },
    { weight: 2, arbitrary: reference(resource.singular) },
  )
  return fc.array(fc.tuple(key, value), { maxLength: 4 }).map((pairs) => (living) => {
    const text = pairs.map(([name, given]) => {
      return `${name}=${given instanceof Reference ? living.idOf(given.singular, given.index) : given}`
    })
    return text.length > 0 ? `?${text.join('&')}` : ''
  })
}

/** Percent-encoded, halves of surrogate pairs as the bytes that a careless encoder makes of them. */
function encoded(text: string): string {
  return [...text].map((each) => (/\p{Surrogate}/u.test(each) ? '%ED%A0%80' : encodeURIComponent(each))).join('')
}

const limit = 2 ** 20

/** Text to bytes, which now and then are no text, no JSON, none at all, or just too many. */
const bytes: Arbitrary<(text: string) => Buffer> = fc.oneof(
  { weight: 600, arbitrary: fc.constant((text: string) => Buffer.from(text)) },
  {
    weight: 20,
    arbitrary: fc.constantFrom<(text: string) => Buffer>(
      (text) => Buffer.from(text.replaceAll('a', '\u00e9'), 'latin1'),
      (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xed, 0xa0, 0x80])]),
      (text) => Buffer.from(text.slice(0, -1)),
      (text) => Buffer.from(`\ufeff${text}`),
      (text) => Buffer.from(text, 'utf16le'),
      (text) => Buffer.from(text + text),
      () => Buffer.alloc(0),
      () => Buffer.from('['.repeat(100_000)),
      () => Buffer.from('null'),
      () => Buffer.alloc(1_000),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(-1, 0, 1)
      .map(
        (over) => (text: string) => Buffer.from(text + ' '.repeat(Math.max(0, limit + over - Buffer.byteLength(text)))),
      ),
  },
)

type Frame = (fields: Fields, living: Living) => Pick<SentRequest, 'headers' | 'body'>

/** The wrapper around the attributes, the bytes and the content type. */
function framing({ singular, plural }: Resource): Arbitrary<Frame> {
  const wrap = fc.oneof(
    { weight: 40, arbitrary: fc.constant((fields: Fields): Wire => new Fields([[singular, fields]])) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<(fields: Fields) => Wire>(
        (fields) => new Fields([[plural, [fields]]]),
        (fields) => fields,
        (fields) => [new Fields([[singular, fields]])],
        (fields) => new Fields([[singular, [fields]]]),
        (fields) => new Fields([['__proto__', new Fields([[singular, fields]])]]),
        (fields) =>
          new Fields([
            [singular, new Raw('1e999')],
            [singular, fields],
          ]),
        (fields) =>
          new Fields([
            [singular, fields],
            ['constructor', 1],
          ]),
        () => new Fields([[singular, null]]),
      ),
    },
  )
  const types = fc.oneof(
    { weight: 20, arbitrary: fc.constant(json as Record<string, string>) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, string>>(
        {},
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/xml; charset=utf-16' },
        { 'content-type': 'nonsense' },
        { 'content-type': 'multipart/form-data' },
        { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      ),
    },
  )
  return fc.tuple(wrap, bytes, types).map(([wrapped, toBytes, headers]) => (fields, living) => ({
    headers,
    body: toBytes(wireText(wrapped(fields), living.idOf)),
  }))
}
