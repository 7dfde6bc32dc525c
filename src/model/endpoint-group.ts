import { oneOf, owner, stringList, text, uuid } from './kinds.ts'
import { type Entity, resource } from './resource.ts'

/** The networks of one side of a connection. Specification `classic-api.md` §5. */
export const EndpointGroup = resource({
  singular: 'endpoint_group',
  plural: 'endpoint_groups',
  path: '/vpn/endpoint-groups',
  notFound: 'EndpointGroupNotFound',
  description: 'An endpoint group: the subnets on our side, or the CIDRs on the peer’s.',
  attributes: {
    id: uuid().readOnly(),
    tenant_id: owner().readOnly(),
    name: text({ max: 255 }).optional(''),
    description: text({ max: 255 }).optional(''),
    type: oneOf(['subnet', 'cidr', 'vlan', 'network', 'router']).required().fixed(),
    endpoints: stringList().optional([]).fixed(),
  },
})

export type EndpointGroup = Entity<typeof EndpointGroup>
