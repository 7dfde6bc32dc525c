import * as catalog from '../../domain/identity/catalog.ts'
import type { Asking, Work } from '../../domain/ports.ts'
import { decodeIdentityCreate, decodeIdentityUpdate } from '../../model/identity/decode.ts'
import { Endpoint } from '../../model/identity/endpoint.ts'
import { Region } from '../../model/identity/region.ts'
import { Service } from '../../model/identity/service.ts'
import { problem } from '../../model/problem.ts'
import type { Attributes, Changes, Entity, Given, Resource } from '../../model/resource.ts'
import { filtersOf, type IdentityCall, type IdentityHandler, shownAll, shownOne } from './call.ts'

/** Regions, services and endpoints. */

type One<A extends Attributes> = Entity<Resource<A>> & { readonly id: string }

function idOf({ params }: IdentityCall): string {
  return params.id ?? ''
}

/** A part of the catalog, of which some is built in and all is small. */
function catalogued<A extends Attributes>(
  resource: Resource<A>,
  of: (catalog: catalog.Catalog) => readonly One<A>[],
  doing: {
    readonly create: (work: Work, call: IdentityCall, given: Given<Resource<A>>) => Promise<One<A>>
    readonly update: (work: Work, call: IdentityCall, changes: Changes<Resource<A>>) => Promise<One<A>>
    readonly remove: (work: Work, call: IdentityCall) => Promise<void>
  },
) {
  const all = async ({ tx }: Asking, { builtIn }: IdentityCall) => of(await catalog.wholeCatalog(tx, builtIn))
  return {
    create: {
      prepares: (call: IdentityCall) => {
        const given = decodeIdentityCreate(resource, call.body, call.dialect)
        return async (work: Work) => shownOne(call, resource, await doing.create(work, call, given), 'create')
      },
    },
    list: {
      reads: async (asking: Asking, call: IdentityCall) =>
        shownAll(call, resource, catalog.matching(await all(asking, call), filtersOf(call, resource))),
    },
    show: {
      reads: async (asking: Asking, call: IdentityCall) => {
        const found = (await all(asking, call)).find(({ id }) => id === idOf(call))
        if (!found) throw problem(resource.notFound, { id: idOf(call) })
        return shownOne(call, resource, found, 'show')
      },
    },
    update: {
      prepares: (call: IdentityCall) => {
        const changes = decodeIdentityUpdate(resource, call.body, call.dialect)
        return async (work: Work) => shownOne(call, resource, await doing.update(work, call, changes), 'update')
      },
    },
    remove: {
      prepares: (call: IdentityCall) => async (work: Work) => {
        await doing.remove(work, call)
        return undefined
      },
    },
  }
}

const ofRegions = catalogued(Region, ({ regions }) => regions, {
  create: (work, { rights, builtIn }, given) => catalog.createRegion(work, rights, builtIn, given),
  update: (work, call, changes) => catalog.updateRegion(work, call.rights, call.builtIn, idOf(call), changes),
  remove: (work, call) => catalog.deleteRegion(work, call.rights, call.builtIn, idOf(call)),
})
const ofServices = catalogued(Service, ({ services }) => services, {
  create: (work, { rights }, given) => catalog.createService(work, rights, given),
  update: (work, call, changes) => catalog.updateService(work, call.rights, call.builtIn, idOf(call), changes),
  remove: (work, call) => catalog.deleteService(work, call.rights, call.builtIn, idOf(call)),
})
const ofEndpoints = catalogued(Endpoint, ({ endpoints }) => endpoints, {
  create: (work, { rights, builtIn }, given) => catalog.createEndpoint(work, rights, builtIn, given),
  update: (work, call, changes) => catalog.updateEndpoint(work, call.rights, call.builtIn, idOf(call), changes),
  remove: (work, call) => catalog.deleteEndpoint(work, call.rights, call.builtIn, idOf(call)),
})

export const catalogHandlers = {
  create_region: ofRegions.create,
  list_region: ofRegions.list,
  show_region: ofRegions.show,
  update_region: ofRegions.update,
  delete_region: ofRegions.remove,

  create_service: ofServices.create,
  list_service: ofServices.list,
  show_service: ofServices.show,
  update_service: ofServices.update,
  delete_service: ofServices.remove,

  create_endpoint: ofEndpoints.create,
  list_endpoint: ofEndpoints.list,
  show_endpoint: ofEndpoints.show,
  update_endpoint: ofEndpoints.update,
  delete_endpoint: ofEndpoints.remove,
} satisfies Record<string, IdentityHandler>
