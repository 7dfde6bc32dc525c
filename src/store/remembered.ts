import type { Attributes, Entity, Resource } from '../model/resource.ts'
import type { Value } from './rows.ts'

/** The columns that say whether an object is known. */
export const countColumns = ['id', 'revision_number']

/** An object's id and how often it was changed: the part of its row that says whether it is known. */
interface Counted {
  readonly id?: Value | undefined
  readonly revision_number?: Value | undefined
}

/**
 * Objects as they were last read outside a transaction. Taking a hundred rows of thirty columns out of a database and making objects of them
 * takes longer than all else that a list does, and most lists are asked for again by somebody who waits or watches. So a
 * list first asks for the ids and counts only (0.06 ms for a hundred instead of 0.6 on SQLite), and reads the rows where
 * one of them is not known at its count.
 *
 * Whoever writes in a transaction does not look here, and does not leave anything here: what it reads may be taken back.
 */
export class RememberedObjects {
  readonly #mostOfAKind: number
  readonly #kinds = new Map<string, Map<unknown, Known>>()

  /** @param mostOfAKind those that were not asked for longest go first. An object takes some 3 kB. */
  constructor(mostOfAKind: number) {
    this.#mostOfAKind = mostOfAKind
  }

  /** Whether the object was read before; it may have been changed since. */
  knows({ singular }: Resource, id: string): boolean {
    return this.#kinds.get(singular)?.has(id) ?? false
  }

  /** All of these as they are now; `undefined` if one of them was changed since, or never read. */
  recall<A extends Attributes>(resource: Resource<A>, counted: readonly Counted[]): Entity<Resource<A>>[] | undefined {
    const kind = this.#kindOf(resource)
    const found: Entity<Resource<A>>[] = []
    for (const { id, revision_number } of counted) {
      const known = kind.get(id)
      if (known === undefined || known.count !== revision_number) return undefined
      kind.delete(id)
      kind.set(id, known)
      found.push(known.object as Entity<Resource<A>>)
    }
    return found
  }

  remember<A extends Attributes>(resource: Resource<A>, { id, revision_number }: Counted, object: Entity<Resource<A>>) {
    const kind = this.#kindOf(resource)
    kind.delete(id)
    kind.set(id, { count: revision_number, object })
    const [oldest] = kind.keys()
    if (kind.size > this.#mostOfAKind) kind.delete(oldest)
  }

  #kindOf({ singular }: Resource): Map<unknown, Known> {
    const kind = this.#kinds.get(singular) ?? new Map<unknown, Known>()
    this.#kinds.set(singular, kind)
    return kind
  }
}

interface Known {
  readonly count: Value | undefined
  readonly object: unknown
}
