import { exampleIds } from '../example-ids.ts'
import { stringList, text } from '../kinds.ts'
import { type Entity, resource } from '../resource.ts'
import { alwaysFalse, description, enabled, identifier, links, options, uniqueName, unkeptText } from './kinds.ts'

/** What owns networks and VPN objects, and what users are given roles in. Projects are not inside one another. */
export const Project = resource({
  singular: 'project',
  plural: 'projects',
  path: '/projects',
  notFound: 'ProjectNotFound',
  description: 'A project: what owns networks and VPN objects, and what users have roles in.',
  words: { one: 'a project', many: 'projects', command: 'project' },
  example: {
    object: {
      id: exampleIds.own_project,
      name: 'hamburg',
      domain_id: 'default',
      parent_id: 'default',
      description: 'The Hamburg office',
      enabled: true,
      is_domain: false,
      tags: ['north'],
      options: {},
      links: { self: `http://127.0.0.1:9696/identity/v3/projects/${exampleIds.own_project}` },
    },
    posts: ['name', 'description', 'domain_id', 'tags'],
    puts: { description: 'Office and depot' },
  },
  attributes: {
    id: identifier(),
    name: uniqueName(64, 'in a domain'),
    domain_id: text({ max: 64 }).optional('').fixed().orNull().describe('Domain it is in; the caller’s unless given.'),
    parent_id: unkeptText().optional(null).fixed().describe('Always the domain: projects are not inside one another.'),
    description: description(),
    enabled: enabled('nobody logs in to a project that is not.'),
    is_domain: alwaysFalse().optional(false).fixed().describe('Always false.'),
    tags: stringList().optional([]).describe('Words to find it by.'),
    options: options(),
    links: links(),
  },
})

export type Project = Entity<typeof Project>
