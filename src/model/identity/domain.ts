import { exampleIds } from '../example-ids.ts'
import { type Entity, resource } from '../resource.ts'
import { description, enabled, identifier, links, options, uniqueName } from './kinds.ts'

/** What users and projects are in; their names are unique in it. */
export const Domain = resource({
  singular: 'domain',
  plural: 'domains',
  path: '/domains',
  notFound: 'DomainNotFound',
  description: 'A domain: what users and projects are in. Their names are unique in it.',
  words: { one: 'a domain', many: 'domains', command: 'domain' },
  example: {
    object: {
      id: exampleIds.domain,
      name: 'branches',
      description: 'The branch offices',
      enabled: true,
      options: {},
      links: { self: `http://127.0.0.1:9696/identity/v3/domains/${exampleIds.domain}` },
    },
    posts: ['name', 'description'],
    puts: { description: 'Branches and depots', enabled: false },
  },
  attributes: {
    id: identifier(),
    name: uniqueName(64, 'in the installation'),
    description: description(),
    enabled: enabled('nobody logs in to or from a domain that is not.'),
    options: options(),
    links: links(),
  },
})

export type Domain = Entity<typeof Domain>
