/** One condition on a list: the column has any of the values. */
export interface Filter {
  readonly column: string
  readonly values: readonly (string | number | null)[]
}

/** A condition on what is kept beside an object's own row: there is a row there with any of the values. */
export interface Companion {
  readonly table: 'object_tag' | 'ip_allocation'
  /** The column there that names the object. */
  readonly of: 'object_id' | 'port_id'
  readonly column: string
  readonly values: readonly string[]
  /** The other way round: there is no such row. */
  readonly lacks?: true
}

/** A way to filter a list by what is kept beside the objects. */
export interface BesideFilter {
  /** What it does, in one line. */
  readonly description: string
  /** All of these have to hold, each by any of its conditions. @throws Problem for a value that means nothing */
  read(values: readonly string[]): readonly (readonly Companion[])[]
}

/** Which part of a list, in which order. */
export interface Page {
  readonly order: readonly { readonly column: string; readonly descending: boolean }[]
  /** At most so many; `undefined`: all. */
  readonly limit: number | undefined
  /** Id of the object the page begins after, or ends before when going backwards. One that is not there: an empty page. */
  readonly marker: string | undefined
  readonly backwards: boolean
}

/** What is asked of a list. */
export interface Listing {
  readonly filters: readonly Filter[]
  /** Each holds by any of its conditions. */
  readonly beside?: readonly (readonly Companion[])[]
  readonly page: Page
}

export const wholeList: Page = { order: [], limit: undefined, marker: undefined, backwards: false }
