import type { Actor } from './stage.ts'

/**
 * Where we answer otherwise than the recorded peer, and by which row of the specification. The test holds this list to
 * what happens: an exchange that differs otherwise than it says here, or no longer, fails.
 */
export interface Deviation {
  readonly reason: string
  /** The row that says so. */
  readonly row: string
  readonly exchanges: readonly DeviatingExchanges[]
}

export interface DeviatingExchanges {
  /** Their numbers in the recording. */
  readonly n: readonly number[]
  /** Status and error type, as clients see them. */
  readonly ours: string
  readonly peer: string
  /** Paths in the body at which the answers differ; `(body)`: throughout. Absent: only the status differs. */
  readonly differs?: readonly string[]
  /** The request that brings our server to where the peer was: as somebody else, or with another body. */
  readonly instead?: { readonly as: Actor; readonly body?: object }
}

const error = (...parts: readonly ('message' | 'type')[]) => parts.map((part) => `NeutronError.${part}`)

export const deviations: readonly Deviation[] = [
  {
    reason: 'The layers below the peer’s API answer in plain text; ours answers in JSON',
    row: 'transcripts README: "Plain-text error bodies come from the layer below the API; JSON is better"',
    exchanges: [
      { n: [3], ours: '405 HTTPMethodNotAllowed', peer: '405', differs: ['(body)'] },
      { n: [7, 25, 26], ours: '404 HTTPNotFound', peer: '404', differs: ['(body)'] },
      { n: [19], ours: '404 ExtensionNotFound', peer: '404', differs: ['(body)'] },
    ],
  },
  {
    reason: 'Who has no token is told so in Keystone’s shape',
    row: 'classic-api.md §0.3, "Keystone / middleware", and §0.4 G1',
    exchanges: [{ n: [6, 27, 28], ours: '401', peer: '401', differs: ['(body)'] }],
  },
  {
    reason: '/v2.0 is served with and without its slash',
    row: 'classic-api.md §1: "`GET /v2.0` without slash 404 upstream ([R] serve both)"',
    exchanges: [{ n: [4], ours: '200', peer: '404 HTTPNotFound', differs: ['NeutronError', 'resources'] }],
  },
  {
    reason: 'The documents list what this server serves',
    row: 'transcripts README: "The lists of extensions, resources and service providers depend on what else the peer served"',
    exchanges: [
      { n: [5], ours: '200', peer: '200', differs: ['resources[]'] },
      { n: [8, 9], ours: '200', peer: '200', differs: ['extensions[]'] },
      { n: [20], ours: '200', peer: '200', differs: ['service_providers[]'] },
    ],
  },
  {
    reason: 'AES in counter mode is offered and announced',
    row: 'flavours.md §2 row 33',
    exchanges: [{ n: [18], ours: '200', peer: '404', differs: ['(body)'] }],
  },
  {
    reason:
      'The gateway of an IPv6 subnet has the first host address; the peer gives it the anycast address of routers',
    row: 'transcripts README: "so do most attributes of networks, subnets and routers (`topology`)"',
    exchanges: [
      { n: [32, 36], ours: '201', peer: '201', differs: ['subnet.allocation_pools[].start', 'subnet.gateway_ip'] },
    ],
  },
  {
    reason:
      'A network takes whole Ethernet frames: nothing of them goes to tunnels between hosts, as 50 bytes do there',
    row: 'transcripts README: "so do most attributes of networks, subnets and routers (`topology`)"',
    exchanges: [{ n: [33], ours: '201', peer: '201', differs: ['network.mtu'] }],
  },
  {
    reason: 'A refusal names the one rule that forbids, not the whole expression it stands in',
    row: 'classic-api.md §0.4 G14',
    exchanges: [
      { n: [45], ours: '403 PolicyNotAuthorized', peer: '403 PolicyNotAuthorized', differs: error('message') },
    ],
  },
  {
    reason: 'Numbers are answered as integers, except by a PUT that was sent a text',
    row: 'classic-api.md §3.1: "[R] echo numerically equal value in the sent type on PUT only"',
    exchanges: [{ n: [58], ours: '201', peer: '201', differs: ['ikepolicy.lifetime.value'] }],
  },
  {
    reason: 'More algorithms than in the Zed release',
    row: 'flavours.md §1.1, §1.2, §1.3; transcripts README: "The sets of algorithms are Zed’s"',
    exchanges: [
      { n: [76, 81, 82, 92, 93], ours: '201', peer: '400 HTTPBadRequest', differs: ['NeutronError', 'ikepolicy'] },
    ],
  },
  {
    reason: 'A lifetime is a whole number of seconds',
    row: 'classic-api.md §3.1 `lifetime.value`: int; transcripts README: a fraction is an accident',
    exchanges: [
      {
        n: [101],
        ours: '400 HTTPBadRequest',
        peer: '201',
        differs: ['NeutronError', 'ikepolicy'],
        instead: { as: 'a', body: { ikepolicy: { lifetime: { value: 3600 } } } },
      },
    ],
  },
  {
    reason: 'Faults of the peer: what is too large is refused, what is not there is not found',
    row: 'transcripts README: "Status 500 is a fault of this peer, not behaviour to copy"',
    exchanges: [
      {
        n: [103],
        ours: '400 HTTPBadRequest',
        peer: '500 HTTPInternalServerError',
        differs: error('message', 'type'),
      },
      {
        n: [165, 169],
        ours: '404 HTTPNotFound',
        peer: '500 HTTPInternalServerError',
        differs: error('message', 'type'),
      },
      {
        n: [168],
        ours: '404 IKEPolicyNotFound',
        peer: '500 HTTPInternalServerError',
        differs: error('message', 'type'),
      },
    ],
  },
  {
    reason: 'The words of the newer release for somebody else’s project',
    row: 'classic-api.md §0.4 G6',
    exchanges: [
      {
        n: [119, 120, 125, 126, 198, 199, 528, 551],
        ours: '400 HTTPBadRequest',
        peer: '400 HTTPBadRequest',
        differs: error('message'),
      },
    ],
  },
  {
    reason:
      'Unknown attributes are named in the order they were sent; the peer’s order is that of a Python set, by chance',
    row: 'classic-api.md §0.4 G7: "<a>, <b>"',
    exchanges: [{ n: [122], ours: '400 HTTPBadRequest', peer: '400 HTTPBadRequest', differs: error('message') }],
  },
  {
    reason: 'The role reader alone may nothing',
    row: 'semantics.md §9: "create/update/delete and get need `member`"; transcripts README: the old defaults were in force',
    exchanges: [
      {
        n: [129],
        ours: '403 PolicyNotAuthorized',
        peer: '201',
        differs: ['NeutronError', 'ikepolicy'],
        instead: { as: 'a' },
      },
      { n: [181], ours: '404 IKEPolicyNotFound', peer: '200', differs: ['NeutronError', 'ikepolicy'] },
      {
        n: [208],
        ours: '404 IKEPolicyNotFound',
        peer: '200',
        differs: ['NeutronError', 'ikepolicy'],
        instead: { as: 'a' },
      },
      { n: [212], ours: '404 IKEPolicyNotFound', peer: '204', differs: ['(body)'], instead: { as: 'a' } },
    ],
  },
  {
    reason: 'Several objects at once are refused in so many words for every resource',
    row: 'semantics.md §7: "[R] 400 `Bulk operation not supported`; upstream would look for keys formed by appending `s`"',
    exchanges: [
      {
        n: [145, 146, 147],
        ours: '400 HTTPBadRequest',
        peer: '400 HTTPBadRequest',
        differs: error('message'),
      },
    ],
  },
  {
    reason: 'Methods that a path does not know are 405, and HEAD answers as GET without its body',
    row: 'classic-api.md §0: "Unknown method on known path: 405"; transcripts README: accidents',
    exchanges: [
      {
        n: [156, 157],
        ours: '405 HTTPMethodNotAllowed',
        peer: '404 IKEPolicyNotFound',
        differs: error('message', 'type'),
      },
      // The same refusal; the peer says "malformed or otherwise incorrect", which sends people looking at their body.
      { n: [158, 159], ours: '405 HTTPMethodNotAllowed', peer: '405 HTTPMethodNotAllowed', differs: error('message') },
      { n: [160, 161], ours: '200', peer: '405' },
      { n: [162], ours: '405 HTTPMethodNotAllowed', peer: '200', differs: ['NeutronError', 'ikepolicies'] },
    ],
  },
  {
    reason: 'A PUT without a body is refused as a POST is; the peer shows Python’s empty bytes',
    row: 'classic-api.md §0.4 G3: no body is `HTTPBadRequest`',
    exchanges: [{ n: [204], ours: '400 HTTPBadRequest', peer: '400 BadRequest', differs: error('message', 'type') }],
  },
  {
    reason: 'A group without endpoints is named; the peer prints the whole request',
    row: 'classic-api.md §5: "(upstream prints the whole object; [R] print the name)"',
    exchanges: [
      {
        n: [503, 504, 505, 516, 520],
        ours: '400 MissingEndpointForEndpointGroup',
        peer: '400 MissingEndpointForEndpointGroup',
        differs: error('message'),
      },
    ],
  },
  {
    reason: 'Endpoint groups can be filtered by `type`, which both Go SDKs send',
    row: 'classic-api.md §0.1: "`type` is ignored upstream. [R] honour both"',
    exchanges: [{ n: [539], ours: '200', peer: '200', differs: ['endpoint_groups[]'] }],
  },
  {
    reason: 'Endpoint groups can be sorted by id and name',
    row: 'classic-api.md §0.1: "endpoint groups: none upstream (every `sort_key` → 400; [R] allow `id,name`)"',
    exchanges: [
      { n: [542], ours: '200', peer: '400 HTTPBadRequest', differs: ['NeutronError', 'endpoint_groups'] },
      // Of type and name, only type is no key.
      { n: [543], ours: '400 HTTPBadRequest', peer: '400 HTTPBadRequest', differs: error('message') },
      {
        n: [544],
        ours: '200',
        peer: '400 HTTPBadRequest',
        differs: ['NeutronError', 'endpoint_groups', 'endpoint_groups_links'],
      },
    ],
  },
]
