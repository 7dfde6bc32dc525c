import type { Filter, Listing } from '../model/filter.ts'
import { problem } from '../model/problem.ts'
import type { Attributes, Entity, Resource } from '../model/resource.ts'
import { list } from '../store/list.ts'
import { find } from '../store/resources.ts'
import type { Asking, Caller } from './ports.ts'

/** The project whose objects the caller may see; `undefined`: all. What one may not see does not exist for one. */
export function scopeOf(caller: Caller): string | undefined {
  return caller.isAdmin ? undefined : caller.projectId
}

/** Where the project is in the path it has to be the caller's (`classic-api.md` §7). @throws Problem */
export function refuseForeignProject({ isAdmin, projectId }: Caller, project: string): void {
  if (!isAdmin && project !== projectId) throw problem('ProjectForeign')
}

/** The object, if it exists for the caller. @throws Problem the resource's "not found" otherwise. */
export async function found<A extends Attributes>(
  { tx, caller }: Asking,
  resource: Resource<A>,
  id: string,
): Promise<Entity<Resource<A>>> {
  const entity = await find(tx, resource, id, scopeOf(caller))
  if (!entity) throw problem(resource.notFound, { id })
  return entity
}

/**
 * What only administrators may set has to be as it is otherwise: the usual value, or the one it has.
 * @param doing the verb of the permission, @param now what it is if nobody sets it
 * @throws Problem
 */
export function refuseRestricted<A extends Attributes>(
  { isAdmin }: Caller,
  { singular, attributes }: Resource<A>,
  doing: 'create' | 'update',
  given: Readonly<Record<string, unknown>>,
  now?: Readonly<Record<string, unknown>>,
): void {
  if (isAdmin) return
  for (const [name, { restricted, initial }] of Object.entries(attributes)) {
    if (restricted === undefined || given[name] === undefined) continue
    if (given[name] !== (now ? now[name] : initial)) {
      throw problem('PolicyNotAuthorized', { permission: `${doing}_${singular}:${name}` })
    }
  }
}

/** The objects of a kind that the caller may see; beside those of its project, those for which one of `also` holds. */
export async function visible<A extends Attributes>(
  { tx, caller }: Asking,
  resource: Resource<A>,
  listing: Listing,
  also: readonly Filter[] = [],
): Promise<Entity<Resource<A>>[]> {
  const own = { column: 'tenant_id', values: [caller.projectId] }
  return list(tx, resource, { ...listing, scope: caller.isAdmin ? undefined : [own, ...also] })
}
