import type { Filter } from '../../model/filter.ts'
import { wholeList } from '../../model/filter.ts'
import { changedIdentity } from '../../model/identity/decode.ts'
import { Endpoint } from '../../model/identity/endpoint.ts'
import { Region } from '../../model/identity/region.ts'
import { Service } from '../../model/identity/service.ts'
import { problem } from '../../model/problem.ts'
import type { Changes, Given } from '../../model/resource.ts'
import { countWith, removeWith } from '../../store/belongings.ts'
import { list } from '../../store/list.ts'
import type { Reading } from '../../store/open.ts'
import { find, insert, remove, update } from '../../store/resources.ts'
import type { Work } from '../ports.ts'
import { type Rights, requireAdministrator } from './rights.ts'

/** Regions, services and endpoints: those that follow from the configuration, and those that were added. */
export interface Catalog {
  readonly regions: readonly Region[]
  readonly services: readonly Service[]
  readonly endpoints: readonly Endpoint[]
}

const all = { filters: [], page: wholeList, scope: undefined }

/** The whole catalog. @param builtIn what follows from the configuration, which is in no table */
export async function wholeCatalog(tx: Reading, builtIn: Catalog): Promise<Catalog> {
  const [regions, services, endpoints] = [
    await list(tx, Region, all),
    await list(tx, Service, all),
    await list(tx, Endpoint, all),
  ]
  return {
    regions: [...builtIn.regions, ...regions],
    services: [...builtIn.services, ...services],
    endpoints: [...builtIn.endpoints, ...endpoints.map(withRegion)],
  }
}

/** The entries for which all conditions hold. */
export function matching<E extends object>(entries: readonly E[], filters: readonly Filter[]): E[] {
  return entries.filter((entry) =>
    filters.every(({ column, values }) => {
      const own: unknown = Reflect.get(entry, column)
      return values.some((value) => value === (typeof own === 'boolean' ? Number(own) : own))
    }),
  )
}

export async function createRegion(
  work: Work,
  rights: Rights,
  builtIn: Catalog,
  given: Given<typeof Region>,
): Promise<Region> {
  requireAdministrator(rights)
  const id = given.id || work.world.ids.hex()
  const { regions } = await wholeCatalog(work.tx, builtIn)
  if (regions.some((region) => region.id === id)) {
    throw problem('IdentityDuplicate', { resource: 'region', what: 'ID', value: id, where: '' })
  }
  refuseCircle(regions, id, given.parent_region_id)
  const region: Region = { ...given, id, links: { self: '' } }
  await insert(work.tx, Region, region)
  return region
}

export async function updateRegion(
  work: Work,
  rights: Rights,
  builtIn: Catalog,
  id: string,
  changes: Changes<typeof Region>,
): Promise<Region> {
  requireAdministrator(rights)
  refuseBuiltIn('Region', builtIn.regions, id)
  const before = await find(work.tx, Region, id)
  if (!before) throw problem('RegionNotFound', { id })
  const after = changedIdentity(Region, before, changes)
  refuseCircle((await wholeCatalog(work.tx, builtIn)).regions, id, after.parent_region_id)
  await update(work.tx, Region, id, after)
  return after
}

export async function deleteRegion(work: Work, rights: Rights, builtIn: Catalog, id: string): Promise<void> {
  requireAdministrator(rights)
  refuseBuiltIn('Region', builtIn.regions, id)
  const used =
    (await countWith(work.tx, 'endpoint', 'region_id', id)) +
    (await countWith(work.tx, 'region', 'parent_region_id', id))
  if (used > 0) throw problem('RegionInUse', { id })
  if (!(await remove(work.tx, Region, id))) throw problem('RegionNotFound', { id })
}

export async function createService(work: Work, rights: Rights, given: Given<typeof Service>): Promise<Service> {
  requireAdministrator(rights)
  const service: Service = { ...given, id: work.world.ids.hex(), links: { self: '' } }
  await insert(work.tx, Service, service)
  return service
}

export async function updateService(
  work: Work,
  rights: Rights,
  builtIn: Catalog,
  id: string,
  changes: Changes<typeof Service>,
): Promise<Service> {
  requireAdministrator(rights)
  refuseBuiltIn('Service', builtIn.services, id)
  const before = await find(work.tx, Service, id)
  if (!before) throw problem('ServiceNotFound', { id })
  const after = changedIdentity(Service, before, changes)
  await update(work.tx, Service, id, after)
  return after
}

/** Its endpoints go with it. */
export async function deleteService(work: Work, rights: Rights, builtIn: Catalog, id: string): Promise<void> {
  requireAdministrator(rights)
  refuseBuiltIn('Service', builtIn.services, id)
  await removeWith(work.tx, 'endpoint', 'service_id', id)
  if (!(await remove(work.tx, Service, id))) throw problem('ServiceNotFound', { id })
}

/** A built-in service may get further endpoints: in another region, say. */
export async function createEndpoint(
  work: Work,
  rights: Rights,
  builtIn: Catalog,
  given: Given<typeof Endpoint>,
): Promise<Endpoint> {
  requireAdministrator(rights)
  await refuseUnknownParts(work.tx, builtIn, given)
  const endpoint = withRegion({ ...given, id: work.world.ids.hex(), region: null, links: { self: '' } })
  await insert(work.tx, Endpoint, endpoint)
  return endpoint
}

export async function updateEndpoint(
  work: Work,
  rights: Rights,
  builtIn: Catalog,
  id: string,
  changes: Changes<typeof Endpoint>,
): Promise<Endpoint> {
  requireAdministrator(rights)
  refuseBuiltIn('Endpoint', builtIn.endpoints, id)
  const before = await find(work.tx, Endpoint, id)
  if (!before) throw problem('EndpointNotFound', { id })
  const after = withRegion(changedIdentity(Endpoint, before, changes))
  await refuseUnknownParts(work.tx, builtIn, after)
  await update(work.tx, Endpoint, id, after)
  return after
}

export async function deleteEndpoint(work: Work, rights: Rights, builtIn: Catalog, id: string): Promise<void> {
  requireAdministrator(rights)
  refuseBuiltIn('Endpoint', builtIn.endpoints, id)
  if (!(await remove(work.tx, Endpoint, id))) throw problem('EndpointNotFound', { id })
}

function withRegion<E extends Pick<Endpoint, 'region_id'>>(endpoint: E): E & Pick<Endpoint, 'region'> {
  return { ...endpoint, region: endpoint.region_id }
}

/** @throws Problem 403: what the configuration says is changed there */
function refuseBuiltIn(what: string, builtIn: readonly { readonly id: string }[], id: string): void {
  if (builtIn.some((each) => each.id === id)) throw problem('CatalogBuiltIn', { what, id })
}

function refuseCircle(regions: readonly Region[], id: string, parent: string | null): void {
  const seen = new Set([id])
  for (let above = parent; above !== null; ) {
    if (seen.has(above)) throw problem('RegionCircular', { id: above })
    seen.add(above)
    const found = regions.find((region) => region.id === above)
    if (!found) throw problem('RegionNotFound', { id: above })
    above = found.parent_region_id
  }
}

async function refuseUnknownParts(
  tx: Reading,
  builtIn: Catalog,
  { service_id, region_id }: Pick<Endpoint, 'service_id' | 'region_id'>,
): Promise<void> {
  const { regions, services } = await wholeCatalog(tx, builtIn)
  if (!services.some(({ id }) => id === service_id)) throw problem('ServiceNotFound', { id: service_id })
  if (region_id !== null && !regions.some(({ id }) => id === region_id)) {
    throw problem('RegionNotFound', { id: region_id })
  }
}
