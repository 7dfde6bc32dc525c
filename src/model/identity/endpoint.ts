import { exampleIds } from '../example-ids.ts'
import { oneOf, text, textOrNull } from '../kinds.ts'
import { type Entity, resource } from '../resource.ts'
import { alwaysNull, enabled, identifier, links } from './kinds.ts'

/** Where a service is. Those of the built-in services are built in. */
export const Endpoint = resource({
  singular: 'endpoint',
  plural: 'endpoints',
  path: '/endpoints',
  notFound: 'EndpointNotFound',
  // Older clients write and read it so.
  aliases: { region: 'region_id' },
  description: 'Where a service is. Those of `identity` and `network` follow from the configuration.',
  words: { one: 'an endpoint', many: 'endpoints', command: 'endpoint' },
  example: {
    object: {
      id: exampleIds.endpoint,
      service_id: exampleIds.service,
      region_id: 'north',
      region: 'north',
      interface: 'public',
      url: 'https://store.example.org/v1/$(project_id)s',
      enabled: true,
      links: { self: `http://127.0.0.1:9696/identity/v3/endpoints/${exampleIds.endpoint}` },
    },
    posts: ['service_id', 'region_id', 'interface', 'url'],
    puts: { url: 'https://store2.example.org/v1/$(project_id)s' },
  },
  attributes: {
    id: identifier(),
    service_id: text({ max: 64 }).required().describe('Service that is there.'),
    region_id: textOrNull({ max: 255 }).optional(null).describe('Region it is in.'),
    region: alwaysNull('The same as `region_id`.'),
    interface: oneOf(['public', 'internal', 'admin']).required().describe('Whom it is for.'),
    url: text({ min: 1, max: 2048, refuse: (url) => refuseUrl(url), says: { format: 'uri' } })
      .required()
      .describe('Address; `$(project_id)s` in it becomes the id of the token’s project.'),
    enabled: enabled('one that is not is left out of the catalog.'),
    links: links(),
  },
})

export type Endpoint = Entity<typeof Endpoint>

function refuseUrl(url: string): string | undefined {
  const filled = url.replace(/[$%]\((?:project|tenant)_id\)s/g, 'x')
  return /^https?:\/\//.test(url) && URL.canParse(filled) ? undefined : `'${url}' is no http or https address`
}
