import { exampleIds } from './example-ids.ts'
import { oneOf, owner, stringList, text, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'

/** The networks of one side of a connection. Specification `classic-api.md` §5. */
export const EndpointGroup = resource({
  singular: 'endpoint_group',
  plural: 'endpoint_groups',
  path: '/vpn/endpoint-groups',
  notFound: 'EndpointGroupNotFound',
  countsChanges: true,
  description: 'An endpoint group: the subnets on our side, or the CIDRs on the peer’s.',
  words: { one: 'an endpoint group', many: 'endpoint groups', command: 'vpn endpoint group' },
  example: {
    object: {
      id: exampleIds.peer_group,
      tenant_id: exampleIds.project,
      name: 'branch-networks',
      description: 'What lies behind the branch office’s firewall',
      type: 'cidr',
      endpoints: ['10.2.0.0/24', '10.2.1.0/24'],
    },
    posts: ['name', 'description', 'type', 'endpoints'],
    puts: { name: 'branch-1', description: 'Branch office 1' },
  },
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    type: oneOf(['subnet', 'cidr', 'vlan', 'network', 'router'])
      .required()
      .fixed()
      .describe('What the endpoints are: `subnet` for our side, `cidr` for the peer’s.'),
    endpoints: stringList().optional([]).fixed().describe('Ids of subnets, or CIDRs; all of one IP version.'),
  },
})

export type EndpointGroup = Entity<typeof EndpointGroup>
