import type { Attribute } from './attribute.ts'
import type { Dialect } from './dialect.ts'
import type { BesideFilter, Page } from './filter.ts'
import type { ProblemName } from './problem.ts'

/**
 * Any attribute. Its methods are only ever given values that came out of the same attribute.
 */
export type AnyAttribute = Attribute<unknown, unknown>

export type Attributes = { readonly [name: string]: AnyAttribute }

/**
 * One resource of the API, defined once. The order of its attributes is the order of the contract's checks
 * (`semantics.md` §1). Types, decoding, columns, serialisation and documents follow from it.
 */
export interface Resource<A extends Attributes = Attributes> {
  /** Wrapper of one object: `ikepolicy`. Also the name in permissions, and of the table. */
  readonly singular: string
  /** Wrapper of a list: `ikepolicies`. */
  readonly plural: string
  /** After `/v2.0`: `/vpn/ikepolicies`. */
  readonly path: string
  readonly attributes: A
  readonly notFound: ProblemName
  /** Misspelt names that clients send, and the attributes they mean; taken where the attribute itself is not given. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Attributes that lists can be sorted by, beside id, owner and name (`classic-api.md` §0.1). */
  readonly alsoSortable?: readonly string[]
  /** Filters of its lists that are no attribute's equality, by the name of the parameter. */
  readonly besideFilters?: Readonly<Record<string, BesideFilter>>
  /** There are none, and never will be: only the list can be asked for. */
  readonly isAlwaysEmpty?: true
  /** Its objects can have tags (`standard-attributes.ts`), which are kept beside their rows. */
  readonly hasTags?: true
  /** The order of lists that ask for none; absent: by id. */
  readonly order?: Page['order']
  /**
   * Whether its table counts each object's changes in `revision_number`: then what lists read is remembered for as long as
   * the count stays.
   */
  readonly countsChanges?: boolean
  /** The most objects that one answer lists: the rest is on the next page. Absent: all. */
  readonly largestPage?: number
  readonly description: string
  readonly words: Words
  readonly example: Example<A>
}

/** What a resource is called. */
export interface Words {
  /** In a sentence, with its article: `an IKE policy`. */
  readonly one: string
  /** `IKE policies`. */
  readonly many: string
  /** On a command line, where the `openstack` client has it as the client says it: `vpn ike policy`. */
  readonly command: string
}

/** One object as documents show it, in canonical values: each flavour spells them its own way. */
export interface Example<A extends Attributes> {
  readonly object: { readonly [K in keyof A]: ValueOf<A[K]> }
  /** What is otherwise right after the POST. */
  readonly atFirst?: { readonly [K in keyof A]?: ValueOf<A[K]> }
  /** What a POST gives of the object; the rest follows. */
  readonly posts: readonly Extract<keyof NoInfer<A>, string>[]
  /** What a PUT changes. */
  readonly puts: { readonly [K in keyof A]?: ValueOf<A[K]> }
}

export function resource<const A extends Attributes>(definition: Resource<A>): Resource<A> {
  return definition
}

type ValueOf<At> = At extends Attribute<infer T, infer _I> ? T : never
type InputOf<At> = At extends Attribute<infer _T, infer I> ? I : never
type ClientKeys<A> = { [K in keyof A]: A[K] extends { readonly origin: 'client' } ? K : never }[keyof A]

/** A stored object: every attribute. */
export type Entity<R> = R extends Resource<infer A> ? { readonly [K in keyof A]: ValueOf<A[K]> } : never

/** What a decoded POST holds: every attribute that a client may give, defaults filled in, and the owner. */
export type Given<R> =
  R extends Resource<infer A> ? { readonly [K in ClientKeys<A> | ('tenant_id' & keyof A)]: ValueOf<A[K]> } : never

/** What a decoded PUT holds: only what it names; parts of objects. */
export type Changes<R> = R extends Resource<infer A> ? { readonly [K in ClientKeys<A>]?: InputOf<A[K]> } : never

/** The attribute as this flavour has it; `undefined`: the flavour does not know it. */
export function attributeIn(resource: Resource, name: string, dialect: Dialect): AnyAttribute | undefined {
  const changes = dialect.changes[resource.singular]
  if (changes && Object.hasOwn(changes, name)) return changes[name]
  return Object.hasOwn(resource.attributes, name) ? resource.attributes[name] : undefined
}

/** The column, or first part of the columns, that keep an attribute: its name, which in SQL has no colon. */
export function columnOf(attribute: string): string {
  return attribute.replaceAll(':', '_')
}
