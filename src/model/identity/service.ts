import { exampleIds } from '../example-ids.ts'
import { text } from '../kinds.ts'
import { type Entity, resource } from '../resource.ts'
import { description, enabled, identifier, links } from './kinds.ts'

/** An entry of the catalog. Identity and network are built in. */
export const Service = resource({
  singular: 'service',
  plural: 'services',
  path: '/services',
  notFound: 'ServiceNotFound',
  description:
    'A service in the catalog. `identity` and `network` are built in; others are only listed there for clients.',
  words: { one: 'a service', many: 'services', command: 'service' },
  example: {
    object: {
      id: exampleIds.service,
      type: 'object-store',
      name: 'swift',
      description: 'The store in Hamburg',
      enabled: true,
      links: { self: `http://127.0.0.1:9696/identity/v3/services/${exampleIds.service}` },
    },
    posts: ['type', 'name', 'description'],
    puts: { description: 'The store in Bremen' },
  },
  attributes: {
    id: identifier(),
    type: text({ min: 1, max: 255 }).required().describe('What clients look for: `object-store`.'),
    name: text({ max: 255 }).optional('').describe('Name for people.'),
    description: description(),
    enabled: enabled('one that is not is left out of the catalog.'),
    links: links(),
  },
})

export type Service = Entity<typeof Service>
