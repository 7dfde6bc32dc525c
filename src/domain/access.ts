import type { Filter } from '../model/filter.ts'
import { problem } from '../model/problem.ts'
import type { Attributes, Entity, Resource } from '../model/resource.ts'
import { find, list } from '../store/resources.ts'
import type { Asking, Caller } from './ports.ts'

/** The project whose objects the caller may see; `undefined`: all. What one may not see does not exist for one. */
export function scopeOf(caller: Caller): string | undefined {
  return caller.isAdmin ? undefined : caller.projectId
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

/** All of a kind that the caller may see. */
export async function visible<A extends Attributes>(
  { tx, caller }: Asking,
  resource: Resource<A>,
  filters: readonly Filter[],
): Promise<Entity<Resource<A>>[]> {
  return list(tx, resource, { filters, tenant: scopeOf(caller) })
}
