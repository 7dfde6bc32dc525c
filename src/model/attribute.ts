import type { TSchema } from 'typebox'
import type { Dialect, Purpose } from './dialect.ts'

/** Where a value is being read: names the attribute in the refusal. */
export interface Decoding {
  readonly attribute: string
  readonly dialect: Dialect
}

/**
 * What a value of an attribute is: how a request's JSON becomes it, how an answer shows it, what the API document says
 * about it, and what kind of column keeps it. `Input` is what one request may give of it: a part, for objects that are
 * merged key by key.
 */
export interface Kind<T, Input = T> {
  /** What answers hold, in every flavour: an object outlives the limits of the one it was made in. */
  readonly schema: TSchema
  /** What a request may give, with the limits and words of the flavour; absent: what answers have. */
  readonly accepts?: (dialect: Dialect) => TSchema
  /** Coerces, then checks. @throws Problem in the contract's words. */
  decode(value: unknown, at: Decoding): Input
  merge(input: Input, stored: T | undefined): T
  render(value: T, dialect: Dialect): unknown
  readonly storage: Storage
  /** Never recorded, wherever it is kept; `secret` storage says the same by itself. */
  readonly isSecret?: true
}

/** `object` spreads over one column per key; `none` keeps nothing. */
export type Storage =
  | 'text'
  | 'integer'
  | 'boolean'
  | 'json'
  | 'secret'
  | 'none'
  | { readonly object: Readonly<Record<string, Storage>> }

/** An attribute of a resource: its kind, who may set it when, and what it is when nobody did. */
export interface Attribute<T, Input = T, Origin extends 'client' | 'server' = 'client' | 'server'> {
  readonly kind: Kind<T, Input>
  readonly origin: Origin
  readonly inPost: 'required' | 'optional' | 'refused'
  readonly inPut: 'allowed' | 'refused'
  readonly initial: T | undefined
  /** JSON `null` is the same as not giving it: clients send it for "I do not care". */
  readonly nullIsAbsent: boolean
  /** Purposes whose answers show it. */
  readonly shownFor: readonly Purpose[]
  /** What only administrators may: give it another value than the usual one, or see it at all, and so give it. */
  readonly restricted?: Restriction | undefined
  /** One line for documents. Absent in a flavour's narrowing: what the resource says of it. */
  readonly description?: string | undefined
}

export type Restriction = 'to set' | 'to see'

const everywhere: readonly Purpose[] = ['create', 'show', 'list', 'update']

/** Turns a kind into an attribute: `text({ max: 255 }).optional('')`. */
class Builder<T, Input> {
  readonly kind: Kind<T, Input>

  constructor(kind: Kind<T, Input>) {
    this.kind = kind
  }

  /** May be given, and later changed. */
  optional(initial: T): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { inPost: 'optional', inPut: 'allowed', initial })
  }

  /** Has to be given; may be changed. */
  required(): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { inPost: 'required', inPut: 'allowed', initial: undefined })
  }

  /** Set by the server, and found out at each answer rather than kept; `initial` until it is. */
  computed(initial?: T): ServerAttribute<T, Input> {
    return new Builder({ ...this.kind, storage: 'none' }).readOnly(initial)
  }

  /** Set by the server only. */
  readOnly(initial?: T): ServerAttribute<T, Input> {
    return new ServerAttribute(this.kind, { initial })
  }
}

class ServerAttribute<T, Input> implements Attribute<T, Input, 'server'> {
  readonly kind: Kind<T, Input>
  readonly origin = 'server'
  readonly inPost = 'refused'
  readonly inPut = 'refused'
  readonly nullIsAbsent = false
  readonly initial: T | undefined
  readonly shownFor: readonly Purpose[]
  readonly description: string | undefined

  constructor(
    kind: Kind<T, Input>,
    rules: Pick<Attribute<T, Input>, 'initial'> & Partial<Pick<Attribute<T, Input>, 'shownFor' | 'description'>>,
  ) {
    this.kind = kind
    this.initial = rules.initial
    this.shownFor = rules.shownFor ?? everywhere
    this.description = rules.description
  }

  /** Only in the answers for these purposes. */
  shown(...shownFor: Purpose[]): ServerAttribute<T, Input> {
    return new ServerAttribute(this.kind, { ...this, shownFor })
  }

  describe(description: string): ServerAttribute<T, Input> {
    return new ServerAttribute(this.kind, { ...this, description })
  }
}

class ClientAttribute<T, Input> implements Attribute<T, Input, 'client'> {
  readonly kind: Kind<T, Input>
  readonly origin = 'client'
  readonly inPost: 'required' | 'optional' | 'refused'
  readonly inPut: 'allowed' | 'refused'
  readonly initial: T | undefined
  readonly nullIsAbsent: boolean
  readonly shownFor: readonly Purpose[]
  readonly restricted: Restriction | undefined
  readonly description: string | undefined

  constructor(
    kind: Kind<T, Input>,
    rules: Pick<Attribute<T, Input>, 'inPost' | 'inPut' | 'initial'> &
      Partial<Pick<Attribute<T, Input>, 'nullIsAbsent' | 'shownFor' | 'restricted' | 'description'>>,
  ) {
    this.kind = kind
    this.inPost = rules.inPost
    this.inPut = rules.inPut
    this.initial = rules.initial
    this.nullIsAbsent = rules.nullIsAbsent ?? false
    this.restricted = rules.restricted
    this.shownFor = rules.shownFor ?? everywhere
    this.description = rules.description
  }

  /** What it means, in one line. */
  describe(description: string): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { ...this, description })
  }

  /** Given once, when the object is made. */
  fixed(): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { ...this, inPut: 'refused' })
  }

  /** Known and shown, but not to be given in this flavour. */
  refusedInPost(): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { ...this, inPost: 'refused' })
  }

  /** Accepted, never shown. */
  hidden(): ClientAttribute<T, Input> {
    return this.shown()
  }

  /** Only in the answers for these purposes. */
  shown(...shownFor: Purpose[]): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { ...this, shownFor })
  }

  /** What only administrators may. */
  forAdministrators(restricted: Restriction): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { ...this, restricted })
  }

  orNull(): ClientAttribute<T, Input> {
    return new ClientAttribute(this.kind, { ...this, nullIsAbsent: true })
  }
}

export function attribute<T, Input = T>(kind: Kind<T, Input>): Builder<T, Input> {
  return new Builder(kind)
}
