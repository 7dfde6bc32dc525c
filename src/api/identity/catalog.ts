import { createHash } from 'node:crypto'
import type { Profile } from '../profile.ts'
import { identityPrefix } from './prefix.ts'

/**
 * Where everything is: identity and network, in one region for each flavour. The network URL is unversioned and not the
 * identity's root, because clients append the version themselves and read the root (`client-traffic.md` §1).
 */
export function catalogOf(publicUrl: string, profiles: readonly Profile[]) {
  const service = (type: string, name: string, urlOf: (profile: Profile) => string) => ({
    id: idOf(type),
    type,
    name,
    endpoints: profiles.flatMap((profile) =>
      ['public', 'internal', 'admin'].map((visibility) => ({
        id: idOf(type, profile.region, visibility),
        interface: visibility,
        region: profile.region,
        region_id: profile.region,
        url: urlOf(profile),
      })),
    ),
  })
  return [
    service('identity', 'keystone', () => `${publicUrl}${identityPrefix}/v3`),
    service('network', 'neutron', (profile) => publicUrl + profile.prefix),
  ]
}

/** The same for ever, so that clients may keep it. */
function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 32)
}
