import { type Static, type TSchema, Type } from 'typebox'
import { exampleIds } from './example-ids.ts'

/** What the two operations on a router's interfaces take and answer (`client-traffic.md` §8). */

const uuid = (description: string) => Type.String({ format: 'uuid', description })

/** What both answer. */
export type RouterInterface = Readonly<Static<typeof RouterInterface>>
export const RouterInterface = Type.Object(
  {
    id: uuid('The router.'),
    tenant_id: Type.String({ description: 'Project of the router.' }),
    port_id: uuid('Port of the interface.'),
    network_id: uuid('Network the interface is in.'),
    subnet_id: uuid('Subnet the interface is in.'),
    subnet_ids: Type.Array(Type.String({ format: 'uuid' }), { description: 'The same, as a list.' }),
  },
  { title: 'RouterInterface' },
)

/** Adding names a subnet, whose gateway address the interface gets. Every port is a router's already. */
export const AddedInterface: TSchema = Type.Object(
  { subnet_id: uuid('Subnet to put the router in.') },
  { title: 'RouterInterfaceAdd' },
)

/** What an interface is to be made of. */
export type InterfaceTarget = { readonly subnet_id: string } | { readonly port_id: string }

/** Removing names the subnet, the port, or both, which then have to belong together. */
export const RemovedInterface: TSchema = Type.Object(
  {
    subnet_id: Type.Optional(uuid('Subnet to take the router out of.')),
    port_id: Type.Optional(uuid('Port to remove, in place of the subnet.')),
  },
  { title: 'RouterInterfaceRemove', anyOf: [{ required: ['subnet_id'] }, { required: ['port_id'] }] },
)

export const routerInterfaceExample = {
  request: { subnet_id: exampleIds.subnet },
  response: {
    id: exampleIds.router,
    tenant_id: exampleIds.project,
    port_id: exampleIds.port,
    network_id: exampleIds.network,
    subnet_id: exampleIds.subnet,
    subnet_ids: [exampleIds.subnet],
  } satisfies RouterInterface,
}
