import { exampleIds } from '../example-ids.ts'
import { type Entity, resource } from '../resource.ts'
import { alwaysNull, description, identifier, links, options, uniqueName } from './kinds.ts'

/** What a user may, where it was given. `admin`, `member` and `reader` mean something here; others mean nothing. */
export const Role = resource({
  singular: 'role',
  plural: 'roles',
  path: '/roles',
  notFound: 'RoleNotFound',
  description:
    'A role. `admin`, `member` and `reader` mean something to this service; others can be made and mean nothing.',
  words: { one: 'a role', many: 'roles', command: 'role' },
  example: {
    object: {
      id: exampleIds.role,
      name: 'on-call',
      description: 'Who is called at night',
      domain_id: null,
      options: {},
      links: { self: `http://127.0.0.1:9696/identity/v3/roles/${exampleIds.role}` },
    },
    posts: ['name', 'description'],
    puts: { description: 'Who is called at night and on Sundays' },
  },
  attributes: {
    id: identifier(),
    name: uniqueName(255, 'in the installation'),
    description: description(),
    domain_id: alwaysNull('Roles belong to no domain.'),
    options: options(),
    links: links(),
  },
})

export type Role = Entity<typeof Role>
