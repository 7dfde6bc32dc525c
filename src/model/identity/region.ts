import { text, textOrNull } from '../kinds.ts'
import { type Entity, resource } from '../resource.ts'
import { description, links } from './kinds.ts'

/** A part of the catalog. The regions of the flavours are built in. */
export const Region = resource({
  singular: 'region',
  plural: 'regions',
  path: '/regions',
  notFound: 'RegionNotFound',
  description: 'A region of the catalog. There is one built in for each flavour.',
  words: { one: 'a region', many: 'regions', command: 'region' },
  example: {
    object: {
      id: 'north',
      description: 'The northern sites',
      parent_region_id: null,
      links: { self: 'http://127.0.0.1:9696/identity/v3/regions/north' },
    },
    posts: ['id', 'description'],
    puts: { description: 'All northern sites' },
  },
  attributes: {
    id: text({
      max: 255,
      refuse: (value) => (/^[\w.-]*$/.test(value) ? undefined : 'it is not of letters, digits, - . and _'),
      says: { pattern: '^[A-Za-z0-9_.-]*$' },
    })
      .optional('')
      .fixed()
      .describe('Identifier; one is made up unless given.'),
    description: description(),
    parent_region_id: textOrNull({ max: 255 }).optional(null).describe('Region it is a part of.'),
    links: links(),
  },
})

export type Region = Entity<typeof Region>
