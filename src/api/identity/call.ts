import type { Catalog } from '../../domain/identity/catalog.ts'
import type { Rights } from '../../domain/identity/rights.ts'
import type { Asking, Passwords, Work } from '../../domain/ports.ts'
import type { Dialect, Purpose } from '../../model/dialect.ts'
import { type Filter, type Listing, wholeList } from '../../model/filter.ts'
import { render } from '../../model/render.ts'
import type { Attributes, Entity, Resource } from '../../model/resource.ts'
import { listingOf, type Query } from '../v2/query.ts'

/** A request of the identity API as a handler gets it. */
export interface IdentityCall {
  /** The variable parts of the path. */
  readonly params: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  readonly query: Query
  readonly rights: Rights
  /** Address of the identity API, with its version. */
  readonly base: string
  /** Address of this request. */
  readonly url: string
  readonly builtIn: Catalog
  readonly passwords: Passwords
  readonly dialect: Dialect
  /** For what has to be read before a transaction. */
  readonly read: <T>(work: (asking: Asking) => Promise<T>) => Promise<T>
}

/** What is done in the transaction; its answer, if there is one. */
export type Change = (work: Work) => Promise<object | undefined>

/** Reads run outside a transaction. Of writes, what takes its time (decoding, hashing) is done before it. */
export type IdentityHandler =
  | { readonly reads: (asking: Asking, call: IdentityCall) => Promise<object | undefined> }
  | { readonly prepares: (call: IdentityCall) => Change | Promise<Change> }

/** One object under its name. */
export function shownOne<A extends Attributes>(
  call: IdentityCall,
  resource: Resource<A>,
  entity: Entity<Resource<A>> & { readonly id: string },
  purpose: Purpose,
  path: string = resource.path,
) {
  return { [resource.singular]: shown(call, resource, entity, purpose, path) }
}

/** A list in Keystone's form. It is never paged: `next` and `previous` are null. */
export function shownAll<A extends Attributes>(
  call: IdentityCall,
  resource: Resource<A>,
  entities: readonly (Entity<Resource<A>> & { readonly id: string })[],
  path: string = resource.path,
) {
  return listAnswer(
    call,
    resource.plural,
    entities.map((entity) => shown(call, resource, entity, 'list', path)),
  )
}

export function listAnswer({ url }: IdentityCall, plural: string, items: readonly object[]) {
  return { [plural]: items, links: { self: url, next: null, previous: null } }
}

function shown<A extends Attributes>(
  { base, dialect }: IdentityCall,
  resource: Resource<A>,
  entity: Entity<Resource<A>> & { readonly id: string },
  purpose: Purpose,
  path: string,
) {
  return {
    ...render(resource, entity, dialect, purpose, { isAdmin: false }),
    links: { self: `${base}${path}/${entity.id}` },
  }
}

/** What a list is narrowed by; parameters that are no attribute are ignored, as are those about pages. */
export function filtersOf({ query, dialect }: IdentityCall, resource: Resource): readonly Filter[] {
  const { limit: _1, marker: _2, page_reverse: _3, sort_key: _4, sort_dir: _5, ...conditions } = query
  return listingOf(resource, conditions, dialect).filters
}

export function wholeListing(call: IdentityCall, resource: Resource): Listing {
  return { filters: filtersOf(call, resource), page: wholeList }
}

/** A value of the query; of a repeated one, the first. */
export function oneOf({ query }: IdentityCall, key: string): string | undefined {
  const value = query[key]
  return typeof value === 'object' ? value[0] : value
}
