import { flag, text } from './kinds.ts'
import { type Entity, resource } from './resource.ts'

/** Who provides a kind of service. Clients of the reference look here for what they may name when they make one. */
export const ServiceProvider = resource({
  singular: 'service_provider',
  plural: 'service_providers',
  path: '/service-providers',
  notFound: 'NotFound',
  description: 'A provider of a service: here the one of VPN.',
  attributes: {
    service_type: text().readOnly(),
    name: text().readOnly(),
    default: flag().readOnly(),
  },
})

/** All there are: a VPN service is always this one's. */
export const serviceProviders: readonly Entity<typeof ServiceProvider>[] = [
  { service_type: 'VPN', name: 'strongswan', default: true },
]
