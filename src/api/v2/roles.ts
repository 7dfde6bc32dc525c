import type { Caller } from '../../domain/ports.ts'
import type { Operation } from '../../model/operations.ts'
import { problem } from '../../model/problem.ts'

/** An administrator may everything; `reader` alone gets nothing (`semantics.md` §9). */
export function mayDo({ isAdmin, roles }: Caller, { role }: Operation): boolean {
  return isAdmin || roles.includes(role)
}

/**
 * What somebody without the role is told. Whoever may not read is not told what there is: a list is empty and an object
 * is not found, whatever was to be done with it. Making something hides nothing.
 * @throws Problem 404 or 403
 */
export function answerWithoutRole({ does, resource, permission }: Operation, id: string | undefined): object {
  if (does === 'list') return { [resource.plural]: [] }
  if (does === 'show' || does === 'update' || does === 'delete') throw problem(resource.notFound, { id })
  throw problem('PolicyNotAuthorized', { permission })
}
