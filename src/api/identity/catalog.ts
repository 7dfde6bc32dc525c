import { createHash } from 'node:crypto'
import type { Catalog } from '../../domain/identity/catalog.ts'
import type { Profile } from '../profile.ts'
import { identityPrefix } from './prefix.ts'

const nowhere = { self: '' }

/**
 * Where everything is: identity and network, in one region for each flavour. The network URL is unversioned and not the
 * identity's root, because clients append the version themselves and read the root (`client-traffic.md` §1).
 */
export function builtInCatalog(publicUrl: string, profiles: readonly Profile[]): Catalog {
  const service = (type: string, name: string, description: string) => ({
    id: idOf(type),
    type,
    name,
    description,
    enabled: true,
    links: nowhere,
  })
  const endpoints = (type: string, urlOf: (profile: Profile) => string) =>
    profiles.flatMap((profile) =>
      (['public', 'internal', 'admin'] as const).map((visibility) => ({
        id: idOf(type, profile.region, visibility),
        service_id: idOf(type),
        region_id: profile.region,
        region: profile.region,
        interface: visibility,
        url: urlOf(profile),
        enabled: true,
        links: nowhere,
      })),
    )
  return {
    regions: profiles.map(({ region, title }) => ({
      id: region,
      description: `The API of ${title}`,
      parent_region_id: null,
      links: nowhere,
    })),
    services: [
      service('identity', 'keystone', 'Log-in, users and projects'),
      service('network', 'neutron', 'Networks, routers and VPN'),
    ],
    endpoints: [
      ...endpoints('identity', () => `${publicUrl}${identityPrefix}/v3`),
      ...endpoints('network', (profile) => publicUrl + profile.prefix),
    ],
  }
}

/**
 * The catalog as tokens have it: what is enabled, each endpoint with its service.
 * @param project of the token, for addresses that have it in them
 */
export function catalogInTokens({ services, endpoints }: Catalog, project: string | undefined) {
  return services
    .filter(({ enabled }) => enabled)
    .map(({ id, type, name }) => ({
      id,
      type,
      name,
      endpoints: endpoints
        .filter((endpoint) => endpoint.enabled && endpoint.service_id === id)
        .map(({ id, interface: visibility, region_id, url }) => ({
          id,
          interface: visibility,
          region: region_id,
          region_id,
          url: url.replace(/[$%]\((?:project|tenant)_id\)s/g, project ?? ''),
        })),
    }))
}

/** The same for ever, so that clients may keep it. */
function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 32)
}
